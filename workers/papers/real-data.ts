import { LabFailure } from '../data/failure';
import type { ExperimentInput } from '../spec/experiment';
import { NETWORK } from './lmmnn';
import type { Caveat, Cell, DataNeeded, Experiment, MethodColumn, OpenTable, Published } from './types';

const PAPER = 'Simchoni & Rosset (2025), MMbeddings';

/** Folds of a table that a person opens. */
export const REAL_FOLDS = 10;

/**
 * One fold of ten of an opened table: the folds are those of one split seed, the weights differ from fold to
 * fold.
 */
function foldInput(task: 'regression' | 'binary', training: ExperimentInput['training'], needs: DataNeeded) {
  return (repetition: number, table?: OpenTable): Omit<ExperimentInput, 'methods'> => {
    if (!table)
      throw new LabFailure(
        'table-missing',
        `${needs.name} is not open in this page.`,
        `Open a file with the columns ${columnsOf(needs).join(', ')}.`,
      );
    return {
      // The reference code feeds a network the columns as they are in the authors' files, some of which were
      // standardised before (docs/methods.md B4).
      dataset: { kind: 'table', ...table, task, scaling: 'as-is', fold: { index: repetition, of: REAL_FOLDS } },
      training: { epochs: 1000, drawPastStop: false, order: 'sequential', ...training },
      seeds: { data: 1, split: 1, weights: repetition },
    };
  };
}

export const columnsOf = (needs: DataNeeded): string[] => [needs.target, ...needs.categorical, ...needs.numeric];

const LEAK: Caveat = {
  source: 'DIS-13',
  text: 'The MM variants stop on a validation loss that has seen the validation responses, as published.',
  effect: 'note',
};
const FOLDS: Caveat = {
  source: null,
  text: 'The folds are random both in the paper and here, so they differ: repetitions are compared as independent samples, although all fits of one side share their rows.',
  effect: 'note',
};

interface RealData {
  id: string;
  needs: DataNeeded;
  published: () => Promise<{ default: unknown }>;
  mm: { batch: number; priorVariance: number };
  batch: number;
  uRows: number;
  encoder: number[];
  decoder: number[];
  caveats?: Caveat[];
}

/**
 * Table 3 on one data set: TabTransformer with embeddings, unified embeddings and MMbeddings, patience 5
 * (docs/methods.md A12, DIS-40).
 */
function table3({ id, needs, published, mm, batch, uRows, encoder, decoder, caveats = [] }: RealData): Experiment {
  const columns: MethodColumn[] = [
    {
      id: 'tabtransformer',
      label: 'TT-Em.',
      method: 'tabtransformer',
      settings: { decoder },
      training: { batchSize: batch },
      published: 'tabtransformer',
      paired: true,
    },
    {
      id: 'tabtransformer-uembeddings',
      label: 'TT-UEm.',
      method: 'tabtransformer-uembeddings',
      settings: { decoder, rows: uRows },
      training: { batchSize: batch },
      published: 'uetabtransformer',
      paired: true,
    },
    {
      id: 'tabtransformer-mmbeddings',
      label: 'TT-MM.',
      method: 'tabtransformer-mmbeddings',
      settings: { encoder, decoder, beta: 0.1, priorVariance: mm.priorVariance },
      training: { batchSize: mm.batch },
      published: 'mmtabtransformer',
      paired: true,
    },
  ];
  return {
    id: `table3-${id}`,
    title: `Table 3, ${needs.name}`,
    paper: `${PAPER}, Table 3`,
    about:
      'Ten-fold cross-validation of TabTransformer with ordinary embeddings, unified embeddings and MMbeddings on real data that you open from a file.',
    cells: [{ id: 'all', label: needs.name, input: foldInput('regression', { patience: 5 }, needs), publishedRepetitions: 10, difference: null }],
    columns,
    metrics: [
      { key: 'mse', label: 'MSE', better: 'lower', digits: 4 },
      { key: 'mae', label: 'MAE', better: 'lower', digits: 4 },
      { key: 'epochs', label: 'Epochs', better: 'none', digits: 0 },
      { key: 'seconds', label: 'Seconds', better: 'none', digits: 0 },
    ],
    baseline: null,
    caveats: [
      LEAK,
      FOLDS,
      { source: 'DIS-40', text: 'Batch sizes differ per method and data set; those of the published files are used.', effect: 'note' },
      ...caveats,
    ],
    figure: null,
    needs,
    published: async () => (await published()).default as Published,
  };
}

/**
 * Adds to InstEval what the LMMNN authors fitted to it: LMMNN, the linear mixed model, embeddings (five folds
 * there, docs/methods.md DIS-42).
 */
function instEval(): Experiment {
  const base = table3({
    id: 'insteval',
    needs: {
      name: 'InstEval',
      where: 'The R package lme4 (GPL): data(InstEval). As CSV: csv/lme4/InstEval.csv of github.com/vincentarelbundock/Rdatasets.',
      target: 'y',
      categorical: ['s', 'd', 'dept'],
      numeric: ['studage', 'lectage', 'service'],
      rows: '73,421 ratings of lectures at ETH Zürich by 2,972 students of 1,128 lecturers in 14 departments',
    },
    published: () => import('./published/tabtransformer-insteval.json'),
    mm: { batch: 10_000, priorVariance: 0.1 },
    batch: 1_000,
    uRows: 8_192,
    encoder: [100],
    decoder: [10, 10],
  });
  const training = { batchSize: 100, patience: 10, epochs: 500 };
  // Five folds of their own, so not paired with the ten of TabTransformer.
  const more: MethodColumn[] = [
    {
      id: 'lmmnn',
      label: 'LMMNN',
      method: 'lmmnn',
      settings: { network: NETWORK, dropout: 0.25, order: 'by-level', largestBatch: 100 },
      training,
      published: 'lmm',
      paired: false,
    },
    { id: 'lmm', label: 'Linear mixed model', method: 'linear-mixed-model', settings: {}, published: 'lme4', paired: false },
    {
      id: 'embeddings',
      label: 'Embed.',
      method: 'embeddings',
      settings: { decoder: NETWORK },
      training,
      published: 'embed',
      paired: false,
    },
    {
      id: 'ignore',
      label: 'Ignore',
      method: 'ignore',
      settings: { decoder: NETWORK },
      training,
      published: 'ignore',
      paired: false,
    },
  ];
  return {
    ...base,
    about: `${base.about} Also LMMNN, a linear mixed model, embeddings and Ignore, as the authors of LMMNN fitted them.`,
    columns: [...base.columns, ...more],
    caveats: [
      ...base.caveats,
      {
        source: 'DIS-42',
        text: 'LMMNN and the linear mixed model come from the LMMNN authors’ own files (five folds, their network); the MMbeddings paper does not compare with them here, where both do better.',
        columns: ['lmmnn', 'lmm', 'embeddings', 'ignore'],
        effect: 'note',
      },
      {
        source: null,
        text: 'studage, lectage and service enter as numbers; the published linear mixed model takes them as factors. The published LMMNN ran with dropout in Embed. and Ignore too; the lab’s have none.',
        columns: ['lmm', 'embeddings', 'ignore'],
        effect: 'note',
      },
    ],
    published: async () => {
      const [transformer, mixed] = await Promise.all([import('./published/tabtransformer-insteval.json'), import('./published/lmmnn-insteval.json')]);
      const first = transformer.default as unknown as Published;
      const second = mixed.default as unknown as Published;
      return { source: `${first.source}; ${second.source}`, cells: { all: { ...first.cells.all, ...second.cells.all } } };
    },
  };
}

/** Table 2: collaborative filtering on Amazon ratings. */
function table2(): Experiment {
  const needs: DataNeeded = {
    name: 'Amazon video games',
    where:
      'Ni et al. (2019), Amazon review data, Video Games (public, for research). 100,000 five-star ratings as 1 and 100,000 user-item pairs that do not occur as 0, whose timestamps are drawn from the user’s own. The authors publish no code for it.',
    target: 'y',
    categorical: ['user', 'item'],
    numeric: Array.from({ length: 10 }, (_, i) => `t${i + 1}`),
    rows: '200,000 rows of 109,513 users and items in all',
  };
  return {
    id: 'table2',
    title: 'Table 2, collaborative filtering',
    paper: `${PAPER}, Table 2`,
    about: 'Neural collaborative filtering with embeddings and with MMbeddings, ten-fold, at two batch sizes and three patiences.',
    cells: [1_000, 10_000].flatMap((batch) =>
      [2, 5, 10].map(
        (patience): Cell => ({
          id: `batch=${batch},patience=${patience}`,
          label: `batch ${batch.toLocaleString('en-US')}, patience ${patience}`,
          input: foldInput('binary', { batchSize: batch, patience }, needs),
          publishedRepetitions: 10,
          difference: null,
        }),
      ),
    ),
    columns: [
      { id: 'ncf-embeddings', label: 'NCF-Embeddings', method: 'ncf-embeddings', settings: {}, published: 'ncf', paired: true },
      {
        id: 'ncf-mmbeddings',
        label: 'NCF-MMbeddings',
        method: 'ncf-mmbeddings',
        settings: { encoder: [100], beta: 0.1, priorVariance: 0.5 },
        published: 'mmcf',
        paired: true,
      },
    ],
    metrics: [
      { key: 'auc', label: 'AUC', better: 'higher', digits: 3 },
      { key: 'logLoss', label: 'Log loss', better: 'lower', digits: 3 },
      { key: 'accuracy', label: 'Accuracy', better: 'higher', digits: 3 },
      { key: 'epochs', label: 'Epochs', better: 'none', digits: 0 },
      { key: 'seconds', label: 'Seconds', better: 'none', digits: 0 },
    ],
    baseline: null,
    caveats: [
      LEAK,
      FOLDS,
      {
        source: 'DIS-41',
        text: 'The paper calls all improvements significant; by its files three of them are not (patience 2: AUC and accuracy at batch 1,000, accuracy at batch 10,000).',
        effect: 'note',
      },
      {
        source: 'DIS-21',
        text: 'Only the baseline has bias tables, a small initialisation and an L2 penalty; the text does not mention them.',
        effect: 'note',
      },
    ],
    figure: null,
    needs,
    published: async () => (await import('./published/collaborative.json')).default as unknown as Published,
  };
}

const number = (first: number, last: number, prefix: string): string[] => Array.from({ length: last - first + 1 }, (_, i) => `${prefix}${first + i}`);

/**
 * The papers' experiments on real data. None of the data is shipped: each says where it is and which columns
 * are needed.
 */
export const REAL_DATA: readonly Experiment[] = [
  table2(),
  instEval(),
  table3({
    id: 'imdb',
    needs: {
      name: 'IMDB',
      where:
        'Kaggle, wrandrall/imdb-new-dataset (login needed), prepared as by the LMMNN authors: dates and votes standardised, 156 counts of frequent words.',
      target: 'score',
      categorical: ['director_id', 'type_id'],
      numeric: ['movie_date', 'number_of_votes', 'time_duration_min', ...number(1, 156, 'w_')],
      rows: '88,360 films of 38,190 directors and 1,712 types (the paper says 86K)',
    },
    published: () => import('./published/tabtransformer-imdb.json'),
    mm: { batch: 10_000, priorVariance: 1 },
    batch: 1_000,
    uRows: 1_024,
    encoder: [100],
    decoder: [10, 10],
  }),
  table3({
    id: 'news',
    needs: {
      name: 'News',
      where:
        'UCI Machine Learning Repository, News Popularity in Multiple Social Media Platforms, prepared as by the LMMNN authors: 4 topic dummies, 167 counts of frequent words.',
      target: 'log_shares',
      categorical: ['source_id', 'title_id'],
      numeric: ['SentimentTitle', 'SentimentHeadline', 'hour', 'day', 'month', ...number(1, 4, 'topic_'), ...number(1, 167, 'w_')],
      rows: '81,634 items of 5,475 sources with 72,663 titles',
    },
    published: () => import('./published/tabtransformer-news.json'),
    mm: { batch: 80_000, priorVariance: 0.1 },
    batch: 1_000,
    uRows: 8_192,
    encoder: [10],
    decoder: [10],
  }),
  table3({
    id: 'spotify',
    needs: {
      name: 'Spotify',
      where:
        'TidyTuesday, 2020-01-21: spotify_songs.csv of github.com/rfordatascience/tidytuesday, distinct tracks, playlists and subgenres of a track joined.',
      target: 'danceability',
      categorical: ['artist', 'album', 'playlist', 'subgenre'],
      numeric: [
        'energy',
        'key',
        'loudness',
        'mode',
        'speechiness',
        'acousticness',
        'instrumentalness',
        'liveness',
        'valence',
        'tempo',
        'duration_ms',
        'year',
        'month',
        'wday',
      ],
      rows: '28,356 tracks; 36,151 artists, albums, playlists and subgenres in all',
    },
    published: () => import('./published/tabtransformer-spotify.json'),
    mm: { batch: 1_000, priorVariance: 0.1 },
    batch: 100,
    uRows: 1_024,
    encoder: [100],
    decoder: [10, 10],
  }),
  table3({
    id: 'ukb',
    needs: {
      name: 'UKB-blood',
      where:
        'UK Biobank (application needed): triglycerides, standardised, with 15 numeric columns and five categorical ones. The published error is that of the standardised response.',
      target: 'triglycerides',
      categorical: ['treatment', 'operation', 'diagnosis', 'cancer', 'histology'],
      numeric: [
        'weight',
        'height_standing',
        'gender',
        'age',
        'smoking',
        'nap',
        'sleepiness',
        'dozing',
        'tobacco',
        'skin_color',
        'facial_aging',
        'alive_father',
        'alive_mother',
        'hand_grip_left',
        'hand_grip_right',
      ],
      rows: '42,213 people; 6,132 levels in all',
    },
    published: () => import('./published/tabtransformer-ukb.json'),
    mm: { batch: 20_000, priorVariance: 0.1 },
    batch: 1_000,
    uRows: 1_024,
    encoder: [100],
    decoder: [10, 10],
    caveats: [
      {
        source: 'DIS-37',
        text: 'The paper counts 19 numeric columns; the published numbers of parameters are possible with 15 only, so the lab asks for 15.',
        effect: 'note',
      },
    ],
  }),
];
