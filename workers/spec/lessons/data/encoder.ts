import type { LessonInput } from '../schema';
import { trained } from '../trained';

const RUN = 'both';
const FEW = { vectorLength: 'mmbeddings', least: 1, most: 2 } as const;
const MANY = { vectorLength: 'mmbeddings', least: 21 } as const;

/** Levels with one row and levels with a hundred, so that an average of few and of many can be compared. */
const encoder: LessonInput = {
  id: 'encoder',
  title: 'An encoder replaces the table',
  claim:
    'An encoder keeps no level: it reads a level’s vector off the level’s rows and their answers, so its vector is only as good as those rows are many.',
  minutes: 10,
  misconception: 'The encoder stores the levels.',
  runs: [
    {
      id: RUN,
      spec: {
        dataset: { kind: 'simulated', task: 'regression', levels: [300], trainRows: 3_000, testRows: 2_000, skew: 0.7 },
        methods: [{ id: 'embeddings' }, { id: 'mmbeddings' }],
        training: { batchSize: 128, learningRate: 0.003, epochs: 40, patience: null, drawPastStop: false },
      },
      recorded: 'encoder',
    },
  ],
  steps: [
    {
      id: 'count',
      title: 'Count without levels',
      allow: [],
      show: ['predictions'],
      view: { predictionMethod: 'mmbeddings' },
      ask: {
        kind: 'number',
        prompt: 'With 300 levels MMbeddings has 13,651 parameters. How many does it have with 300,000 levels?',
        min: 1,
        max: 1_000_000_000,
      },
      hint: 'The encoder reads a row: its numeric features and its response. How wide is a row when there are more levels?',
      explain: '13,651 again. There is no place in it for a level. What it knows of a level it must read off the level’s rows.',
    },
    {
      id: 'place',
      title: 'How long are the vectors?',
      allow: [],
      show: [],
      ask: {
        kind: 'mark',
        prompt:
          'The vector of a level is the average of what the encoder reads off each of its rows. Before it has seen anything, a vector is expected near 0. Mark how long you expect the vectors of levels with few rows and with many.',
        x: { label: 'Training rows of the level', min: 1, max: 100, log: true },
        y: { label: 'Length of the vector', min: 0, max: 8 },
        marks: [
          { id: 'few', label: 'A level with 1 row' },
          { id: 'many', label: 'A level with 50 rows' },
        ],
      },
      todo: 'Place both marks.',
      hint: 'What happens to the ups and downs of single rows when fifty of them are averaged? And when there is only one?',
      explain: 'Your marks are kept. The next step draws the vectors under them.',
    },
    {
      id: 'train',
      title: 'Train and compare',
      allow: ['train'],
      show: ['shrinkage', 'lanes'],
      view: { levelMethod: 'mmbeddings', levelMeasure: 'vector' },
      ...trained(RUN),
      reveal: {
        of: 'place',
        series: [
          { label: 'MMbeddings, level by level', from: { vectorLengths: 'mmbeddings', at: RUN }, method: 'mmbeddings' },
          { label: 'Embeddings, level by level', from: { vectorLengths: 'embeddings', at: RUN }, method: 'embeddings' },
        ],
        values: [
          { label: 'MMbeddings, 1 or 2 rows', value: { ...FEW, at: RUN } },
          { label: 'MMbeddings, more than 20 rows', value: { ...MANY, at: RUN } },
        ],
      },
      explain:
        'The vectors of levels with few rows are the longest. Nothing averages out there: a single row and its luck decide. Those of the table are the other way round: a level with few rows was seldom moved from the small numbers it began with.',
    },
    {
      id: 'why',
      title: 'Say why',
      allow: [],
      show: ['shrinkage'],
      view: { levelMethod: 'mmbeddings', levelMeasure: 'vector' },
      ask: {
        kind: 'choice',
        prompt: 'A lesson on shrinkage says: few rows, pull hard. Yet here few rows give long vectors. What is the reason?',
        options: [
          { id: 'average', label: 'The vector is a plain average over the rows: with one row there is nothing that damps it.' },
          { id: 'stored', label: 'The encoder has stored these levels better.' },
          { id: 'real', label: 'Levels with few rows really differ more.' },
        ],
      },
      hint: 'The simulation draws the effects of all levels from one distribution, however many rows they have.',
      explain:
        'A plain average. While the encoder learns, the prior pulls a little at all vectors alike. When a vector is taken, nothing pulls: it is the mean over the rows, be it one row or fifty. A mixed model pulls harder where rows are few; this average does not.',
    },
    {
      id: 'two-losses',
      title: 'Two losses',
      allow: [],
      show: [],
      ask: {
        kind: 'number',
        prompt:
          'On validation rows the loss can be taken in two ways. Objective: the encoder may read the response of the very row it predicts. Predictive: vectors come from training rows alone. The predictive loss is about 3. Near which number do you expect the objective loss?',
        min: 0,
        max: 20,
      },
      hint: 'How well can you guess a number that you have just been shown?',
      reveal: {
        of: 'two-losses',
        values: [
          { label: 'Objective loss at the end', value: { curve: 'objective', method: 'mmbeddings', take: 'last' } },
          { label: 'Predictive loss at the end', value: { curve: 'predictive', method: 'mmbeddings', take: 'last' } },
        ],
      },
      explain:
        'Far below. The objective has seen the answer, so it is good for training and useless for judging. The noise alone has variance 1, and no honest loss can be below that for long.',
    },
    {
      id: 'look',
      title: 'Look at both',
      allow: ['loss-kind'],
      show: ['validation-loss'],
      ask: {
        kind: 'choice',
        prompt: 'Switch between the two losses. By which one may MMbeddings be compared with Embeddings?',
        options: [
          { id: 'predictive', label: 'By the predictive loss.' },
          { id: 'objective', label: 'By the objective: it is what each method minimises.' },
          { id: 'either', label: 'By either.' },
        ],
      },
      hint: 'Which of the two asks both methods the same question?',
      point: 'loss-kind',
      explain:
        'By the predictive loss. For Embeddings both are the same, since a table never reads a response. For MMbeddings only one of them is a prediction.',
    },
  ],
  before: {
    prompt: 'A model without a table is asked about a customer. Where does it get the customer’s vector from?',
    options: [
      { id: 'weights', label: 'From its weights, where the customers are stored in a compressed form.' },
      { id: 'rows', label: 'From the customer’s rows, which it reads anew.' },
      { id: 'random', label: 'It draws one at random.' },
    ],
    right: 'rows',
    because: 'The weights say how to read a row. Without rows of the customer there is nothing to read.',
  },
  after: {
    prompt: 'You delete all rows of a customer from the data but keep the trained encoder. What does the model still know of this customer?',
    options: [
      { id: 'nothing', label: 'Nothing that is about this customer alone.' },
      { id: 'vector', label: 'The customer’s vector.' },
      { id: 'half', label: 'About half of it.' },
    ],
    right: 'nothing',
    because: 'The vector was computed from the rows. Without them the model takes zero, where it expects any vector before it has seen a row.',
  },
  transfer:
    'Open a table of your own, train MMbeddings, and switch the validation loss between predictive and objective. How far apart are they? Then look which of your levels have the longest vectors, and how many rows they have.',
  measured: {
    holds: {
      all: [
        {
          less: [
            { number: 1.1 },
            {
              over: [
                { ...FEW, at: RUN },
                { ...MANY, at: RUN },
              ],
            },
          ],
        },
        {
          less: [
            {
              over: [
                { curve: 'objective', method: 'mmbeddings', take: 'last', at: RUN },
                { curve: 'predictive', method: 'mmbeddings', take: 'last', at: RUN },
              ],
            },
            { number: 0.5 },
          ],
        },
      ],
    },
  },
};

export default encoder;
