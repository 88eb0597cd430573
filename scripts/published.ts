/**
 * Turns the per-repetition result files of the papers into the compact JSON that the product ships next to
 * its own runs: `npm run published -- DIR`, DIR with the authors' CSV files. Numbers keep the digits of the
 * files.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import Papa from 'papaparse';
import { LabFailure } from '../workers/data/failure';
import { embeddingView } from '../workers/metrics/match';
import type { Published, PublishedSeries } from '../workers/papers/types';
import { fail } from './cli';

interface Conversion {
  /** Name of the JSON. */
  name: string;
  file: string;
  /** Where the authors publish it. */
  source: string;
  /** Columns that make a cell, with the name each has in a cell's key. */
  cell: [column: string, name: string][];
}

const MM = 'github.com/gsimchoni/mmbeddings, results/';
const LM = 'github.com/gsimchoni/lmmnn, results/';

const CONVERSIONS: Conversion[] = [
  { name: 'single-regression', file: 'mmbeddings-res_continuous_single_feature.csv', source: MM, cell: [['q0', 'q']] },
  { name: 'single-classification', file: 'mmbeddings-res_binary_single_feature.csv', source: MM, cell: [['q0', 'q']] },
  { name: 'vary-effect-variance', file: 'mmbeddings-res_continuous_single_features_vary_sig2b.csv', source: MM, cell: [['sig2b0', 'variance']] },
  {
    name: 'vary-prior',
    file: 'mmbeddings-res_vary_reprior.csv',
    source: MM,
    cell: [
      ['q0', 'q'],
      ['re_prior', 'prior'],
    ],
  },
  {
    name: 'vary-width',
    file: 'mmbeddings-res_vary_d.csv',
    source: MM,
    cell: [
      ['q0', 'q'],
      ['d', 'd'],
    ],
  },
  { name: 'three-regression', file: 'mmbeddings-res_continuous_multiple_features_q10K.csv', source: MM, cell: [['q0', 'q']] },
  { name: 'three-classification', file: 'mmbeddings-res_binary_multiple_features_q10K.csv', source: MM, cell: [['q0', 'q']] },
  {
    name: 'collaborative',
    file: 'mmbeddings-res_ncf_amazon.csv',
    source: MM,
    cell: [
      ['batch_size', 'batch'],
      ['patience', 'patience'],
    ],
  },
  ...['imdb', 'insteval', 'news', 'spotify', 'ukb'].map(
    (data): Conversion => ({ name: `tabtransformer-${data}`, file: `mmbeddings-res_tt_${data}.csv`, source: MM, cell: [] }),
  ),
  {
    name: 'lmmnn-one',
    file: 'lmmnn-res_NL_100K_Z_n5.csv',
    source: LM,
    cell: [
      ['sig2b', 'variance'],
      ['q', 'q'],
    ],
  },
  {
    name: 'lmmnn-two',
    file: 'lmmnn-res_NL_100K_Z_n5_two_categoricals.csv',
    source: LM,
    cell: [
      ['sig2b0', 'variance0'],
      ['sig2b1', 'variance1'],
      ['q0', 'q0'],
      ['q1', 'q1'],
    ],
  },
  {
    name: 'lmmnn-three',
    file: 'lmmnn-res_NL_100K_Z_n5_three_categoricals.csv',
    source: LM,
    cell: [
      ['sig2b0', 'variance0'],
      ['sig2b1', 'variance1'],
      ['sig2b2', 'variance2'],
    ],
  },
  {
    name: 'lmmnn-binary',
    file: 'lmmnn-res_glmm_nGQ5_iterations.csv',
    source: LM,
    cell: [
      ['sig2b0', 'variance'],
      ['q0', 'q'],
    ],
  },
  { name: 'lmmnn-insteval', file: 'lmmnn-res_insteval.csv', source: LM, cell: [] },
];

/** Our name of each column that is kept, by its name in the files. */
const SERIES: Record<string, keyof PublishedSeries> = {
  mse: 'mse',
  mae: 'mae',
  r2: 'r2',
  auc: 'auc',
  logloss: 'logLoss',
  accuracy: 'accuracy',
  frobenius: 'frobenius',
  spearman: 'spearman',
  nrmse: 'rmseD',
  auc_embed: 'aucB',
  metric_pre_post: 'beforePostTraining',
  mse_pre_post: 'beforePostTraining',
  auc_pre_post: 'beforePostTraining',
  sig2e_est: 'noiseVariance',
  sigma_e_est: 'noiseVariance',
  sig2b_est: 'effectVariance0',
  sig2b_est0: 'effectVariance0',
  sig2b_est1: 'effectVariance1',
  sig2b_est2: 'effectVariance2',
  sigma_b0_est: 'effectVariance0',
  sigma_b1_est: 'effectVariance1',
  sigma_b2_est: 'effectVariance2',
  n_epochs: 'epochs',
  n_epoch: 'epochs',
  time: 'seconds',
};

function convert(text: string, { file, source, cell }: Conversion): Published {
  const { data, errors } = Papa.parse<Record<string, string>>(text.replace(/^\uFEFF/, ''), { header: true, skipEmptyLines: true });
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const cells: Published['cells'] = {};
  for (const row of data) {
    const key = cell.map(([column, name]) => `${name}=${row[column]}`).join(',') || 'all';
    cells[key] ??= {};
    cells[key][row.exp_type] ??= { parameters: row.n_params ? Number(row.n_params) : null, series: {} };
    const { series } = cells[key][row.exp_type];
    for (const [column, name] of Object.entries(SERIES)) {
      if (!(column in row)) continue;
      series[name] ??= [];
      series[name]?.push(row[column] === '' || row[column] === 'NA' ? null : Number(row[column]));
    }
  }
  for (const methods of Object.values(cells)) {
    for (const { series } of Object.values(methods)) {
      for (const [name, values] of Object.entries(series)) if (values.every((value) => value === null)) delete series[name as keyof PublishedSeries];
    }
  }
  return { source: `${source}${file.replace(/^(mmbeddings|lmmnn)-/, '')}`, cells };
}

try {
  if (!process.argv[2])
    throw new LabFailure('no-folder', 'No folder is named.', "npm run published -- DIR, with the folder of the authors' CSV files.");
  const folder = resolve(process.argv[2]);
  const target = join(import.meta.dirname, '../workers/papers/published');
  await mkdir(target, { recursive: true });
  for (const conversion of CONVERSIONS) {
    const published = convert(await readFile(join(folder, conversion.file), 'utf8'), conversion);
    const text = JSON.stringify(published);
    await writeFile(join(target, `${conversion.name}.json`), `${text}\n`);
    console.log(`${conversion.name}: ${Object.keys(published.cells).length} cells, ${(text.length / 1024).toFixed(0)} KB`);
  }
  await writeFile(join(target, 'figure3-matches.json'), `${JSON.stringify(await matches(folder))}\n`);
  await writeFile(join(target, 'figure2-losses.json'), `${JSON.stringify(await losses(join(folder, 'mmbeddings-val_loss_q10K_epochs500.csv')))}\n`);
} catch (thrown) {
  fail(thrown);
}

/** Figure 3: correlations of the published pair of true and predicted effects (docs/methods.md C11). */
async function matches(folder: string): Promise<{ r: number[]; r2: number[] }> {
  const read = async (name: string) => {
    const { data } = Papa.parse<string[]>((await readFile(join(folder, name), 'utf8')).replace(/^\uFEFF/, ''), { skipEmptyLines: true });
    const rows = data.slice(1).map((row) => row.map(Number));
    return { values: Float64Array.from(rows.flat()), d: rows[0].length };
  };
  const truth = await read('mmbeddings-b_true_mmbed.csv');
  const vectors = await read('mmbeddings-b_pred_mmbed.csv');
  const counts = new Float32Array(truth.values.length / truth.d);
  const view = embeddingView({ method: '', epoch: 0, feature: 0, featureName: '', labels: null, vectors, truth, counts, seed: 1 });
  const rounded = (value: number) => Number(value.toFixed(4));
  return { r: view.truth?.dimensions.map(({ r }) => rounded(r)) ?? [], r2: view.truth?.dimensions.map(({ r2 }) => rounded(r2)) ?? [] };
}

/** Figure 2, right: validation losses of one run each, by method. */
async function losses(path: string): Promise<Record<string, number[]>> {
  const { data } = Papa.parse<Record<string, string>>((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''), { header: true, skipEmptyLines: true });
  return {
    embeddings: data.map((row) => Number(row['Embed.'])),
    mmbeddings: data.map((row) => Number(row['MMbed.'])),
  };
}
