import { aboutMethod } from '../../methods';
import type { Value } from '../measure';
import type { LessonInput } from '../schema';
import { trained } from '../trained';

const METHODS = [
  { id: 'ignore' },
  { id: 'target-encoding' },
  { id: 'feature-hashing', settings: { bins: 64 } },
  { id: 'embeddings' },
  { id: 'mmbeddings' },
  { id: 'linear-mixed-model' },
];
const TRAINING = {
  batchSize: 128,
  learningRate: 0.005,
  epochs: 40,
  patience: 10,
  stopOn: 'predictive' as const,
  restoreBest: true,
  drawPastStop: false,
};

const data = (split: 'rows' | 'by-level') => ({
  kind: 'simulated' as const,
  task: 'regression' as const,
  levels: [300],
  trainRows: 3_000,
  testRows: 2_000,
  split,
});

const error = (method: string, at: string): Value => ({ metric: 'mse', method, at });
const explained = (method: string, at?: string): Value => ({ metric: 'r2', method, ...(at && { at }) });

/** Six methods on levels that they know, then on levels that they have never met. */
const newLevel: LessonInput = {
  id: 'new-level',
  title: 'A new level has no vector',
  claim:
    'What a method has learned of known levels does not help it with a new one: the ranking changes, and vectors of levels do worse than ignoring them.',
  minutes: 9,
  misconception: 'A model that has learned from a million users knows the next one too.',
  runs: [
    { id: 'known', spec: { dataset: data('rows'), methods: METHODS, training: TRAINING }, recorded: 'new-level' },
    { id: 'new', spec: { dataset: data('by-level'), methods: METHODS, training: TRAINING }, recorded: null },
  ],
  steps: [
    {
      id: 'read',
      title: 'Read the results',
      run: 'known',
      allow: [],
      show: ['results'],
      ask: {
        kind: 'choice',
        prompt: 'The test rows are drawn at random, so their levels have training rows too. What do these results say about a level that has none?',
        options: [
          { id: 'nothing', label: 'Nothing: no test row has such a level.' },
          { id: 'same', label: 'The same: test rows are new rows.' },
          { id: 'bit', label: 'Errors will be a little larger.' },
        ],
      },
      hint: 'A new row of a known level and a row of a new level are two things.',
      point: 'results',
      explain: 'Nothing. They say how well the next row of a known level is predicted. For new levels the test rows must have new levels.',
    },
    {
      id: 'expect',
      title: 'Expect a number',
      allow: [],
      show: ['results'],
      ask: {
        kind: 'number',
        prompt:
          'R² is the part of the variance that a method explains: 1 is all, 0 is no better than the mean. Look at the R² of Embeddings on known levels. Which R² do you expect on levels that it has never met?',
        min: -2,
        max: 1,
      },
      todo: 'Give a number between −2 and 1.',
      hint: 'The vector of a new level has not been trained. What do its ten numbers say?',
      explain: 'Your number is kept. First rank all six.',
    },
    {
      id: 'rank',
      title: 'Rank them anew',
      allow: [],
      show: [],
      ask: {
        kind: 'rank',
        prompt: 'Now all test rows are of levels without a single training row. Which ranking do you expect?',
        first: 'the smallest error',
        items: METHODS.map(({ id }) => ({ id, label: aboutMethod(id).label, method: id })),
      },
      todo: 'Put the six in order.',
      hint: 'Ask of each method what it uses in place of a level’s vector when there is none.',
      explain: 'Your order is kept. Train to see.',
    },
    {
      id: 'train',
      title: 'Train for new levels',
      run: 'new',
      allow: ['train'],
      show: ['results', 'lanes'],
      ...trained('new'),
      reveal: {
        of: 'rank',
        values: METHODS.map(({ id }) => ({ id, label: aboutMethod(id).label, value: error(id, 'new') })),
      },
      explain:
        'Ignore was last, and now it is among the first, with methods that fall back on the average of all levels. The others go on as if they knew something of the new one.',
    },
    {
      id: 'compare',
      title: 'Known against new',
      allow: [],
      show: ['results'],
      ask: {
        kind: 'choice',
        prompt: 'What did Embeddings use as the vector of a new level?',
        options: [
          { id: 'start', label: 'The small random numbers it began with.' },
          { id: 'mean', label: 'The average of all vectors.' },
          { id: 'near', label: 'The vector of the most similar level.' },
        ],
      },
      hint: 'A row of the table moves only when a training row of its level is there.',
      reveal: {
        of: 'expect',
        values: [
          { label: 'R² of Embeddings on new levels', value: explained('embeddings') },
          { label: 'R² of Ignore on new levels', value: explained('ignore') },
          { label: 'R² of MMbeddings on new levels', value: explained('mmbeddings') },
        ],
      },
      explain:
        'The numbers it began with: nobody has touched that row of the table. MMbeddings takes zeros, where it expects any vector before it has seen a row. Target encoding takes the mean of all rows, Feature hashing a vector that belongs to other levels, and the mixed model adds nothing.',
    },
    {
      id: 'advise',
      title: 'Give advice',
      allow: [],
      show: ['results'],
      ask: {
        kind: 'choice',
        prompt: 'A shop wants to predict for customers who come for the first time. What do you advise?',
        options: [
          { id: 'test', label: 'Test by level, and use a model that falls back on the average customer.' },
          { id: 'bigger', label: 'Use longer vectors, so that more can be carried over.' },
          { id: 'trust', label: 'Trust the test on random rows: it was good.' },
        ],
      },
      hint: 'Test as you will predict.',
      explain:
        'Test by level. Then the test asks what the shop asks. And what a method does with a new level is no detail: it is the method’s answer to the shop.',
    },
  ],
  before: {
    prompt: 'A film service knows the tastes of a million users well. A new user signs up. What does the model know of this user?',
    options: [
      { id: 'much', label: 'Much: it has learned from a million users.' },
      { id: 'average', label: 'What it knows of users in general.' },
      { id: 'similar', label: 'The taste of the most similar user.' },
    ],
    right: 'average',
    because: 'Before the user has rated anything, nothing tells this user from any other.',
  },
  after: {
    prompt: 'A test on random rows shows an R² of 0.5. The model will be used for new patients only. What do you expect?',
    options: [
      { id: 'half', label: 'An R² of about 0.5.' },
      { id: 'less', label: 'Less, perhaps much less: the test had no new patients in it.' },
      { id: 'more', label: 'More: new patients are simpler.' },
    ],
    right: 'less',
    because: 'Part of the 0.5 comes from knowing the patients. Of new ones nothing is known.',
  },
  transfer:
    'Open a table of your own. Train once with test rows divided by rows, and once by level. Which of your methods changes its place most? Which of the two tests is like the use you have in mind?',
  measured: {
    holds: {
      all: [
        { less: [error('embeddings', 'known'), error('ignore', 'known')] },
        { less: [error('mmbeddings', 'known'), error('ignore', 'known')] },
        { less: [error('ignore', 'new'), error('embeddings', 'new')] },
        { less: [error('ignore', 'new'), error('mmbeddings', 'new')] },
      ],
    },
  },
};

export default newLevel;
