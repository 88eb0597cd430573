import type { Value } from '../measure';
import type { LessonInput } from '../schema';
import { trained } from '../trained';

type Means = 'out-of-fold' | 'leaking-for-teaching' | 'leaking-before-the-split';

/**
 * Noise of variance 100, and of the numeric features next to nothing: two rows a level, and no level differs.
 */
const spec = (means: Means) => ({
  dataset: {
    kind: 'lmmnn' as const,
    task: 'regression' as const,
    levels: [1_500],
    trainRows: 2_000,
    testRows: 1_000,
    p: 2,
    interceptVariances: [0],
    noiseVariance: 100,
    levelWeightMean: 30,
  },
  methods: [
    { id: 'ignore', settings: { decoder: [] } },
    { id: 'target-encoding', settings: { smoothing: 0, decoder: [], means } },
  ],
  training: { batchSize: 128, learningRate: 0.02, epochs: 60, patience: null, drawPastStop: false },
});

const explained = (at?: string, method = 'target-encoding'): Value => ({ metric: 'r2', method, ...(at && { at }) });

/** Three ways to take the means of a target encoding, two of which leak. */
const leakage: LessonInput = {
  id: 'leakage',
  title: 'Leakage looks like skill',
  claim: 'When a row’s own answer is in its input, pure noise looks predictable, and no division of the rows afterwards can show it.',
  minutes: 10,
  misconception: 'Cross-validation fixes it.',
  runs: [
    { id: 'before-split', spec: spec('leaking-before-the-split'), recorded: 'leakage' },
    { id: 'own-row', spec: spec('leaking-for-teaching'), recorded: null },
    { id: 'honest', spec: spec('out-of-fold'), recorded: null },
  ],
  steps: [
    {
      id: 'noise',
      title: 'Expect of noise',
      run: 'before-split',
      allow: [],
      show: ['predictions'],
      view: { predictionMethod: 'ignore' },
      ask: {
        kind: 'number',
        prompt:
          'In this table y is noise. There are 1,500 levels with about two rows each, and no level differs from another. Target encoding replaces a level by the mean of y over its rows. Which R² do you expect on the test rows?',
        min: -2,
        max: 1,
      },
      todo: 'Give a number between −2 and 1.',
      hint: 'R² is the part of the variance that is explained: 1 is all of it, 0 is none.',
      reveal: {
        of: 'noise',
        values: [
          { label: 'R² of Target encoding', value: explained() },
          { label: 'R² of Ignore', value: explained(undefined, 'ignore') },
        ],
      },
      explain:
        'Nothing about noise can be known, so an honest R² is about 0. Yet Target encoding shows far more. Something is wrong with it. This setting of it is marked “leaking, for teaching”.',
    },
    {
      id: 'where',
      title: 'Find the leak',
      allow: [],
      show: ['results', 'predictions'],
      view: { predictionMethod: 'target-encoding' },
      ask: {
        kind: 'choice',
        prompt: 'The means were taken over all rows of the table, before it was divided into training and test rows. Where does the R² come from?',
        options: [
          { id: 'own', label: 'A test row’s own y is in the mean of its level.' },
          { id: 'pattern', label: 'The model has found a pattern that we cannot see.' },
          { id: 'chance', label: 'From chance: there are many levels.' },
        ],
      },
      hint: 'Of which rows is the mean of a level with two rows, if one of them is a test row?',
      point: 'predictions',
      explain: 'Its own y. The input of a test row holds a piece of its answer, and the model only has to read it.',
    },
    {
      id: 'weight',
      title: 'Weigh the own row',
      allow: [],
      show: [],
      ask: {
        kind: 'number',
        prompt: 'A level has k = 4 rows. Which share of its mean is the answer of one of them, in percent?',
        unit: '%',
        min: 0,
        max: 100,
      },
      todo: 'Give a number from 0 to 100.',
      hint: 'A mean of four numbers counts each of them alike.',
      explain:
        '25 %. The share is 1/k: all of the answer with one row, half with two, a tenth with ten. That is why the leak is worst where levels are many and rows are few.',
    },
    {
      id: 'rank',
      title: 'A smaller leak',
      allow: [],
      show: [],
      ask: {
        kind: 'rank',
        prompt:
          'Now the means are taken over the training rows only. A training row is still in its own mean; validation rows are in none. Rank these errors.',
        first: 'the smallest error',
        items: [
          { id: 'training', label: 'Target encoding on training rows', method: 'target-encoding' },
          { id: 'validation', label: 'Target encoding on validation rows', method: 'target-encoding' },
          { id: 'ignore', label: 'Ignore on validation rows', method: 'ignore' },
        ],
      },
      todo: 'Put the three in order.',
      hint: 'The model learns to trust its input. What happens when the input stops telling the answer?',
      explain: 'Your order is kept. Train to see.',
    },
    {
      id: 'own',
      title: 'Train with it',
      run: 'own-row',
      allow: ['train', 'training-curve'],
      show: ['validation-loss', 'lanes'],
      view: { loss: 'predictive' },
      ...trained('own-row'),
      reveal: {
        of: 'rank',
        values: [
          {
            id: 'training',
            label: 'Target encoding on training rows',
            value: { curve: 'training', method: 'target-encoding', take: 'last', at: 'own-row' },
            decimals: 0,
          },
          {
            id: 'validation',
            label: 'Target encoding on validation rows',
            value: { curve: 'predictive', method: 'target-encoding', take: 'last', at: 'own-row' },
            decimals: 0,
          },
          {
            id: 'ignore',
            label: 'Ignore on validation rows',
            value: { curve: 'predictive', method: 'ignore', take: 'last', at: 'own-row' },
            decimals: 0,
          },
        ],
      },
      explain:
        'On training rows it looks excellent, on validation rows it is worse than no model. This leak stays within the training rows, so validation finds it.',
    },
    {
      id: 'cross-validation',
      title: 'Does it help?',
      allow: [],
      show: ['validation-loss'],
      ask: {
        kind: 'choice',
        prompt: 'Back to the first leak, with means over the whole table. Would cross-validation, ten times with other test rows, have found it?',
        options: [
          { id: 'no', label: 'No: in every fold the test rows are in the means already.' },
          { id: 'yes', label: 'Yes: each row is a test row once.' },
          { id: 'more', label: 'Only with more folds.' },
        ],
      },
      hint: 'When were the means taken, and when are the folds cut?',
      explain:
        'No. The table was spoiled before it was cut. Whatever is learned from answers, means too, must be learned inside each fold. The same trap waits when rows of one person lie on both sides of the cut.',
    },
    {
      id: 'honest',
      title: 'The honest way',
      run: 'honest',
      allow: ['train'],
      show: ['results', 'lanes'],
      ...trained('honest'),
      hint: 'Out of fold: the mean for a training row is taken over other training rows only.',
      reveal: {
        of: 'noise',
        values: [
          { label: 'R², own row in the mean', value: explained('own-row') },
          { label: 'R², out of fold', value: explained('honest') },
        ],
      },
      explain:
        'Out of fold, no row’s own answer is in its input, and the R² of noise is what it must be: about 0. What the first step showed was all leak.',
    },
  ],
  before: {
    prompt:
      'A colleague replaces each city by the mean price of its flats, then cuts the table into ten folds and finds an excellent score. What do you say?',
    options: [
      { id: 'fine', label: 'Fine: cross-validation protects against fooling oneself.' },
      { id: 'inside', label: 'The means must be taken inside each fold.' },
      { id: 'folds', label: 'Ten folds are too few.' },
    ],
    right: 'inside',
    because: 'The means hold the prices of the flats that are to be predicted.',
  },
  after: {
    prompt: 'Which of these can leak the answer?',
    options: [
      { id: 'target', label: 'The mean of y by level, over the whole table.' },
      { id: 'count', label: 'The number of rows of the level.' },
      { id: 'x', label: 'The mean of a numeric feature by level.' },
    ],
    right: 'target',
    because: 'Only that one is computed from the answers.',
  },
  transfer:
    'Open a table of your own and train Target encoding. In the settings of the method, change “Means are” from out of fold to leaking before the split, and train again. How much skill does the leak add? How many rows do your levels have?',
  measured: {
    holds: {
      all: [
        { less: [{ number: 0.3 }, explained('before-split')] },
        { less: [explained('own-row'), { number: -0.1 }] },
        { less: [explained('honest'), { number: 0.05 }] },
        { less: [{ number: -0.05 }, explained('honest')] },
      ],
    },
  },
};

export default leakage;
