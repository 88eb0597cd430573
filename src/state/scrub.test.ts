import { beforeEach, expect, it } from 'vitest';
import type { EpochFrame } from '../../workers/protocol';
import { useRun } from './run';
import { placeOf, shownViews, stopsOf, useScrub } from './scrub';
import { useView } from './view';

const frame: EpochFrame = {
  epoch: 12,
  methods: [
    { method: 'ignore', epoch: 12, kind: 'snapshot', embedding: null, prediction: null },
    { method: 'embeddings', epoch: 12, kind: 'snapshot', embedding: { epoch: 12 } as never, prediction: null },
    { method: 'mmbeddings', epoch: 9, kind: 'final', embedding: null, prediction: null },
  ],
};

beforeEach(() => {
  useScrub.setState({ overview: null, frame: null });
  useView.getState().setEpoch(null);
});

it('stops at the epochs that were kept and at the end, and stands at the one before where there is none', () => {
  const stops = stopsOf({ epochs: Uint32Array.of(1, 5, 12), last: 34, methods: [], bytes: 0, levels: [], testRows: 0 });
  expect(stops).toEqual([1, 5, 12, 34]);
  expect([null, 12, 11, 34, 0].map((epoch) => placeOf(stops, epoch))).toEqual([3, 2, 1, 3, 0]);
});

it('shows snapshots in the place of results, and leaves methods that have ended as they are', () => {
  const ofRun = { ignore: 'results of ignore', embeddings: 'results of embeddings', mmbeddings: 'results of mmbeddings' };
  expect(shownViews(ofRun, null, () => 'snapshot')).toBe(ofRun);
  const shown = shownViews(ofRun, frame, ({ embedding }) => embedding && `epoch ${embedding.epoch}`);
  // Nothing of another epoch stands for a snapshot that has no vectors.
  expect(shown).toEqual({ embeddings: 'epoch 12', mmbeddings: 'results of mmbeddings' });
});

it('is at the end again when another run begins', () => {
  useScrub.setState({ frame });
  useView.getState().setEpoch(12);
  useRun.getState().clear();
  expect(useScrub.getState()).toMatchObject({ overview: null, frame: null });
  expect(useView.getState().epoch).toBeNull();
});
