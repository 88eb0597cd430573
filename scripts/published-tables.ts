/**
 * Turns the tables of docs/methods.md F11, means and standard errors of the LMMNN extensions, into the JSON
 * that the experiments ship: `npm run published-tables`. The authors' files by repetition are no part of the
 * repository.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricKey, Published } from '../workers/papers/types';

const ROOT = join(import.meta.dirname, '..');

/** A table of F11: the beginning of its title, what its rows differ in, and our names of its columns. */
interface SpecifiedTable {
  id: string;
  title: string;
  cell: readonly string[];
  methods: Readonly<Record<string, string>>;
  /** Estimates of LMMNN. */
  estimates: Readonly<Record<string, MetricKey>>;
  /** What methods are judged by, where it is not the MSE. */
  score?: MetricKey;
  /** Repetitions where none are told; absent: 5. */
  repetitions?: number;
}

const METHODS = { Ignore: 'ignore', OHE: 'ohe', Embeddings: 'embed', lme4: 'lme4', MeNets: 'menet', LMMNN: 'lmm', 'LMMNN-E': 'lmm-e' };
const THREE = { s2e: 'noiseVariance', s2b0: 'effectVariance0', s2b1: 'effectVariance1', s2b2: 'effectVariance2' } as const;
const ONE = { s2e: 'noiseVariance', s2b: 'effectVariance0' } as const;
const TIME = {
  s2e: 'noiseVariance',
  s2b0: 'effectVariance0',
  s2b1: 'slopeVariance',
  s2b2: 'squareVariance',
  rho01: 'correlation01',
  rho02: 'correlation02',
} as const;

const table = (id: string, title: string, cell: readonly string[], estimates: SpecifiedTable['estimates']): SpecifiedTable => ({
  id,
  title,
  cell,
  methods: METHODS,
  estimates,
});

export const TABLES: readonly SpecifiedTable[] = [
  table('hidden-one', 'g(Z) = Z W, one feature', ['s2b', 'q'], ONE),
  table('cosines-one', 'g(Z) = sum zw cos(zw), one feature', ['s2b', 'q'], ONE),
  table('hidden-three', 'g(Z) = Z W, three features', ['sig2b0', 'sig2b1', 'sig2b2'], THREE),
  table('cosines-three', 'g(Z) = sum zw cos(zw), three features', ['sig2b0', 'sig2b1', 'sig2b2'], THREE),
  table('time-random', 'Longitudinal, q = 10,000', ['sig2b0', 'sig2b1', 'sig2b2'], TIME),
  table('time-future', 'Longitudinal, test = largest t', ['sig2b0', 'sig2b1', 'sig2b2'], TIME),
  table('places', 'Spatial (res', ['s2_0', 's2_1', 'q'], { s2e: 'noiseVariance', kernel0: 'effectVariance0', kernel1: 'squaredLength' }),
  table('places-categorical', 'Spatial and two categorical', ['s2b0', 's2b1', 'kernel0 true'], {
    s2e: 'noiseVariance',
    s2b0: 'effectVariance1',
    s2b1: 'effectVariance2',
    kernel0: 'effectVariance0',
    kernel1: 'squaredLength',
  }),
  {
    ...table('survival', 'Survival, concordance', ['theta', 'q', '% censored'], {
      theta: 'effectVariance0',
      'lambda (column weibull_nu_est)': 'baselineRate',
      'nu (column weibull_lambda_est)': 'baselineShape',
    }),
    score: 'concordance',
    repetitions: 3,
  },
];

/** "1.239 (0.010)", with "[2]" behind it where there are other than the usual repetitions. */
function summaryOf(text: string, usual: number): { n: number; mean: number; se: number | null } | null {
  const found = /^(-?[\d.]+) \(([\d.]+|–)\)(?: \[(\d+)\])?$/.exec(text.trim());
  return found && { n: Number(found[3] ?? usual), mean: Number(found[1]), se: found[2] === '–' ? null : Number(found[2]) };
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((text) => text.trim());

/**
 * The published numbers of each table of the specification. Throws where one is missing or has another form.
 */
export function publishedTables(specification: string): Record<string, Published> {
  const parts = specification.split('\n#### ').slice(1);
  return Object.fromEntries(
    TABLES.map(({ id, title, cell, methods, estimates, score = 'mse', repetitions = 5 }): [string, Published] => {
      const part = parts.find((text) => text.startsWith(title));
      if (!part) throw new Error(`docs/methods.md has no table "${title}"`);
      const file = /\((res_\w+)/.exec(part.split('\n')[0])?.[1] ?? '';
      const [head, , ...lines] = part.split('\n').filter((line) => line.startsWith('|'));
      const names = cellsOf(head);
      const cells: Published['cells'] = {};
      for (const line of lines) {
        const values = cellsOf(line);
        const key = cell.map((name, place) => `${name.replace(' true', '').replace('% ', '')}=${values[place]}`).join(',');
        const row: Published['cells'][string] = {};
        for (const [place, name] of names.entries()) {
          if (place < cell.length) continue;
          const summary = summaryOf(values[place], repetitions);
          if (!summary) throw new Error(`"${title}" has "${values[place]}" in ${name}`);
          const method = methods[name];
          if (method) row[method] = { parameters: null, series: {}, summaries: { [score]: summary } };
          else if (estimates[name]) row.lmm.summaries = { ...row.lmm.summaries, [estimates[name]]: summary };
        }
        cells[key] = row;
      }
      return [id, { source: `github.com/gsimchoni/lmmnn, results/${file}.csv, means and standard errors`, cells }];
    }),
  );
}

export const TARGET = join(ROOT, 'workers/papers/published/lmmnn-extensions.json');
export const specification = (): Promise<string> => readFile(join(ROOT, 'docs/methods.md'), 'utf8');

if (process.argv[1] === import.meta.filename) {
  const found = publishedTables(await specification());
  await writeFile(TARGET, `${JSON.stringify(found)}\n`);
  for (const [id, { cells }] of Object.entries(found)) console.log(`${id}: ${Object.keys(cells).length} cells`);
}
