import type { LessonInput } from '../schema';
import { trained } from '../trained';

const RUN = 'table';

/** Nine rows a level and ten numbers a vector; drawn past the stop, so that the rise is seen. */
const memorise: LessonInput = {
  id: 'memorise',
  title: 'Tables memorise',
  claim: 'A table of vectors goes on learning its training rows by heart after its predictions of other rows have begun to get worse.',
  minutes: 8,
  misconception: 'A lower training loss means a better model.',
  runs: [
    {
      id: RUN,
      spec: {
        dataset: { kind: 'simulated', task: 'regression', levels: [1_000], trainRows: 10_000, testRows: 2_000 },
        methods: [{ id: 'ignore' }, { id: 'embeddings' }],
        training: { batchSize: 100, learningRate: 0.002, epochs: 60, patience: 10, drawPastStop: true },
      },
      recorded: 'memorise',
    },
  ],
  steps: [
    {
      id: 'look',
      title: 'Count the rows',
      allow: [],
      show: ['predictions'],
      view: { predictionMethod: 'embeddings' },
      ask: { kind: 'number', prompt: 'How many training rows does a level have, on average?', min: 1, max: 1_000 },
      hint: 'Divide the 9,000 training rows by the 1,000 levels.',
      point: 'predictions',
      explain: 'Nine. The table must find the ten numbers of a level’s vector from about nine rows, and each row has noise in its response.',
    },
    {
      id: 'sketch',
      title: 'Sketch both curves',
      allow: [],
      show: [],
      ask: {
        kind: 'sketch',
        prompt: 'How do the two losses of Embeddings go on over 60 epochs? Draw one curve for the training rows and one for the validation rows.',
        x: { label: 'Epoch', min: 1, max: 60 },
        y: { label: 'Mean squared error', min: 0, max: 8 },
        curves: [
          { id: 'training', label: 'Training rows', method: 'embeddings' },
          { id: 'validation', label: 'Validation rows', method: 'embeddings' },
        ],
        at: [1, 10, 20, 40, 60],
      },
      todo: 'Draw both curves, or give their values.',
      hint: 'The model learns from the training rows. It never learns from the validation rows.',
      explain: 'Your sketch is kept. The next step draws it over what happens.',
    },
    {
      id: 'train',
      title: 'Train and compare',
      allow: ['train', 'training-curve'],
      show: ['validation-loss', 'lanes'],
      view: { loss: 'predictive' },
      ...trained(RUN),
      reveal: {
        of: 'sketch',
        series: [
          { label: 'Training rows, as trained', from: { curve: 'training', method: 'embeddings', at: RUN }, method: 'embeddings' },
          { label: 'Validation rows, as trained', from: { curve: 'predictive', method: 'embeddings', at: RUN }, method: 'embeddings' },
        ],
      },
      explain:
        'On the training rows the error falls to the end. On the validation rows it falls, turns, and rises. What the table learned after the turn is the noise of its own rows. That is memorising.',
    },
    {
      id: 'choose',
      title: 'Choose an epoch',
      allow: ['training-curve'],
      show: ['validation-loss'],
      ask: {
        kind: 'choice',
        prompt: 'You may keep the table of one epoch. Which one do you keep?',
        options: [
          { id: 'last', label: 'The last: its training loss is the lowest.' },
          { id: 'turn', label: 'The one at the turn: its validation loss is the lowest.' },
          { id: 'first', label: 'The first: nothing is memorised yet.' },
        ],
      },
      hint: 'You want good predictions of rows that the table has not seen.',
      point: 'validation-loss',
      reveal: {
        of: 'choose',
        values: [
          { label: 'Epoch of the turn', value: { bestEpoch: 'predictive', method: 'embeddings' }, decimals: 0 },
          { label: 'Validation loss there', value: { curve: 'predictive', method: 'embeddings', take: 'least' } },
          { label: 'Validation loss at the end', value: { curve: 'predictive', method: 'embeddings', take: 'last' } },
          { label: 'Training loss at the end', value: { curve: 'training', method: 'embeddings', take: 'last' } },
        ],
      },
      explain:
        'The one at the turn. Later tables know their own rows better and all other rows worse. Early stopping looks for this turn: here it ends ten epochs after it, when nothing better has come.',
    },
    {
      id: 'ignore',
      title: 'Why Ignore stays flat',
      allow: ['training-curve'],
      show: ['validation-loss', 'parameters'],
      ask: {
        kind: 'choice',
        prompt: 'The curve of Ignore hardly rises. Why?',
        options: [
          { id: 'no-place', label: 'It has no numbers of its own for a level, so it has little room to memorise.' },
          { id: 'slow', label: 'It learns more slowly and would rise later.' },
          { id: 'other', label: 'It is given other rows.' },
        ],
      },
      hint: 'Compare how many parameters the two methods have.',
      point: 'parameters',
      reveal: {
        of: 'ignore',
        values: [
          { label: 'Parameters of Ignore', value: { parameters: 'ignore' }, decimals: 0 },
          { label: 'Parameters of Embeddings', value: { parameters: 'embeddings' }, decimals: 0 },
        ],
      },
      explain: 'It has a few hundred numbers for 9,000 rows. The table has ten more for every level, and there the noise of nine rows finds a place.',
    },
  ],
  before: {
    prompt: 'The training loss of a model is still falling. What do you know about its predictions of new rows?',
    options: [
      { id: 'better', label: 'They are getting better too.' },
      { id: 'worse', label: 'They are getting worse.' },
      { id: 'nothing', label: 'Nothing yet: I must look at other rows.' },
    ],
    right: 'nothing',
    because: 'Only rows that the model has not learned from show how it predicts new ones.',
  },
  after: {
    prompt: 'Two models have the same validation loss. One has half the training loss of the other. Which one predicts new rows better?',
    options: [
      { id: 'lower', label: 'The one with the lower training loss.' },
      { id: 'same', label: 'As far as we know, neither.' },
      { id: 'higher', label: 'The one with the higher training loss.' },
    ],
    right: 'same',
    because: 'The training loss tells how well known rows are remembered. About new rows the validation loss speaks, and it is the same for both.',
  },
  transfer:
    'Open a table of your own that has a column with many levels. Train Embeddings with “Draw past the stop” switched on. At which epoch does your table begin to memorise? How many rows does a level have?',
  measured: {
    holds: {
      all: [
        // The error of other rows ends a tenth or more above its least.
        {
          less: [
            { number: 1.1 },
            {
              over: [
                { curve: 'predictive', method: 'embeddings', take: 'last', at: RUN },
                { curve: 'predictive', method: 'embeddings', take: 'least', at: RUN },
              ],
            },
          ],
        },
        // The training loss falls by a fifth or more after epoch 20, about where the turn is.
        {
          less: [
            {
              over: [
                { curve: 'training', method: 'embeddings', take: 'last', at: RUN },
                { curve: 'training', method: 'embeddings', take: 20, at: RUN },
              ],
            },
            { number: 0.8 },
          ],
        },
      ],
    },
  },
};

export default memorise;
