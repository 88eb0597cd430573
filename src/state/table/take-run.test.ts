import { beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_PRESET } from '../../../workers/spec/presets';
import { ratings } from './test-tables';

/** Tables that are read until a test says that they are. */
const reading = vi.hoisted(() => new Map<string, () => void>());
const taken = vi.hoisted(() => [] as string[]);

vi.mock('../../lab-client/client', () => ({
  isOpen: () => false,
  openKnown: (_which: string, _file: File, fingerprint: string) =>
    new Promise((resolve) => {
      reading.set(fingerprint, () => resolve(ratings()));
    }),
}));
vi.mock('../../lab-client/kept-runs', () => ({ takeKept: async ({ id }: { id: string }) => void taken.push(id) }));
vi.mock('../../lab-client/session-file', () => ({ openSession: async () => [] }));
vi.mock('../kept-tables', () => ({ fileOf: async (fingerprint: string) => new File([], `${fingerprint}.csv`) }));

const { takeRun } = await import('./take-run');
const { useRun } = await import('../run');
const { useStudy } = await import('../study');
const { underway } = await import('../underway');
const { useTable } = await import('./table-store');

const dataset = { kind: 'table', task: 'regression', columns: [] };
const kept = (id: string) => ({ id, spec: { ...DEFAULT_PRESET, dataset: { ...dataset, name: `${id}.csv`, fingerprint: id } } }) as never;

beforeEach(() => {
  taken.length = 0;
  reading.clear();
  useRun.getState().clear();
  useStudy.setState({ status: 'idle' });
  useTable.setState({ adopt: () => undefined });
});

/** Asks for a run; the answer is there once its table is read. */
async function ask(id: string): Promise<() => Promise<void>> {
  const opened = takeRun(kept(id), 'results');
  await vi.waitFor(() => expect(reading.has(id)).toBe(true));
  return () => {
    reading.get(id)?.();
    return opened;
  };
}

it('a kept run is taken when its table is read', async () => {
  await (await ask('a'))();
  expect(taken).toEqual(['a']);
});

it('a run that was begun while the table was read goes on', async () => {
  const read = await ask('a');
  useRun.getState().begin(DEFAULT_PRESET);
  await read();
  expect(taken).toEqual([]);
});

it('of two that were asked for the later one is taken, whichever is read first', async () => {
  const slow = await ask('slow');
  await (await ask('quick'))();
  await slow();
  expect(taken).toEqual(['quick']);
});

it('what goes on is not ended by a kept run that is asked for', async () => {
  useStudy.setState({ status: 'running' });
  expect(underway()).toBe('A study is under way.');
  await takeRun(kept('a'), 'results');
  useRun.getState().begin(DEFAULT_PRESET);
  expect(underway()).toBe('A run is under way.');
  await takeRun(kept('a'), 'results');
  expect(reading.size).toBe(0);
  expect(taken).toEqual([]);
});
