/**
 * Session files of runs of every kind: what was saved comes back, and what is no such file is refused by
 * name.
 */
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../workers/engine/testing';
import type { EmbeddingView, LevelPosteriorView } from '../workers/metrics/embedding-view';
import { experimentSchema } from '../workers/spec/experiment';
import { pack, unpack } from '../workers/store/pack';
import type { SessionRun } from '../workers/store/session/limits';
import { readSession, writeSession } from '../workers/store/session/session';
import type { RunCheckpoint } from '../workers/training/checkpoint';
import { sessionOf } from './collect';

const MADE = { lab: '1.2.3', made: '2026-01-01T00:00:00.000Z' };
const training = { epochs: 2, batchSize: 50, patience: null, drawPastStop: false };
const methods = (...ids: string[]) => ids.map((id) => ({ id, settings: {} }));
const rows = { trainRows: 100, testRows: 60, levels: [10] };
const SPECS = {
  regression: { dataset: { kind: 'simulated', task: 'regression', ...rows }, methods: methods('embeddings', 'mmbeddings', 'linear-mixed-model') },
  binary: {
    dataset: { kind: 'simulated', task: 'binary', ...rows },
    methods: methods('uembeddings', 'mean'),
    training: { ...training, protocol: 'recommended', learningRate: 'auto' },
  },
  growth: { dataset: { kind: 'growth', levels: [12], trainRows: 100, testRows: 40 }, methods: methods('growth-mmbeddings') },
  tags: { dataset: { kind: 'tags', task: 'regression', trainRows: 100, testRows: 60 }, methods: methods('tag-attention', 'tag-mmbeddings') },
  series: { dataset: { kind: 'tag-series', series: 6, heldOut: 1, steps: 60, length: 8 }, methods: methods('sequence-transformer') },
  forecast: {
    dataset: { kind: 'tag-series', series: 6, heldOut: 0, steps: 80, length: 8, predicts: 'forecast', horizon: 2 },
    methods: methods('timexer', 'last-value'),
  },
};
const runs = new Map<string, SessionRun>();
beforeAll(async () => {
  await useBackend('wasm');
  for (const [name, spec] of Object.entries(SPECS)) runs.set(name, await sessionOf(experimentSchema.parse({ training, ...spec })));
}, 60_000);
const regression = (): SessionRun => runs.get('regression') as SessionRun;
const file = (run: SessionRun): ArrayBuffer => writeSession({ ...MADE, runs: [run], tables: [] });
const refusal = (bytes: ArrayBuffer): { code: string; message: string; hint: string } => {
  try {
    readSession(bytes, 'a.mmlab');
  } catch (failure) {
    return failure as never;
  }
  throw new Error('it was taken');
};

/** Names of fields that one value has and the other lacks, at any depth. */
function leftOut(before: unknown, after: unknown): string[] {
  if (typeof before !== 'object' || before === null || ArrayBuffer.isView(before)) return [];
  const names = Object.entries(before).flatMap(([name, value]) => {
    const other = (after as Record<string, unknown>)[name];
    return value !== undefined && other === undefined ? [name] : leftOut(value, other);
  });
  return [...new Set(names)];
}

it.each(Object.keys(SPECS))('a run of %s comes back as it was', (name) => {
  const run = runs.get(name) as SessionRun;
  const [back] = readSession(file(run), 'a.mmlab').runs;
  const [before, after] = [run, back].map(({ checkpoint, ...rest }) => ({ ...rest, checkpoint: unpack(checkpoint.bytes) }));
  expect(before).toMatchObject(after);
  // Tables of a posterior are level tables, which know the number of their levels, and nobody asks for it.
  expect(leftOut(before, after)).toEqual(name in { binary: 1, series: 1, forecast: 1 } ? [] : ['levels']);
  expect(back.checkpoint.over).toBe(true);
  expect(back.snapshot.results.length).toBeGreaterThan(0);
});

it('a run that was ended by hand before its last method began is over', () => {
  const run = regression();
  const stopped = unpack(run.checkpoint.bytes) as RunCheckpoint;
  const [, , last] = stopped.methods;
  Object.assign(last, { finished: null, trainer: { ...last.trainer, lane: { ...last.trainer?.lane, status: 'waiting', epoch: 0 } } });
  const readAgain = (checkpoint: RunCheckpoint) =>
    readSession(file({ ...run, checkpoint: { ...run.checkpoint, bytes: pack(checkpoint) } }), 'a.mmlab').runs[0].checkpoint;
  expect(readAgain(stopped).over).toBe(false);
  expect(readAgain({ ...stopped, stopped: true }).over).toBe(true);
});

it('keeps a name, a table and the order of several runs', () => {
  const table = { name: 'a.csv', fingerprint: '0123456789abcdef', bytes: new TextEncoder().encode('a,b\n1,2\n') };
  const all = [...runs.values()].map((run, i) => ({ ...run, name: `run ${i}` }));
  const back = readSession(writeSession({ ...MADE, runs: all, tables: [table] }), 'a.mmlab');
  expect(back).toMatchObject(MADE);
  expect(back.runs.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
  expect(back.tables).toEqual([table]);
});

it('refuses in one sentence that names the file and the place', () => {
  const { snapshot } = regression();
  const spoiled = (patch: object) => refusal(file({ ...regression(), snapshot: { ...snapshot, ...patch } })).message;
  const [result, ...others] = snapshot.results;
  expect(spoiled({ results: [{ ...result, epochs: 'three' }, ...others] })).toBe(
    'a.mmlab is not as it should be at runs.0.snapshot.results.0.epochs: must be number, not string.',
  );
  expect(readSession(file({ ...regression(), snapshot: { ...snapshot, results: [{ ...result, unknown: 1 } as never, ...others] } }), 'a')).toEqual(
    readSession(file(regression()), 'a'),
  );
  expect(refusal(file({ ...regression(), unknown: 1 } as never)).message).toContain('at runs.0: Unrecognized key: "unknown"');
  expect(spoiled({ results: [{ ...result, method: 'fm' }, ...others] })).toContain('"fm"');
  expect(spoiled({ curves: [{ ...snapshot.curves[0], training: new Float32Array(9) }] })).toContain('one length');
  expect(spoiled({ embeddings: [{ ...snapshot.embeddings[0], drawn: 10_000 }] })).toContain('as many numbers');
  const levels = snapshot.embeddings.find(({ posterior }) => posterior) as EmbeddingView;
  const posterior = { ...levels.posterior, variances: new Float32Array(levels.drawn * levels.width - 1) } as LevelPosteriorView;
  expect(spoiled({ embeddings: [{ ...levels, posterior }] })).toContain('as many numbers');
  const tree = { parents: new Int32Array(levels.drawn).fill(levels.drawn), cosines: new Float32Array(levels.drawn) };
  expect(spoiled({ embeddings: [{ ...levels, tree }] })).toContain('as many numbers');
  expect(spoiled({ spec: { ...snapshot.spec, seeds: { data: -1, split: 1, weights: 1 } } })).toContain('seeds.data');
  expect(refusal(file({ ...regression(), checkpoint: (runs.get('tags') as SessionRun).checkpoint })).message).toContain('of other methods');
  expect(refusal(pack({ kind: 'something else' })).message).toBe('a.mmlab is no session file of the lab.');
  expect(refusal(new TextEncoder().encode('a,b\n1,2\n').buffer)).toMatchObject({ code: 'session-damaged' });
  expect(refusal(file(regression()).slice(0, -8)).message).toBe('a.mmlab cannot be read: it was not written to its end, or was changed.');
});

it('knows a later version by its number, of the buffer and of what is in it', () => {
  const words = new Uint32Array(file(regression()));
  words[1] = 2;
  for (const bytes of [words.buffer, pack({ kind: 'mmbeddings-lab-session', version: 2 })])
    expect(refusal(bytes)).toMatchObject({ code: 'session-newer', message: 'a.mmlab was saved by a later version of the lab.' });
});
