import { beforeEach, expect, it, vi } from 'vitest';
import type { EpochFrame, EpochOverview, EpochRequest } from '../../workers/protocol';
import { PLAIN_VIEW } from '../../workers/spec/view/page-view';
import { usePageView } from '../state/page-view';
import { useRun } from '../state/run';
import { useScrub } from '../state/scrub';
import { useView } from '../state/view';
import { openEpochs } from './epochs';

const worker = vi.hoisted(() => ({ overview: null as unknown, asked: [] as { request: EpochRequest; answer(ok?: boolean): void }[] }));

vi.mock('./client', () => ({
  call: (action: (api: unknown) => Promise<unknown>) =>
    action({
      epochOverview: () => (worker.overview === null ? Promise.reject(new Error('no-results')) : Promise.resolve(worker.overview)),
      epochFrame: (request: EpochRequest) =>
        new Promise<EpochFrame>((resolve, reject) =>
          worker.asked.push({ request, answer: (ok = true) => (ok ? resolve({ epoch: request.epoch, methods: [] }) : reject(new Error('gone'))) }),
        ),
    }),
}));

const OVERVIEW: EpochOverview = { epochs: Uint32Array.of(1, 5, 12), last: 34, methods: [], bytes: 0, levels: [], testRows: 0 };
const settled = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};
const shown = () => useScrub.getState().frame?.epoch ?? null;
const open = () => openEpochs(useRun.getState().generation);

beforeEach(async () => {
  worker.overview = OVERVIEW;
  worker.asked.length = 0;
  useView.setState({ epoch: null, feature: 0 });
  useScrub.setState({ overview: null, frame: null, feature: 0 });
  await open();
});

it('asks for one epoch at a time, and of those that came meanwhile only for the last', async () => {
  for (const epoch of [1, 5, 12]) useView.getState().setEpoch(epoch);
  expect(worker.asked.map(({ request }) => request.epoch)).toEqual([1]);
  worker.asked[0].answer();
  await settled();
  expect(worker.asked.map(({ request }) => request.epoch)).toEqual([1, 12]);
  worker.asked[1].answer();
  await settled();
  expect(shown()).toBe(12);
  // The same epoch of another feature is another frame; the end needs none.
  useView.getState().setFeature(1);
  expect(worker.asked[2].request).toEqual({ epoch: 12, feature: 1 });
  worker.asked[2].answer();
  await settled();
  useView.getState().setEpoch(34);
  await settled();
  expect(shown()).toBeNull();
  expect(worker.asked).toHaveLength(3);
});

it('a link that names an epoch opens each run there, a shorter one at its end', async () => {
  usePageView.getState().setView({ ...PLAIN_VIEW, epoch: 12 });
  const opened = open();
  expect((await Promise.race([opened, settled()])) ?? useView.getState().epoch).toBe(12);
  worker.asked[0].answer();
  await opened;
  expect(shown()).toBe(12);
  useView.setState({ epoch: null });
  worker.overview = { ...OVERVIEW, last: 12 };
  await open();
  expect(useView.getState().epoch).toBeNull();
  usePageView.getState().setView(null);
});

it('a link that names an epoch which was not kept opens at the last one before, for slider and panels', async () => {
  usePageView.getState().setView({ ...PLAIN_VIEW, epoch: 10 });
  const opened = open();
  await settled();
  worker.asked[0].answer();
  await opened;
  expect([useView.getState().epoch, shown()]).toEqual([5, 5]);
  usePageView.getState().setView(null);
});

it('an answer that comes when another run has begun is not shown', async () => {
  useView.getState().setEpoch(5);
  useRun.getState().clear();
  worker.asked[0].answer();
  await settled();
  expect(shown()).toBeNull();
});

it('a worker that knows the run no more takes the slider to the end', async () => {
  useView.getState().setEpoch(5);
  worker.asked[0].answer(false);
  await settled();
  expect(useScrub.getState()).toMatchObject({ overview: null, frame: null });
  expect(useView.getState().epoch).toBeNull();
});

it('has no epochs without results, where none was kept, or for a run that is gone', async () => {
  worker.overview = null;
  await open();
  expect(useScrub.getState().overview).toBeNull();
  worker.overview = { ...OVERVIEW, epochs: new Uint32Array() };
  await open();
  expect(useScrub.getState().overview).toBeNull();
  worker.overview = OVERVIEW;
  await openEpochs(useRun.getState().generation - 1);
  expect(useScrub.getState().overview).toBeNull();
});
