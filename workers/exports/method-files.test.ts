import { readFileSync } from 'node:fs';
import { parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTable } from '../data/csv';
import { joined } from '../data/csv-write';
import { prepareDataset } from '../data/prepare';
import { useBackend } from '../engine/testing';
import { type ExperimentInput, experimentSchema } from '../spec/experiment';
import { Run } from '../training/run';
import { augmentTable } from './augment';
import { glanceTable } from './glance';
import { METHOD_FILES, methodFile } from './method-files';
import type { FittedMethod } from './model';
import { tidyTable } from './tidy';
import type { MethodFileKind } from './types';

beforeAll(() => useBackend('cpu'));

type Columns = Record<string, (number | string | null)[]>;
interface Golden {
  csv: string;
  ml: { tidy: Columns; glance: Columns; augment: Columns };
  reml: Golden['ml'];
  binary: { tidy: string[]; glance: string[] };
}
/** What broom.mixed says of lme4's fits (golden/make/broom_mixed.R). */
const golden = JSON.parse(readFileSync(new URL('../../golden/broom-mixed.json', import.meta.url), 'utf8')) as Golden;

type Roles = Record<string, string>;

/** A method that was fitted to a table, whose column `part` says which rows test. */
async function fittedTo(text: string, id: string, roles: Roles, settings: Record<string, unknown> = {}, task = 'regression'): Promise<FittedMethod> {
  const table = await openTable(new File([text], 'visits.csv'));
  const columns = Object.entries({ ...roles, part: 'ignore' }).map(([name, role]) => ({ name, role }));
  const input = {
    dataset: {
      ...{ kind: 'table', name: 'visits.csv', fingerprint: table.fingerprint, task, columns, split: 'by-column', splitColumn: 'part' },
      ...(task === 'binary' && { positive: 'yes' }),
    },
    methods: [{ id, settings }],
  };
  return fittedBy(input as ExperimentInput, new Map([[table.fingerprint, table]]));
}

/** The only method of an experiment, fitted. */
async function fittedBy(input: ExperimentInput, tables: Parameters<typeof prepareDataset>[1] = new Map()): Promise<FittedMethod> {
  const training = { batchSize: 20, epochs: 3, patience: null, drawPastStop: false };
  const spec = experimentSchema.parse({ ...input, training });
  const run = new Run(await prepareDataset(spec, tables), { ...spec, keepPredictors: true }, () => undefined);
  await run.train();
  const [finished] = run.finished.values();
  if (!finished) throw new Error('no result');
  return { dataset: run.dataset, spec, finished, version: '0' };
}

const bytesOf = (kind: MethodFileKind, fitted: FittedMethod) => joined(methodFile(kind, fitted).pieces);

/** Columns of a CSV without quotes in it; empty cells are null. */
function columnsOf(kind: MethodFileKind, fitted: FittedMethod): Columns {
  const [header, ...lines] = new TextDecoder().decode(bytesOf(kind, fitted)).trimEnd().split('\n');
  const cells = lines.map((line) => line.split(','));
  return Object.fromEntries(
    header.split(',').map((name, j) => [name, cells.map((row) => (row[j] === '' ? null : Number.isNaN(Number(row[j])) ? row[j] : Number(row[j])))]),
  );
}

const ROLES: Roles = { y: 'target', dose: 'numeric', age: 'numeric', clinic: 'categorical', team: 'categorical' };

/** The same cells, numbers to a hundred-thousandth of the largest of their column. */
function expectAlike(own: Columns, theirs: Columns, names = Object.keys(theirs)): void {
  for (const name of names) {
    const size = Math.max(...theirs[name].map((cell) => (typeof cell === 'number' ? Math.abs(cell) : 0)));
    expect(own[name]?.length, name).toBe(theirs[name].length);
    for (const [i, cell] of theirs[name].entries())
      if (typeof cell === 'number') expect(Math.abs((own[name][i] as number) - cell), `${name} ${i}`).toBeLessThan(1e-5 * size);
      else expect(own[name][i], `${name} ${i}`).toBe(cell);
  }
}

describe('tables in the columns of broom.mixed', () => {
  it.each(['ml', 'reml'] as const)('of a linear mixed model by %s, as R has them', async (estimator) => {
    const fitted = await fittedTo(golden.csv, 'linear-mixed-model', ROLES, { estimator });
    const { tidy, glance, augment } = golden[estimator];
    const own = columnsOf('tidy', fitted);
    expect(Object.keys(own)).toEqual(Object.keys(tidy));
    // R has no errors of deviations; its intervals of fixed effects are 1.959964 errors wide.
    const fixed = (columns: Columns): Columns => Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells.slice(0, 3)]));
    expectAlike(own, tidy, ['effect', 'group', 'term', 'estimate', 'statistic']);
    expectAlike(fixed(own), fixed(tidy), ['std.error']);
    for (const [i, low] of fixed(tidy)['conf.low'].entries()) expect(own['conf.low'][i] as number).toBeCloseTo(low as number, 3);
    for (let i = 3; i < 6; i++) {
      const [low, estimate, high] = ['conf.low', 'estimate', 'conf.high'].map((name) => own[name][i] as number);
      expect(low).toBeLessThan(estimate);
      expect(high).toBeGreaterThan(estimate);
      // The delta method: of the square it is twice the deviation as large.
      const variance = fitted.finished.result.estimates.find(({ kind, value }) => kind === 'variance' && Math.abs(value - estimate ** 2) < 1e-9);
      expect(2 * estimate * (own['std.error'][i] as number)).toBeCloseTo(variance?.standardError as number, 9);
    }
    const glanced = columnsOf('glance', fitted);
    expect(Object.keys(glanced).slice(0, 7)).toEqual(Object.keys(glance));
    expectAlike(glanced, glance);
    const rows = columnsOf('augment', fitted);
    expect(rows['.rownames']).toHaveLength(90);
    const at = augment['.rownames'].map((row) => rows['.rownames'].indexOf(row));
    expectAlike(Object.fromEntries(Object.entries(rows).map(([name, cells]) => [name, at.map((i) => cells[i])])), augment);
    expect(rows['.part'].filter((part) => part === 'test')).toHaveLength(15);
    // It is computed a few rows at a time, and names rows as the file does.
    const dataset = { ...fitted.dataset, fileRows: Uint32Array.from({ length: 90 }, (_, row) => row + 10) };
    const pieces = [...augmentTable({ ...fitted, dataset }, 7).rows];
    expect(pieces).toEqual([...augmentTable(fitted).rows].map(([number, ...cells]) => [(number as number) + 10, ...cells]));
    // Test rows have the predictions of the run.
    const tested = fitted.dataset.split.test.indexOf(5);
    expect(rows['.fitted'][5]).toBeCloseTo(fitted.finished.predictions[tested], 10);
    expect(rows['.resid'][5]).toBeCloseTo((rows.y[5] as number) - (rows['.fitted'][5] as number), 10);
  });

  it('of a binary response: log odds, the deviance residual and the probability', async () => {
    const { y: _, ...roles } = ROLES;
    const fitted = await fittedTo(golden.csv, 'linear-mixed-model', { ...roles, ok: 'target' }, {}, 'binary');
    expect(Object.keys(columnsOf('tidy', fitted))).toEqual(golden.binary.tidy);
    const glanced = columnsOf('glance', fitted);
    expect(Object.keys(glanced).slice(0, 7)).toEqual(golden.binary.glance);
    expect(glanced.sigma).toEqual([1]);
    // A likelihood, where a fit has one, is no deviance: R has the conditional one there.
    const { result } = fitted.finished;
    const known: (typeof result.estimates)[number] = { ...result.estimates[0], name: 'Log likelihood', kind: 'fit', feature: null, value: -30.5 };
    const likely = glanceTable({ ...fitted, finished: { ...fitted.finished, result: { ...result, estimates: [...result.estimates, known] } } });
    const [cells] = likely.rows;
    expect(['logLik', 'deviance'].map((name) => cells[likely.header.indexOf(name)])).toEqual([-30.5, null]);
    const rows = columnsOf('augment', fitted);
    expect(new Set(rows.ok)).toEqual(new Set(['yes', 'no']));
    for (const i of rows.ok.keys()) {
      const [logit, residual, mu] = ['.fitted', '.resid', '.mu'].map((name) => rows[name][i] as number);
      expect(1 / (1 + Math.exp(-logit))).toBeCloseTo(mu, 10);
      expect(residual ** 2 / -2).toBeCloseTo(Math.log(rows.ok[i] === 'yes' ? mu : 1 - mu), 10);
      expect(residual > 0).toBe(rows.ok[i] === 'yes');
    }
  });
});

it('terms are named as lme4 and nlme name them, and p values are two-sided', async () => {
  const { y: _, ...roles } = ROLES;
  const fitted = await fittedTo(golden.csv, 'linear-mixed-model', { ...roles, ok: 'target' }, {}, 'binary');
  const { result } = fitted.finished;
  const of = (kind: 'fixed effect' | 'variance', name: string, feature: number | null, more = {}): (typeof result.estimates)[number] => ({
    ...result.estimates[0],
    ...{ kind, name, feature, value: 1.959964, standardError: 1, ...more },
  });
  const estimates = [
    of('variance', 'Variance of clinic', 0),
    of('variance', 'Variance of slope 1 of clinic', 0),
    of('variance', 'Variance of Asym', 0),
    of('variance', 'Variance of level vectors of team', 1, { ofVectors: true }),
    of('fixed effect', 'Slope of dose', null),
  ];
  const { header, rows } = tidyTable({ dataset: fitted.dataset, finished: { ...fitted.finished, result: { ...result, estimates } } });
  const cells = (name: string) => Array.from(rows, (row) => row[header.indexOf(name)]);
  expect(cells('term')).toEqual(['dose', 'sd__(Intercept)', 'sd__slope 1', 'sd__Asym', 'sd__(vector)']);
  expect(cells('p.value')[0]).toBeCloseTo(0.05, 6);
});

it('rows of tags have the mean effect of their tags', async () => {
  const fitted = await fittedBy({
    dataset: { kind: 'tags', task: 'regression', groups: [2, 2], trainRows: 60, testRows: 20 },
    methods: [{ id: 'lmmnn', settings: {} }],
  });
  const { dataset, finished } = fitted;
  const [{ offsets, ids }] = dataset.tags ?? [];
  const rows = columnsOf('augment', fitted);
  for (const [i, number] of rows['.rownames'].entries()) {
    const row = (number as number) - 1;
    const effects = Array.from(ids.subarray(offsets[row], offsets[row + 1]), (tag) => finished.vectors[0].values[tag] * dataset.targetScale);
    const mean = effects.reduce((sum, one) => sum + one, 0) / Math.max(1, effects.length);
    expect((rows['.fitted'][i] as number) - (rows['.fixed'][i] as number)).toBeCloseTo(mean, 9);
  }
  expect(offsets.some((end, row) => row > 0 && end - offsets[row - 1] > 1)).toBe(true);
});

it('a response called like an added column has another name', async () => {
  const text = golden.csv.replace('y', '.mu').replace('dose', 'response');
  const roles: Roles = { '.mu': 'target', response: 'numeric', clinic: 'categorical' };
  const header = Object.keys(columnsOf('augment', await fittedTo(text, 'linear-mixed-model', roles)));
  expect(header).toEqual(['.rownames', '.response', 'response', 'clinic', '.fitted', '.resid', '.fixed', '.mu', '.part']);
});

/** Names as a person with bad intentions writes them. */
const HOSTILE = [
  '=HYPERLINK("http://x")',
  '</td><script>alert(1)</script>',
  '__proto__',
  'a,b"c\nd',
  `\u202e${'long'.repeat(2500)}`,
  '\u001b[31mred',
];

const hostileTable = (): string =>
  [
    'y,x,who,part',
    ...Array.from({ length: 48 }, (_, i) => {
      const name = HOSTILE[i % HOSTILE.length].replace(/"/g, '""');
      return `${(i % 7) + 2 * (i % HOSTILE.length)},${i % 5},"${name}",${i % 7 === 6 ? 'test' : 'train'}`;
    }),
  ].join('\n');

describe('files of levels and weights', () => {
  it('levels.parquet is read by another reader as the method has them, and the CSV says the same', async () => {
    const fitted = await fittedTo(hostileTable(), 'mmbeddings', { y: 'target', x: 'numeric', who: 'categorical' }, { d: 2, encoder: [4] });
    const parquet = await parquetReadObjects({ file: bytesOf('levelsParquet', fitted).buffer });
    expect(parquet.map(({ level }) => level)).toEqual(fitted.dataset.categorical[0].labels);
    expect(new Set(parquet.map(({ level }) => level))).toEqual(new Set(HOSTILE));
    const { vectors, posterior } = fitted.finished;
    for (const [j, row] of parquet.entries()) {
      expect(Object.keys(row)).toEqual(['feature', 'level', 'rows', 'e1', 'e2', 'sd1', 'sd2']);
      expect([row.e1, row.e2]).toEqual([...vectors[0].values.subarray(2 * j, 2 * j + 2)]);
      const variances = posterior?.variances[0].values.subarray(2 * j, 2 * j + 2) ?? [];
      expect([row.sd1, row.sd2]).toEqual(Array.from(variances, (value) => Math.fround(Math.sqrt(value))));
    }
    expect(parquet.reduce((sum, { rows }) => sum + rows, 0)).toBe(fitted.dataset.split.train.length + fitted.dataset.split.validation.length);
    // The CSV is read back by the lab itself: the same cells, formulas behind an apostrophe.
    const csv = await openTable(new File([bytesOf('levels', fitted)], 'levels.csv'));
    const column = (name: string) => csv.columns.find((one) => one.name === name);
    const text = (name: string, row: number): string => {
      const own = column(name);
      if (!own || !('codes' in own)) throw new Error(name);
      return own.dictionary[own.codes[row]];
    };
    for (const [j, row] of parquet.entries()) expect(text('level', j)).toBe(/^=/.test(row.level) ? `'${row.level}` : row.level);
    const written = new TextDecoder().decode(bytesOf('levels', fitted));
    expect(written).not.toMatch(/^[^"\n]*,=/m);
    // Numbers of single precision have no more digits than it holds.
    expect(written).not.toMatch(/[1-9]\d{10}/);
  });

  it('effects and ranks of intercepts are in the unit of the response; levels without training rows have no rank', async () => {
    const text = `${golden.csv.trimEnd()}\n9,1,30,clinic 9,red,test,yes\n`;
    const fitted = await fittedTo(text, 'linear-mixed-model', ROLES);
    const rows = await parquetReadObjects({ file: bytesOf('levelsParquet', fitted).buffer });
    expect(rows).toHaveLength(12);
    const [unseen, red] = ['clinic 9', 'red'].map((level) => rows.find((row) => row.level === level));
    expect(unseen).toMatchObject({ feature: 'clinic', rows: 0, effect: 0, expected_rank: null, rank_low: null });
    expect(red?.effect).toBeCloseTo(red?.e1 * fitted.dataset.targetScale, 10);
    const ranks = rows.flatMap(({ feature, expected_rank }) => (feature === 'clinic' && expected_rank !== null ? [expected_rank] : []));
    for (const row of rows.filter(({ expected_rank }) => expected_rank !== null)) {
      expect(row.rank_low).toBeLessThanOrEqual(row.expected_rank);
      expect(row.rank_high).toBeGreaterThan(row.expected_rank);
    }
    expect(ranks.reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(28, 6);
  });

  it('weights.safetensors holds every parameter by name and shape, as its format asks', async () => {
    const fitted = await fittedTo(hostileTable(), 'embeddings', { y: 'target', x: 'numeric', who: 'categorical' }, { d: 3, decoder: [5] });
    const bytes = bytesOf('weights', fitted);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const { __metadata__, ...rest } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    const tensors = rest as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
    expect(__metadata__).toMatchObject({ method: 'embeddings', fingerprint: fitted.dataset.fingerprint });
    expect(Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]))).toMatchObject({
      'decoder/dense0/kernel': [4, 5],
      'decoder/dense0/bias': [5],
    });
    let at = 0;
    for (const { dtype, shape, data_offsets } of Object.values(tensors)) {
      expect(dtype).toBe('F32');
      expect(data_offsets).toEqual([at, at + 4 * shape.reduce((a: number, b: number) => a * b, 1)]);
      [, at] = data_offsets;
    }
    expect(8 + length + at).toBe(bytes.length);
    // The table of levels is the method's level vectors.
    const [[, table]] = Object.entries(tensors).filter(([, { shape }]) => shape[0] === HOSTILE.length);
    const [from, to] = table.data_offsets;
    expect([...new Float32Array(bytes.slice(8 + length + from, 8 + length + to).buffer)]).toEqual([...fitted.finished.vectors[0].values]);
    expect(fitted.finished.weights?.filter(({ values }) => typeof values === 'number')).toHaveLength(1);
  });

  it('a method says which files it does not have', async () => {
    const fitted = await fittedTo(hostileTable(), 'ignore', { y: 'target', x: 'numeric', who: 'categorical' });
    expect(METHOD_FILES.levels.refusal(fitted)).toBe('Ignore has no vectors of levels.');
    expect(() => methodFile('tidy', fitted)).toThrow(
      expect.objectContaining({ code: 'no-method-file', message: expect.stringContaining('no tidy.csv of Ignore') }),
    );
    expect(columnsOf('glance', fitted)).toMatchObject({ logLik: [null], sigma: [null], 'test.nobs': [6] });
  });
});
