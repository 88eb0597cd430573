import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabEvent } from '../protocol';
import { type ExperimentSpec, experimentSchema } from '../spec/experiment';
import { createSession, type LabSession } from './session';
import { hear } from './testing';

/** A CSV of 120 rows: two numeric columns, a categorical one with 8 levels, a target with a level effect. */
function csv(): File {
  const lines = ['age,height,city,score'];
  for (let i = 0; i < 120; i++) {
    const city = (i * 7) % 8;
    lines.push(`${20 + (i % 50)},${(1.5 + ((i * 13) % 40) / 100).toFixed(2)},city ${city},${(city * 2 + (i % 5) * 0.1).toFixed(1)}`);
  }
  return new File([lines.join('\n')], 'people.csv');
}

function tableSpec(fingerprint: string): ExperimentSpec {
  return experimentSchema.parse({
    dataset: {
      kind: 'table',
      name: 'people.csv',
      fingerprint,
      task: 'regression',
      columns: [
        { name: 'age', role: 'numeric' },
        { name: 'height', role: 'numeric' },
        { name: 'city', role: 'categorical' },
        { name: 'score', role: 'target' },
      ],
    },
    methods: [{ id: 'ignore' }, { id: 'embeddings', settings: { d: 2 } }, { id: 'mmbeddings', settings: { d: 2, encoder: [8] } }],
    training: { batchSize: 32, epochs: 3, patience: null, drawPastStop: false },
  });
}

describe('session', () => {
  let session: LabSession;
  let events: LabEvent[] = [];
  let heard: ReturnType<typeof hear>;

  beforeAll(async () => {
    session = createSession();
    heard = hear((event) => events.push(event));
    session.connect(heard.port);
    const info = await session.start({ backend: 'cpu', wasmPath: '' });
    expect(info).toMatchObject({ backend: 'cpu', forced: true });
    expect(info.selfTest.tried).toHaveLength(1);
    expect(info.selfTest.tried[0].ok).toBe(true);
  });

  afterAll(() => heard.close());

  it('opens a table, trains on it and hands back predictions and level embeddings', async () => {
    events = [];
    const preview = await session.openTable(csv());
    expect(preview.columns.map((column) => column.role)).toEqual(['numeric', 'numeric', 'categorical', 'target']);
    const check = await session.checkRoles(
      preview.fingerprint,
      preview.columns.map(({ name, role }) => ({ name, role })),
      { numeric: 'mean', categorical: 'own-level' },
      0.2,
    );
    expect(check).toMatchObject({ error: null, p: 2, levels: [8], task: 'regression' });
    const rests = session.ping();
    await session.run(tableSpec(preview.fingerprint), 5, null);
    await heard.all();
    // What tells the page that a run goes on which has nothing else to tell.
    expect(session.ping()).toBeGreaterThan(rests);
    expect(events.every((event) => !('run' in event) || event.run === 5)).toBe(true);
    expect(events.filter((event) => event.type === 'result')).toHaveLength(3);
    expect(events.findLast((event) => event.type === 'status')).toMatchObject({ status: 'done' });

    const text = new TextDecoder()
      .decode((await session.predictionsCsv()).bytes)
      .trim()
      .split('\n');
    expect(text[0]).toBe('row,score,Ignore,Embeddings,MMbeddings');
    expect(text).toHaveLength(1 + 24);
    // The response comes back in its own unit, as it stood in the file.
    const source = (await csv().text()).split('\n');
    for (const line of text.slice(1)) {
      const [row, score, ...predictions] = line.split(',').map(Number);
      expect(score).toBeCloseTo(Number(source[row].split(',')[3]), 4);
      expect(predictions.every(Number.isFinite)).toBe(true);
    }

    const levels = new TextDecoder()
      .decode((await session.embeddingsCsv('mmbeddings')).bytes)
      .trim()
      .split('\n');
    expect(levels[0]).toBe('feature,level,training_rows,e1,e2');
    expect(levels).toHaveLength(1 + 8);
    expect(levels.slice(1).reduce((sum, line) => sum + Number(line.split(',')[2]), 0)).toBe(96);
    await expect(session.embeddingsCsv('ignore')).rejects.toMatchObject({ code: 'no-level-vectors' });
  });

  it('checks a method of the last run, and fits it again on parts of its rows, until something else is wanted', async () => {
    const { fingerprint } = await session.openTable(csv());
    await session.run(tableSpec(fingerprint), 6, null);
    const view = await session.checkMethod('embeddings');
    expect(view).toMatchObject({ method: 'embeddings', targetName: 'score', binary: null });
    expect(view.byCount[0].feature).toBe('city');
    await expect(session.checkMethod('lmmnn')).rejects.toMatchObject({ code: 'no-results' });

    events = [];
    const before = session.memory();
    const curve = await session.learningCurve();
    // A tenth of the training rows is too few.
    expect(curve.shares.map(({ share }) => share)).toEqual([0.25, 0.5, 1]);
    expect(curve.methods.every(({ points }) => points.length === 3 && points.every((point) => point !== null))).toBe(true);
    expect(session.memory()).toEqual(before);
    await heard.all();
    expect(events.some((event) => event.type === 'learning' && event.lane?.method === 'mmbeddings')).toBe(true);

    const stopped = expect(session.learningCurve()).rejects.toMatchObject({ code: 'cancelled' });
    await expect(session.learningCurve()).rejects.toMatchObject({ code: 'run-in-progress' });
    await session.run(tableSpec(fingerprint), 7, null);
    await stopped;
    expect((await session.checkMethod('ignore')).testRows).toBe(view.testRows);
  });

  it('times an epoch of each method before a run, and gives way when one begins', async () => {
    const { fingerprint } = await session.openTable(csv());
    const before = session.memory();
    const { methods, share } = await session.timeRun(tableSpec(fingerprint));
    expect(share).toBe(1);
    expect(methods.map(({ id }) => id)).toEqual(['ignore', 'embeddings', 'mmbeddings']);
    expect(methods.every(({ epochMilliseconds }) => (epochMilliseconds ?? 0) > 0)).toBe(true);
    expect(session.memory()).toEqual(before);

    const given = expect(session.timeRun(tableSpec(fingerprint))).rejects.toMatchObject({ code: 'cancelled' });
    const run = session.run(tableSpec(fingerprint), 8, null);
    await given;
    await expect(session.timeRun(tableSpec(fingerprint))).rejects.toMatchObject({ code: 'run-in-progress' });
    await run;
  });

  it('stops a run that still waits for its turn, and the next one trains', async () => {
    const { fingerprint } = await session.openTable(csv());
    const spec = tableSpec(fingerprint);
    events = [];
    const given = expect(session.timeRun(spec)).rejects.toMatchObject({ code: 'cancelled' });
    const run = session.run(spec, 21, null);
    session.stop();
    await Promise.all([given, run]);
    await heard.all();
    expect(events.flatMap((event) => (event.type === 'status' ? [event.status] : []))).toEqual(['idle']);
    await session.run(spec, 22, null);
    await heard.all();
    expect(events.at(-1)).toMatchObject({ type: 'status', run: 22, status: 'done' });
  });

  it('keeps the older table when a newer file is refused', async () => {
    const preview = await session.openTable(csv());
    await expect(session.openTable(new File([''], 'empty.csv'))).rejects.toMatchObject({ code: 'csv-empty' });
    const summary = await session.summarize(tableSpec(preview.fingerprint));
    expect(summary).toMatchObject({ trainRows: 86, validationRows: 10, testRows: 24, targetName: 'score', hasTruth: false });
  });

  it('reads a table in another way: columns without the file, lines with it, and a refusal leaves it as it was', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `${i};${'abc'[i % 3]};${i},5`).join('\n');
    const preview = await session.openTable(new File([`Export\nx;g;y\n${lines}\n`], 'german.csv'));
    const steps = preview.steps.map(({ step }) => step);
    expect(steps.map(({ kind }) => kind)).toEqual(['skip-lines', 'decimal']);
    const texts = await session.reread(preview.fingerprint, steps.slice(0, 1));
    expect(texts.fingerprint).toBe(preview.fingerprint);
    expect(texts.columns[2].kind).toBe('text');
    await expect(session.reread(preview.fingerprint, steps.slice(1))).rejects.toMatchObject({ code: 'csv-one-column' });
    const asSpec = (reading: typeof steps): ExperimentSpec => ({
      ...tableSpec(preview.fingerprint),
      dataset: experimentSchema.parse({
        dataset: {
          kind: 'table',
          name: 'german.csv',
          fingerprint: preview.fingerprint,
          task: 'regression',
          columns: ['x', 'g', 'y'].map((name, i) => ({ name, role: (['numeric', 'categorical', 'target'] as const)[i] })),
          reading,
        },
        methods: [{ id: 'ignore' }],
      }).dataset,
    });
    // The steps of the spec count, not those that the page has tried last.
    expect(await session.summarize(asSpec(steps))).toMatchObject({ targetName: 'y', task: 'regression' });
    await expect(session.summarize(asSpec(steps.slice(0, 1)))).rejects.toMatchObject({ code: 'target-not-numeric' });
    const skipped = await session.reread(preview.fingerprint, [
      { kind: 'skip-lines', lines: 2 },
      { kind: 'header', lines: 0 },
    ]);
    expect(skipped.columns.map(({ name }) => name)).toEqual(['column 1', 'column 2', 'column 3']);
    expect(skipped.fingerprint).not.toBe(preview.fingerprint);
    await expect(session.reread('0123456789abcdef', [])).rejects.toMatchObject({ code: 'table-missing' });
  });

  it('fails a run whose table is not open, by name', async () => {
    events = [];
    await session.run(tableSpec('0123456789abcdef'), 6, null);
    await heard.all();
    expect(events.at(-1)).toMatchObject({ type: 'status', run: 6, status: 'failed', error: { code: 'table-missing' } });
  });

  it('refuses a spec that the schema refuses, naming the setting', async () => {
    await expect(session.summarize({ ...tableSpec('0123456789abcdef'), methods: [] })).rejects.toMatchObject({
      code: 'bad-spec',
      message: 'methods: choose at least one method',
    });
  });

  it('replaces a run by a newer one and gives back every tensor', async () => {
    const preview = await session.openTable(csv());
    const before = session.memory().tensors;
    events = [];
    const spec = tableSpec(preview.fingerprint);
    const long = session.run({ ...spec, training: { ...spec.training, epochs: 10_000 } }, 7, null);
    const short = session.run(spec, 8, null);
    await Promise.all([long, short]);
    await heard.all();
    expect(events.findLast((event) => event.type === 'status' && event.run === 7)).not.toMatchObject({ status: 'done' });
    expect(events.at(-1)).toMatchObject({ type: 'status', run: 8, status: 'done' });
    expect(session.memory().tensors).toBe(before);
  });
});
