import type { LessonInput } from '../schema';

/**
 * The default comparison's data, small enough for ten seconds; drawn past the stop, so that the rise is seen.
 */
const memorise: LessonInput = {
  id: 'memorise',
  title: 'Tables memorise',
  claim: 'A table with a vector for every level goes on learning its training rows long after its predictions of other rows have become worse.',
  minutes: 8,
  misconception: 'A lower training loss means a better model.',
  runs: [
    {
      id: 'table',
      spec: {
        dataset: { kind: 'simulated', task: 'regression', levels: [1_000], trainRows: 10_000, testRows: 10_000 },
        methods: [{ id: 'ignore' }, { id: 'embeddings' }],
        training: { drawPastStop: true, epochs: 40 },
      },
      recorded: null,
    },
  ],
  steps: [
    {
      id: 'look',
      title: 'Look at the data',
      allow: [],
      show: [],
      ask: { kind: 'number', prompt: 'How many training rows does a level have, on average?', min: 1, max: 100 },
      done: { answered: 'look' },
      todo: 'Give a number.',
      hint: 'Divide the 9,000 rows that train by the 1,000 levels.',
      explain: 'Nine rows a level. A vector of ten numbers must be found from nine noisy rows.',
    },
    {
      id: 'sketch',
      title: 'Sketch both curves',
      allow: [],
      show: [],
      ask: {
        kind: 'sketch',
        prompt: 'How will the two losses of Embeddings go on over 40 epochs?',
        x: { label: 'Epoch', min: 1, max: 40 },
        y: { label: 'Mean squared error', min: 0, max: 2 },
        curves: [
          { id: 'training', label: 'Training rows', method: 'embeddings' },
          { id: 'validation', label: 'Validation rows', method: 'embeddings' },
        ],
        at: [1, 5, 10, 20, 40],
      },
      done: { answered: 'sketch' },
      todo: 'Draw both curves, or give their values.',
      hint: 'Training rows are those the table learns from. Validation rows are kept out of its learning.',
      explain: 'Kept. It is drawn over the result in the next step.',
    },
    {
      id: 'train',
      title: 'Train and compare',
      allow: ['train'],
      show: ['validation-loss', 'lanes'],
      done: { finished: true, at: 'table' },
      todo: 'Press Train and wait for the end.',
      hint: 'Train stands at the top, on a phone at the bottom. The key T does the same.',
      point: 'train',
      reveal: {
        of: 'sketch',
        series: [
          { label: 'Training rows, as it was', from: { curve: 'training', method: 'embeddings' }, method: 'embeddings' },
          { label: 'Validation rows, as it was', from: { curve: 'predictive', method: 'embeddings' }, method: 'embeddings' },
        ],
      },
      explain:
        'The training curve falls on and on. The validation curve turns and rises: what is learned after the turn is noise of the training rows.',
    },
  ],
  before: {
    prompt: 'The training loss of a model is still falling. What do you know about its predictions of other rows?',
    options: [
      { id: 'better', label: 'They are getting better too.' },
      { id: 'worse', label: 'They are getting worse.' },
      { id: 'nothing', label: 'Nothing yet: other rows must be looked at.' },
    ],
    right: 'nothing',
    because: 'Only rows that the model has not learned from show how it predicts.',
  },
  after: {
    prompt: 'Two models have the same validation loss; one has half the training loss of the other. Which one would you use?',
    options: [
      { id: 'lower', label: 'The one with the lower training loss.' },
      { id: 'either', label: 'Either: on other rows they are equally good.' },
    ],
    right: 'either',
    because: 'The training loss says how well rows are remembered, not how well others are predicted.',
  },
  transfer:
    'Open a table of your own with a column of many levels, train Embeddings on it with “Draw past the stop”, and say at which epoch it begins to memorise.',
  measured: {
    holds: {
      all: [
        {
          less: [
            { curve: 'training', method: 'embeddings', take: 'last' },
            { curve: 'training', method: 'embeddings', take: 10 },
          ],
        },
        {
          less: [
            { curve: 'predictive', method: 'embeddings', take: 'least' },
            { curve: 'predictive', method: 'embeddings', take: 'last' },
          ],
        },
      ],
    },
  },
};

export default memorise;
