import type { LessonInput } from '../schema';
import { trained } from '../trained';

const RUN = 'both';

/** Twice as many levels as where the two counts cross. */
const parameters: LessonInput = {
  id: 'parameters',
  title: 'A line against a constant',
  claim: 'A table grows by ten numbers with every level and an encoder by none: beyond 1,332 levels the table is the larger, and not the better.',
  minutes: 8,
  misconception: 'More parameters, more accuracy.',
  runs: [
    {
      id: RUN,
      spec: {
        dataset: { kind: 'simulated', task: 'regression', levels: [2_500], trainRows: 20_000, testRows: 4_000 },
        methods: [{ id: 'embeddings' }, { id: 'mmbeddings' }],
        training: {
          batchSize: 500,
          learningRate: 0.004,
          epochs: 30,
          patience: 10,
          stopOn: 'predictive',
          restoreBest: true,
          drawPastStop: false,
        },
      },
      recorded: 'parameters',
    },
  ],
  steps: [
    {
      id: 'table',
      title: 'Count a table',
      allow: [],
      show: ['predictions'],
      view: { predictionMethod: 'embeddings' },
      ask: {
        kind: 'number',
        prompt: 'Embeddings keeps 10 numbers for each of 2,500 levels. How many numbers are in its table?',
        min: 1,
        max: 10_000_000,
      },
      hint: 'Ten times the number of levels.',
      explain: '25,000. The network behind the table adds 331 more, however many levels there are.',
    },
    {
      id: 'sketch',
      title: 'Draw the growth',
      allow: [],
      show: [],
      ask: {
        kind: 'sketch',
        prompt:
          'How many parameters does each method have as the levels grow from 100 to 1,000,000? MMbeddings has 13,651 at 2,500 levels, all in its encoder and its decoder.',
        x: { label: 'Levels', min: 100, max: 1_000_000, log: true },
        y: { label: 'Parameters', min: 100, max: 100_000_000, log: true },
        curves: [
          { id: 'embeddings', label: 'Embeddings', method: 'embeddings' },
          { id: 'mmbeddings', label: 'MMbeddings', method: 'mmbeddings' },
        ],
        at: [100, 1_000, 10_000, 100_000, 1_000_000],
      },
      todo: 'Draw both lines, or give their values.',
      hint: 'The encoder reads one row at a time. Does it need more numbers when there are more levels?',
      reveal: {
        of: 'sketch',
        series: [
          { label: 'Embeddings, counted', from: { parametersByLevels: 'embeddings' }, method: 'embeddings' },
          { label: 'MMbeddings, counted', from: { parametersByLevels: 'mmbeddings' }, method: 'mmbeddings' },
        ],
      },
      explain:
        'The table grows without end: ten million numbers at a million levels. The encoder stays the same, because it reads rows and keeps no level.',
    },
    {
      id: 'cross',
      title: 'Find the crossing',
      allow: [],
      show: [],
      ask: {
        kind: 'number',
        prompt: 'At how many levels q do both have the same number of parameters? Embeddings has 10 q + 331, MMbeddings 13,651.',
        min: 1,
        max: 1_000_000,
      },
      hint: 'Solve 13,651 = 10 q + 331.',
      reveal: {
        of: 'cross',
        values: [
          {
            label: 'Levels where they are equal',
            value: { over: [{ minus: [{ parameters: 'mmbeddings' }, { number: 331 }] }, { number: 10 }] },
            decimals: 0,
          },
          { label: 'Embeddings here', value: { parameters: 'embeddings' }, decimals: 0 },
          { label: 'MMbeddings here', value: { parameters: 'mmbeddings' }, decimals: 0 },
        ],
      },
      explain: 'At 1,332 levels. Below that the table is the smaller one. At 2,500 levels it is already nearly twice as large.',
    },
    {
      id: 'guess',
      title: 'Guess the errors',
      allow: [],
      show: [],
      ask: {
        kind: 'rank',
        prompt: 'Which method predicts rows that it has not seen with the smaller error, at 2,500 levels with eight rows each?',
        first: 'the smaller error',
        items: [
          { id: 'embeddings', label: 'Embeddings, the larger', method: 'embeddings' },
          { id: 'mmbeddings', label: 'MMbeddings, the smaller', method: 'mmbeddings' },
        ],
      },
      todo: 'Put them in order.',
      hint: 'Think of what a table does with eight noisy rows and ten free numbers.',
      explain: 'Your order is kept. Train to see.',
    },
    {
      id: 'train',
      title: 'Train and compare',
      allow: ['train'],
      show: ['results', 'lanes'],
      ...trained(RUN),
      reveal: {
        of: 'guess',
        values: [
          { id: 'embeddings', label: 'Test error of Embeddings', value: { metric: 'mse', method: 'embeddings', at: RUN } },
          { id: 'mmbeddings', label: 'Test error of MMbeddings', value: { metric: 'mse', method: 'mmbeddings', at: RUN } },
        ],
      },
      explain:
        'Each is taken at its best epoch, so neither suffers from training too long. The larger one is not ahead. The lead is small, and with other seeds it may be the other way round.',
    },
    {
      id: 'hold',
      title: 'What the numbers hold',
      allow: [],
      show: ['results', 'parameters'],
      ask: {
        kind: 'choice',
        prompt: 'What do the 13,651 numbers of MMbeddings hold?',
        options: [
          { id: 'levels', label: 'A short vector for every level.' },
          { id: 'reading', label: 'How to read a vector off a row, and how to predict with it.' },
          { id: 'average', label: 'The average level.' },
        ],
      },
      hint: 'Their number does not change when levels are added.',
      explain: 'How to read. The vectors themselves are computed from the rows whenever they are needed, so the rows must stay at hand.',
    },
  ],
  before: {
    prompt: 'Model A has three times as many parameters as model B. Which predicts new rows better?',
    options: [
      { id: 'a', label: 'A: more parameters can describe more.' },
      { id: 'b', label: 'B: fewer parameters are always safer.' },
      { id: 'unknown', label: 'That cannot be said from the number of parameters.' },
    ],
    right: 'unknown',
    because: 'Parameters must be learned from rows. What counts is what the rows can teach each of them.',
  },
  after: {
    prompt: 'A shop has 1,000 products today and 100,000 next year. Which model will have a hundred times as many numbers in its largest part?',
    options: [
      { id: 'table', label: 'The one with a table of vectors.' },
      { id: 'encoder', label: 'The one with an encoder.' },
      { id: 'both', label: 'Both.' },
    ],
    right: 'table',
    because: 'A table has a row for each product. An encoder is as large as the rows it reads are wide.',
  },
  transfer:
    'Open a table of your own. Add up the levels of all categorical columns, take ten numbers for each, and compare with the Parameters panel: what is left is the network. Which of the two methods is the larger one for you?',
  measured: {
    holds: {
      all: [
        {
          less: [
            { parameters: 'mmbeddings', at: RUN },
            { parameters: 'embeddings', at: RUN },
          ],
        },
        {
          less: [
            { metric: 'mse', method: 'mmbeddings', at: RUN },
            { metric: 'mse', method: 'embeddings', at: RUN },
          ],
        },
      ],
    },
  },
};

export default parameters;
