import type { Value } from '../measure';
import type { LessonInput } from '../schema';
import { trained } from '../trained';

const METHODS = [{ id: 'one-hot', settings: { decoder: [] } }, { id: 'linear-mixed-model' }];
const TRAINING = { batchSize: 200, learningRate: 0.05, epochs: 60, patience: null, drawPastStop: false };

const data = (levels: number, split: 'rows' | 'by-level') => ({
  kind: 'lmmnn' as const,
  task: 'regression' as const,
  levels: [levels],
  trainRows: 2_000,
  testRows: 2_000,
  p: 2,
  interceptVariances: [1],
  noiseVariance: 4,
  split,
});

const error = (method: string, at: string): Value => ({ metric: 'mse', method, at });
const ratio = (at: string): Value => ({ over: [error('one-hot', at), error('linear-mixed-model', at)] });

/** What the mixed model expects as the error on a level that it has not seen: σ² + σ²_b. */
const foretold: Value = {
  minus: [
    { estimate: 'Residual variance', method: 'linear-mixed-model', at: 'many' },
    { minus: [{ number: 0 }, { estimate: 'Variance of z1', method: 'linear-mixed-model', at: 'many' }] },
  ],
};

/** The same model with 5 levels, with 500, and with levels that no training row has. */
const fixedRandom: LessonInput = {
  id: 'fixed-random',
  title: 'Fixed or random?',
  claim:
    'With five levels, fixed and random effects predict alike; with hundreds, random ones predict better and also foretell the error on a level that they have never seen.',
  minutes: 10,
  misconception: 'An effect is random when its levels were sampled at random.',
  runs: [
    { id: 'five', spec: { dataset: data(5, 'rows'), methods: METHODS, training: TRAINING }, recorded: 'fixed-random' },
    { id: 'many', spec: { dataset: data(500, 'rows'), methods: METHODS, training: TRAINING }, recorded: null },
    { id: 'new', spec: { dataset: data(500, 'by-level'), methods: METHODS, training: TRAINING }, recorded: null },
  ],
  steps: [
    {
      id: 'five-levels',
      title: 'Five levels',
      run: 'five',
      allow: [],
      show: ['predictions'],
      view: { predictionMethod: 'linear-mixed-model' },
      ask: {
        kind: 'choice',
        prompt:
          'There are 5 levels with 360 training rows each. One-hot gives each level a number of its own: a fixed effect. The linear mixed model pulls them towards each other: a random effect. Whose test error is smaller?',
        options: [
          { id: 'fixed', label: 'That of One-hot, clearly.' },
          { id: 'random', label: 'That of the mixed model, clearly.' },
          { id: 'same', label: 'They are about the same.' },
        ],
      },
      hint: 'How hard is a level pulled that has 360 rows?',
      reveal: {
        of: 'five-levels',
        values: [
          { label: 'One-hot', value: { metric: 'mse', method: 'one-hot' }, decimals: 3 },
          { label: 'Linear mixed model', value: { metric: 'mse', method: 'linear-mixed-model' }, decimals: 3 },
        ],
      },
      explain: 'About the same. With so many rows a level nothing is pulled, so for these five levels it does not matter what you call the effect.',
    },
    {
      id: 'rank',
      title: 'Five hundred levels',
      allow: [],
      show: [],
      ask: {
        kind: 'rank',
        prompt: 'The same number of rows, now shared by 500 levels: three or four for each. Which has the smaller test error?',
        first: 'the smaller error',
        items: [
          { id: 'one-hot', label: 'One-hot: fixed effects', method: 'one-hot' },
          { id: 'linear-mixed-model', label: 'Linear mixed model: random effects', method: 'linear-mixed-model' },
        ],
      },
      todo: 'Put the two in order.',
      hint: 'Three or four rows with much noise must tell the number of a level.',
      explain: 'Your order is kept. Train to see.',
    },
    {
      id: 'train-many',
      title: 'Train on 500 levels',
      run: 'many',
      allow: ['train'],
      show: ['results', 'estimates', 'lanes'],
      ...trained('many'),
      reveal: {
        of: 'rank',
        values: [
          { id: 'one-hot', label: 'One-hot', value: error('one-hot', 'many') },
          { id: 'linear-mixed-model', label: 'Linear mixed model', value: error('linear-mixed-model', 'many') },
        ],
      },
      explain:
        'The mixed model is clearly ahead. It has learned from all 500 levels how much levels differ at all, and reads each of them in that light.',
    },
    {
      id: 'foretell',
      title: 'Foretell the error',
      allow: [],
      show: ['estimates'],
      ask: {
        kind: 'number',
        prompt:
          'Now come levels that no training row has. The mixed model has estimated two variances: of the levels, and of the residual. Which mean squared error do you expect on the new levels?',
        min: 0,
        max: 20,
      },
      hint: 'For a new level the best guess is the average. It misses the level’s own effect, and the noise of the row comes on top.',
      point: 'estimates',
      reveal: { of: 'foretell', values: [{ label: 'Sum of the two variances', value: foretold }] },
      explain:
        'Their sum: the variance of the levels, because the effect of a new level is not known, and the residual variance, because a row is never known.',
    },
    {
      id: 'train-new',
      title: 'Train for new levels',
      run: 'new',
      allow: ['train'],
      show: ['results', 'lanes'],
      ...trained('new'),
      hint: 'The rows are divided by level now, so that each test row has a level without training rows.',
      reveal: {
        of: 'foretell',
        values: [
          { label: 'Foretold by the mixed model', value: foretold },
          { label: 'Error of the mixed model on new levels', value: error('linear-mixed-model', 'new') },
          { label: 'Error of One-hot on new levels', value: error('one-hot', 'new') },
        ],
      },
      explain:
        'Both predict a new level by the average, so their errors are alike. But only the mixed model said before how large the error would be.',
    },
    {
      id: 'decide',
      title: 'Decide for yourself',
      allow: [],
      show: ['results'],
      ask: {
        kind: 'choice',
        prompt:
          'You compare 4 teaching methods in 60 schools. You want to speak about these 4 methods, and about schools that you have not seen. What do you choose?',
        options: [
          { id: 'method-fixed', label: 'Methods fixed, schools random.' },
          { id: 'both-fixed', label: 'Both fixed.' },
          { id: 'school-fixed', label: 'Schools fixed, methods random.' },
        ],
      },
      hint: 'Of which of the two do you want to say something about levels that are not in your data?',
      explain:
        'Methods fixed, schools random. You will speak of other schools. That needs schools in the data that are like those others, as in a random draw.',
    },
  ],
  before: {
    prompt: 'What is a reason to treat the levels of a column as random effects?',
    options: [
      { id: 'sampled', label: 'The rows of each level were drawn at random.' },
      { id: 'unseen', label: 'There are many, and I want to speak of others like them.' },
      { id: 'never', label: 'I am not interested in the column.' },
    ],
    right: 'unseen',
    because: 'A random effect is a model of levels in general: it tells how much they differ, and so what to expect of others like them.',
  },
  after: {
    prompt:
      'A column has 3 levels with thousands of rows each, and there will never be others. What does it matter whether they are fixed or random?',
    options: [
      { id: 'little', label: 'Hardly at all.' },
      { id: 'fixed', label: 'Fixed predicts much better.' },
      { id: 'random', label: 'Random predicts much better.' },
    ],
    right: 'little',
    because: 'With so many rows a level nothing is pulled, and three levels tell little about how levels differ in general.',
  },
  transfer:
    'Open a table of your own and choose a column with many levels. Train the linear mixed model with the test rows divided by level. Compare its test error with the sum of its two variances.',
  measured: {
    holds: {
      all: [
        { less: [ratio('five'), { number: 1.02 }] },
        { less: [{ number: 0.98 }, ratio('five')] },
        { less: [{ number: 1.05 }, ratio('many')] },
        { less: [{ over: [error('linear-mixed-model', 'new'), foretold] }, { number: 1.15 }] },
        { less: [{ number: 0.85 }, { over: [error('linear-mixed-model', 'new'), foretold] }] },
      ],
    },
  },
};

export default fixedRandom;
