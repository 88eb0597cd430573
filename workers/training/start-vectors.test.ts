import { beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, vectorFeatures } from '../data/dataset';
import { LabFailure } from '../data/failure';
import { matchVectors } from '../data/vectors/match';
import { readVectors } from '../data/vectors/read-vectors';
import { memoryUse } from '../engine/memory';
import { useBackend } from '../engine/testing';
import { aboutMethod } from '../methods/registry';
import { RandomStream } from '../random/random';
import { embeddingsCsv } from './downloads';
import { Run, type RunEvent } from './run';
import { trainingSchema } from './schema';

const ROWS = 600;
const CITIES = 20;
const TAGS = 12;

/**
 * Cities and colours that go together by the city's number modulo 4, sets of tags, and labels that need care.
 */
function data(): Dataset {
  const random = new RandomStream(3, 'start vectors test');
  const cities = Int32Array.from({ length: ROWS }, () => random.integer(CITIES));
  const offsets = Uint32Array.from({ length: ROWS + 1 }, (_, i) => 3 * i);
  const ids = Int32Array.from({ length: 3 * ROWS }, (_, at) => (cities[Math.floor(at / 3)] % 4) * 3 + (at % 3));
  const rows = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const label = (j: number): string => (j === 0 ? '=SUM("a",1)\nnext line' : j === 1 ? ' spaces, and commas' : `Çity ${j}`);
  return {
    task: 'regression',
    rows: ROWS,
    x: Float32Array.from({ length: ROWS }, () => random.normal()),
    p: 1,
    xScales: null,
    y: Float32Array.from(cities, (city) => (city % 4) + 0.1 * random.normal()),
    categorical: [
      { name: 'city', cardinality: CITIES, codes: cities, labels: Array.from({ length: CITIES }, (_, j) => label(j)) },
      { name: 'colour', cardinality: 8, codes: Int32Array.from(cities, (city) => (city % 4) + 4 * random.integer(2)), labels: null },
    ],
    tags: [{ name: 'kinds', offsets, ids, labels: Array.from({ length: TAGS }, (_, j) => `kind ${j}`), parents: new Int32Array(TAGS).fill(-1) }],
    sequence: { key: Int32Array.from(cities, (city) => city % 4), order: null },
    ...{ targetScale: 1, targetMean: 0, targetName: 'y', classLabels: null, truth: null, fingerprint: '0'.repeat(16) },
    split: { train: rows(0, 400), validation: rows(400, 500), test: rows(500, ROWS) },
  };
}

async function trained(dataset: Dataset, id: string, settings: Record<string, unknown>, epochs = 2): Promise<{ run: Run; events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const run = new Run(
    dataset,
    {
      methods: [{ id, settings: aboutMethod(id).settings.parse(settings) }],
      training: trainingSchema.parse({ epochs, batchSize: 50, patience: null, learningRate: 0.01 }),
      seeds: { data: 1, split: 1, weights: 1 },
    },
    (event) => events.push(event),
  );
  await run.train();
  return { run, events };
}

const vectorsOf = (run: Run, id: string): Float32Array[] => run.finished.get(id)?.vectors.map(({ values }) => values) ?? [];
const given = async (dataset: Dataset, files: Record<string, string | Uint8Array<ArrayBuffer>>): Promise<Dataset> => ({
  ...dataset,
  given: await Promise.all(
    vectorFeatures(dataset).map(async (feature) => {
      const text = files[feature.name];
      return text === undefined ? null : matchVectors(await readVectors(new File([text], `${feature.name}.csv`)), feature);
    }),
  ),
});
const failure = async (of: Promise<unknown>): Promise<LabFailure> => {
  const thrown = await of.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(LabFailure);
  return thrown as LabFailure;
};

describe('vectors that methods begin from', () => {
  beforeAll(() => useBackend('cpu'));

  it('the download of a finished run begins another: frozen, it has the same vectors', async () => {
    const dataset = data();
    const { run } = await trained(dataset, 'embeddings', { d: 4, decoder: [8] });
    const before = vectorsOf(run, 'embeddings');
    const { bytes } = embeddingsCsv(run, 'embeddings');
    const csv = bytes as Uint8Array<ArrayBuffer>;
    const next = await given(dataset, { city: csv, colour: csv, kinds: csv });
    expect(next.given?.map((one) => [one?.matched, one?.missing, one?.unused])).toEqual([
      [CITIES, 0, 0],
      [8, 0, 0],
      [TAGS, 0, 0],
    ]);
    const frozen = await trained(next, 'embeddings', { d: 4, decoder: [8], start: { from: 'given' }, tableRate: 0 });
    for (const [k, values] of vectorsOf(frozen.run, 'embeddings').entries())
      for (const [i, value] of values.entries()) expect(Math.abs(value - before[k][i])).toBeLessThanOrEqual(1e-6 * Math.abs(value));
    const slow = await trained(next, 'embeddings', { d: 4, decoder: [8], start: { from: 'given' } }, 1);
    const moved = Math.max(...vectorsOf(slow.run, 'embeddings')[0].map((value, i) => Math.abs(value - before[0][i])));
    // Eight steps of at most about a tenth of 0.01 each.
    expect(moved).toBeGreaterThan(1e-4);
    expect(moved).toBeLessThan(2 * 8 * 0.001);
    expect(run.finished.get('embeddings')?.result.parameters).toBe(4 * (CITIES + 8 + TAGS) + (1 + 3 * 4 + 1) * 8 + 9);
    expect(frozen.run.finished.get('embeddings')?.result.parameters).toBe((1 + 3 * 4 + 1) * 8 + 9);
  });

  it('a level without a vector is drawn like the others, and is 0 where the table is frozen', async () => {
    const lines = Array.from({ length: CITIES - 10 }, (_, j) => `Çity ${j + 10},${j % 2 === 0 ? 3 : -3},0.5`).join('\n');
    const dataset = await given(data(), { city: lines });
    expect(dataset.given?.[0]).toMatchObject({ matched: 10, missing: 10, d: 2 });
    const begin = { d: 2, decoder: [4], start: { from: 'given' } };
    const frozen = vectorsOf((await trained(dataset, 'embeddings', { ...begin, tableRate: 0 }, 1)).run, 'embeddings')[0];
    expect([...frozen.subarray(0, 20)]).toEqual(new Array(20).fill(0));
    expect([...frozen.subarray(20, 24)]).toEqual([3, 0.5, -3, 0.5]);
    const slow = vectorsOf((await trained(dataset, 'embeddings', { ...begin, tableRate: 1e-9 }, 1)).run, 'embeddings')[0];
    const first = Array.from({ length: 10 }, (_, j) => slow[2 * j]);
    expect(Math.max(...first.map(Math.abs))).toBeGreaterThan(1);
    // The second number has no variance in the file.
    expect(Math.max(...Array.from({ length: 10 }, (_, j) => Math.abs(slow[2 * j + 1])))).toBeLessThan(1e-6);
  });

  it('wider vectors are projected and keep their distances where they lie in so many dimensions', async () => {
    const random = new RandomStream(5, 'projection');
    const flat = Array.from({ length: CITIES }, () => [random.normal(), random.normal()]);
    const text = flat.map(([a, b], j) => `Çity ${j},${a + b + 1},${a - b},${2 * a},${b - 4}`).join('\n');
    const dataset = await given(data(), { city: text });
    const { run } = await trained(dataset, 'embeddings', { d: 2, decoder: [4], start: { from: 'given' }, tableRate: 0 }, 1);
    const vectors = vectorsOf(run, 'embeddings')[0];
    for (let i = 2; i < CITIES; i++)
      for (let j = 2; j < i; j++) {
        const [a, b] = [flat[i][0] - flat[j][0], flat[i][1] - flat[j][1]];
        const wide = Math.hypot(a + b, a - b, 2 * a, b);
        expect(Math.hypot(vectors[2 * i] - vectors[2 * j], vectors[2 * i + 1] - vectors[2 * j + 1])).toBeCloseTo(wide, 4);
      }
  });

  it('refuses by name what cannot be, and leaves nothing', async () => {
    const { tensors } = memoryUse();
    const none = await failure(trained(data(), 'embeddings', { start: { from: 'given' } }));
    expect([none.code, none.message]).toEqual(['vectors-missing', 'Embeddings is to begin from vectors of a file, and no column has one.']);
    const narrow = await failure(trained(await given(data(), { city: 'Çity 2,1,2\n' }), 'embeddings', { d: 3, start: { from: 'given' } }));
    expect([narrow.code, narrow.hint]).toEqual(['vectors-too-narrow', 'Set its width d to 2 or less.']);
    const { sequence: _, ...unordered } = data();
    const lost = await failure(trained(unordered, 'embeddings', { start: { from: 'skip-gram', sentences: 'sequences' } }));
    expect([lost.code, lost.message]).toEqual([
      'no-sentences',
      'Skip-gram finds no sentences for Embeddings: nothing says which rows of "city" follow one another.',
    ]);
    const alone = await failure(
      trained({ ...data(), tags: undefined, categorical: data().categorical.slice(0, 1) }, 'embeddings', { start: { from: 'skip-gram' } }),
    );
    expect(alone.message).toBe('Skip-gram finds no sentences for Embeddings: a row has one level.');
    const tagless = await failure(trained(await given(data(), { city: 'Çity 2,1,2\n' }), 'tag-pretrained', { start: { from: 'given' } }));
    expect(tagless.message).toBe('Pretrained tags is to begin from vectors of a file, and no column of tags has one.');
    expect(memoryUse().tensors).toBe(tensors);
  });

  it.each([
    ['embeddings', { from: 'skip-gram' }, 'rows'],
    ['embeddings', { from: 'skip-gram', sentences: 'sequences' }, 'sequences'],
    ['tag-pretrained', { from: 'skip-gram' }, 'tags'],
  ])('%s from skip-gram %o: levels that occur together are alike, without the response', async (id, start, sentences) => {
    const settings = { d: 4, decoder: [8], start: { ...start, passes: 60 }, tableRate: 0 };
    const one = vectorsOf((await trained(data(), id, settings, 1)).run, id);
    const again = vectorsOf((await trained({ ...data(), y: new Float32Array(ROWS).fill(1) }, id, settings, 1)).run, id);
    expect(one.at(sentences === 'tags' ? 2 : 0)).toEqual(again.at(sentences === 'tags' ? 2 : 0));
    const [vectors, groupOf] = sentences === 'tags' ? [one[2], (j: number) => Math.floor(j / 3)] : [one[0], (j: number) => j % 4];
    const n = vectors.length / 4;
    const cosine = (i: number, j: number): number => {
      const [a, b] = [vectors.subarray(4 * i, 4 * i + 4), vectors.subarray(4 * j, 4 * j + 4)];
      return a.reduce((sum, value, m) => sum + value * b[m], 0) / (Math.hypot(...a) * Math.hypot(...b));
    };
    for (let i = 0; i < n; i++) {
      const others = [...Array(n).keys()].filter((j) => j !== i).sort((a, b) => cosine(i, b) - cosine(i, a));
      expect(groupOf(others[0]), `${i}`).toBe(groupOf(i));
    }
  });

  it('tells how far skip-gram has come, and stops when asked', async () => {
    const many = data();
    const events: RunEvent[] = [];
    const start = { from: 'skip-gram', passes: 100 };
    const run = new Run(
      many,
      {
        methods: [{ id: 'embeddings', settings: aboutMethod('embeddings').settings.parse({ start }) }],
        training: trainingSchema.parse({ epochs: 1 }),
        seeds: { data: 1, split: 1, weights: 1 },
      },
      (event) => {
        events.push(event);
        if (event.type === 'status' && event.preparing?.kind === 'pretraining' && event.preparing.percent > 5) run.stop();
      },
    );
    await expect(run.train()).rejects.toThrow();
    const shares = events.flatMap((event) => (event.type === 'status' && event.preparing?.kind === 'pretraining' ? [event.preparing.percent] : []));
    expect(shares.length).toBeGreaterThan(0);
    expect(Math.max(...shares)).toBeLessThan(100);
  });
});
