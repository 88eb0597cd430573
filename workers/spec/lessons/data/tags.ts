import type { Value } from '../measure';
import type { LessonInput } from '../schema';
import { trained } from '../trained';

const RUN = 'tags';

const error = (method: string, tags: number): Value => ({ lossOfTags: method, tags, at: RUN });

/** Effects of tags that add up, with one to nine tags a row. */
const tags: LessonInput = {
  id: 'tags',
  title: 'Several tags in a cell',
  claim:
    'Where the effects of tags add up, their vectors must be added: a mean forgets how many tags there were, and errs on rows with few tags and with many.',
  minutes: 9,
  misconception: 'Sum and mean are the same up to scale.',
  runs: [
    {
      id: RUN,
      spec: {
        dataset: {
          kind: 'tags',
          task: 'regression',
          groups: [15, 15, 15],
          trainRows: 3_000,
          testRows: 3_000,
          mainVariance: 4,
          slopeVariance: 0,
          pairVariance: 0,
        },
        methods: [{ id: 'tag-sum' }, { id: 'embeddings' }, { id: 'tag-attention', settings: { form: 'mask' } }],
        training: {
          batchSize: 250,
          learningRate: 0.01,
          epochs: 25,
          patience: null,
          stopOn: 'predictive',
          restoreBest: true,
          drawPastStop: false,
        },
      },
      recorded: 'tags',
    },
  ],
  steps: [
    {
      id: 'add',
      title: 'Add and average',
      allow: [],
      show: ['predictions'],
      view: { predictionMethod: 'tag-sum' },
      ask: {
        kind: 'number',
        prompt: 'Each of a row’s tags raises y by 2, and the row has 5 tags. By how much is y raised in all?',
        min: 0,
        max: 100,
      },
      hint: 'The effects add up.',
      explain:
        'By 10. The mean of the five effects is 2, and it is also 2 for a row with a single tag. From the mean alone you cannot tell 2 from 10.',
    },
    {
      id: 'sketch',
      title: 'Sketch the errors',
      allow: [],
      show: [],
      ask: {
        kind: 'sketch',
        prompt:
          'Most rows have four or five tags. How does the error depend on the number of tags when vectors are summed, and when they are averaged?',
        x: { label: 'Tags of the row', min: 1, max: 8 },
        y: { label: 'Mean squared error', min: 0, max: 10 },
        curves: [
          { id: 'sum', label: 'Sum of tags', method: 'tag-sum' },
          { id: 'mean', label: 'Embeddings: the mean of the vectors', method: 'embeddings' },
        ],
        at: [1, 2, 4, 6, 8],
      },
      todo: 'Draw both curves, or give their values.',
      hint: 'The noise has variance 1, so no curve can be far below 1. Where does the mean have to be wrong?',
      explain: 'Your sketch is kept. Train to see.',
    },
    {
      id: 'train',
      title: 'Train and compare',
      allow: ['train'],
      show: ['lanes'],
      ...trained(RUN),
      reveal: {
        of: 'sketch',
        series: [
          { label: 'Sum of tags, as trained', from: { lossByTags: 'tag-sum', at: RUN }, method: 'tag-sum' },
          { label: 'Mean, as trained', from: { lossByTags: 'embeddings', at: RUN }, method: 'embeddings' },
        ],
        values: [
          { label: 'Sum, 1 tag', value: error('tag-sum', 1) },
          { label: 'Mean, 1 tag', value: error('embeddings', 1) },
          { label: 'Sum, 4 tags', value: error('tag-sum', 4) },
          { label: 'Mean, 4 tags', value: error('embeddings', 4) },
        ],
      },
      explain: 'The sum errs alike everywhere. The mean is good where most rows are, at four or five tags, and errs at both ends.',
    },
    {
      id: 'why',
      title: 'Why both ends?',
      allow: [],
      show: [],
      ask: {
        kind: 'choice',
        prompt: 'Sum and mean differ by the factor n, the number of tags. Why can the network behind them not simply multiply by it?',
        options: [
          { id: 'varies', label: 'The factor differs from row to row, and the mean does not tell it.' },
          { id: 'slow', label: 'It could, with more epochs.' },
          { id: 'zero', label: 'Because the mean is close to 0.' },
        ],
      },
      hint: 'If every row had four tags, would anything be lost?',
      explain:
        'The factor differs from row to row. The network learns the factor that suits most rows, four or five. With one tag that is too much, with eight too little.',
    },
    {
      id: 'rank',
      title: 'And attention?',
      allow: [],
      show: [],
      ask: {
        kind: 'rank',
        prompt: 'Attention gives each tag of a row a weight, and the weights of a row add up to 1. Rank the errors on rows with a single tag.',
        first: 'the smallest error',
        items: [
          { id: 'tag-sum', label: 'Sum of tags', method: 'tag-sum' },
          { id: 'embeddings', label: 'Embeddings: the mean', method: 'embeddings' },
          { id: 'tag-attention', label: 'Attention to tags', method: 'tag-attention' },
        ],
      },
      todo: 'Put the three in order.',
      hint: 'Weights that add up to 1 make an average. What weight has the only tag of a row?',
      reveal: {
        of: 'rank',
        values: [
          { id: 'tag-sum', label: 'Sum of tags', value: error('tag-sum', 1) },
          { id: 'embeddings', label: 'Embeddings: the mean', value: error('embeddings', 1) },
          { id: 'tag-attention', label: 'Attention to tags', value: error('tag-attention', 1) },
        ],
      },
      explain: 'Attention stands with the mean. It may prefer one tag to another, but it is an average, and it does not count either.',
    },
    {
      id: 'when',
      title: 'When is a mean right?',
      allow: [],
      show: ['tag-errors', 'results'],
      ask: {
        kind: 'choice',
        prompt: 'For which of these would you take the mean?',
        options: [
          { id: 'price', label: 'The price of a meal from its dishes.' },
          { id: 'style', label: 'The style of a film from its keywords, of which some films have three and others thirty.' },
          { id: 'weight', label: 'The weight of a parcel from what is in it.' },
        ],
      },
      hint: 'Does the answer grow when more tags are added?',
      explain:
        'The style. Thirty keywords do not make a film ten times as much of anything. Prices and weights add up, and there the mean would forget how many there are.',
    },
  ],
  before: {
    prompt: 'Some rows have 2 tags, others 10. Does it matter whether you add or average the vectors of a row’s tags?',
    options: [
      { id: 'scale', label: 'No: it is only another scale, and the network can undo it.' },
      { id: 'matters', label: 'Yes: the mean no longer knows how many tags there were.' },
      { id: 'order', label: 'Only if the tags are in order.' },
    ],
    right: 'matters',
    because: 'A network can undo a scale that is the same for all rows. This one changes with the row.',
  },
  after: {
    prompt: 'Every row of a table has exactly 3 tags. Does it matter now whether you add or average?',
    options: [
      { id: 'no', label: 'No: here it is only another scale.' },
      { id: 'yes', label: 'Yes: the sum is always better.' },
      { id: 'mean', label: 'Yes: the mean is always better.' },
    ],
    right: 'no',
    because: 'The factor is 3 in every row, and the network can undo that.',
  },
  transfer:
    'Open a table of your own with a column that holds several tags in a cell. Train Sum of tags and Embeddings, and look at the error by number of tags. Do the effects of your tags add up?',
  measured: {
    holds: {
      all: [
        { less: [{ number: 1.8 }, { over: [error('embeddings', 1), error('tag-sum', 1)] }] },
        { less: [{ number: 1.8 }, { over: [error('tag-attention', 1), error('tag-sum', 1)] }] },
        { less: [{ over: [error('embeddings', 4), error('tag-sum', 4)] }, { number: 1.5 }] },
      ],
    },
  },
};

export default tags;
