import type { LessonInput } from '../schema';
import { trained } from '../trained';

const RUN = 'levels';

/** From one row a level to a hundred; noise of variance 4 around levels of variance 1. */
const shrinkage: LessonInput = {
  id: 'shrinkage',
  title: 'Few rows, pull hard',
  claim:
    'The fewer rows a level has, the more its estimate should be pulled towards the average of all levels, and the pulled estimate predicts better.',
  minutes: 10,
  misconception: 'Shrinkage is bias, hence bad.',
  runs: [
    {
      id: RUN,
      spec: {
        dataset: {
          kind: 'lmmnn',
          task: 'regression',
          levels: [300],
          trainRows: 2_400,
          testRows: 4_000,
          p: 2,
          interceptVariances: [1],
          noiseVariance: 4,
          skew: 0.8,
        },
        methods: [{ id: 'ignore', settings: { decoder: [] } }, { id: 'one-hot', settings: { decoder: [] } }, { id: 'linear-mixed-model' }],
        training: { batchSize: 200, learningRate: 0.05, epochs: 60, patience: null, drawPastStop: false },
      },
      recorded: 'shrinkage',
    },
  ],
  steps: [
    {
      id: 'one-row',
      title: 'One row',
      allow: [],
      show: ['predictions'],
      view: { predictionMethod: 'linear-mixed-model' },
      ask: {
        kind: 'choice',
        prompt: 'A level has a single row, and it lies 4 above the average of all rows. Where do you expect the next row of this level?',
        options: [
          { id: 'four', label: '4 above: that is all the level has shown.' },
          { id: 'between', label: 'Above the average, but by less than 4.' },
          { id: 'zero', label: 'At the average: one row says nothing.' },
        ],
      },
      hint: 'The row lies high because its level is high, or by luck. Which part is which is not known.',
      explain:
        'Above, but by less. Here the noise of a row has variance 4 and the levels differ with variance 1. So most of the 4 is luck, and some of it is the level.',
    },
    {
      id: 'place',
      title: 'Place the weights',
      allow: [],
      show: [],
      ask: {
        kind: 'mark',
        prompt:
          'An estimate is: weight × mean of the own rows + (1 − weight) × average of all levels. Mark the weight that you would give to the own rows of a level with 1, 3 and 30 rows.',
        x: { label: 'Training rows of the level', min: 1, max: 100, log: true },
        y: { label: 'Weight of the own rows', min: 0, max: 1 },
        marks: [
          { id: 'one', label: '1 row' },
          { id: 'three', label: '3 rows' },
          { id: 'thirty', label: '30 rows' },
        ],
      },
      todo: 'Place the three marks.',
      hint: 'Weight 1 trusts the rows alone. Weight 0 trusts the average alone.',
      explain: 'Your marks are kept. The next step puts the weights of a mixed model under them.',
    },
    {
      id: 'train',
      title: 'Train and compare',
      allow: ['train'],
      show: ['shrinkage', 'lanes'],
      view: { levelMethod: 'linear-mixed-model', levelMeasure: 'weight' },
      ...trained(RUN),
      reveal: {
        of: 'place',
        series: [{ label: 'Linear mixed model', from: { ownWeights: 'linear-mixed-model', at: RUN }, method: 'linear-mixed-model' }],
        values: [
          { label: 'Weight with 1 row', value: { ownWeight: 'linear-mixed-model', rows: 1, at: RUN } },
          { label: 'Weight with 3 rows', value: { ownWeight: 'linear-mixed-model', rows: 3, at: RUN } },
        ],
      },
      explain:
        'The weight is n σ²_b / (n σ²_b + σ²): n rows, variance σ²_b between levels, variance σ² of the noise. With 1 and 4 it is 0.2 at one row, 0.43 at three and 0.88 at thirty. The model found both variances by itself.',
    },
    {
      id: 'rank',
      title: 'Rank three estimates',
      allow: [],
      show: [],
      ask: {
        kind: 'rank',
        prompt: 'Test rows of levels with one or two training rows: which method has the smallest error there?',
        first: 'the smallest error',
        items: [
          { id: 'ignore', label: 'Ignore: the average for every level', method: 'ignore' },
          { id: 'one-hot', label: 'One-hot: the level’s own mean, not pulled', method: 'one-hot' },
          { id: 'linear-mixed-model', label: 'Linear mixed model: pulled by its rows', method: 'linear-mixed-model' },
        ],
      },
      todo: 'Put the three in order.',
      hint: 'How far off is the mean of a single noisy row?',
      reveal: {
        of: 'rank',
        values: [
          { id: 'ignore', label: 'Ignore', value: { lossOfLevels: 'ignore', rows: 1 } },
          { id: 'one-hot', label: 'One-hot', value: { lossOfLevels: 'one-hot', rows: 1 } },
          { id: 'linear-mixed-model', label: 'Linear mixed model', value: { lossOfLevels: 'linear-mixed-model', rows: 1 } },
        ],
      },
      explain:
        'The level’s own mean is the worst of the three: worse than not looking at levels at all. It takes the luck of one or two rows for the level.',
    },
    {
      id: 'many',
      title: 'And with many rows?',
      allow: [],
      show: [],
      ask: {
        kind: 'choice',
        prompt: 'Now test rows of levels with more than twenty training rows. How do One-hot and the mixed model compare?',
        options: [
          { id: 'same', label: 'About the same.' },
          { id: 'one-hot', label: 'One-hot is clearly better: nothing is pulled away.' },
          { id: 'mixed', label: 'The mixed model is clearly better, as before.' },
        ],
      },
      hint: 'Look at the weight of the own rows where rows are many.',
      reveal: {
        of: 'many',
        values: [
          { label: 'One-hot', value: { lossOfLevels: 'one-hot', rows: 30 } },
          { label: 'Linear mixed model', value: { lossOfLevels: 'linear-mixed-model', rows: 30 } },
        ],
      },
      explain: 'About the same. With many rows the weight is close to 1, so there is hardly any pull. Shrinkage acts where it is needed.',
    },
    {
      id: 'bias',
      title: 'Bias, and yet better',
      allow: [],
      show: ['error-by-rows', 'shrinkage'],
      ask: {
        kind: 'choice',
        prompt: 'A pulled estimate is biased: on average it lies too near to the middle. Why does it predict better all the same?',
        options: [
          { id: 'variance', label: 'It jumps about less, and that saves more than the bias costs.' },
          { id: 'luck', label: 'By luck: with other seeds it would be the other way round.' },
          { id: 'no-bias', label: 'Because it is not biased at all.' },
        ],
      },
      hint: 'The squared error is the squared bias plus the variance.',
      point: 'error-by-rows',
      explain:
        'It jumps about less. A mean of one row errs by 4 in mean square, all variance. A fifth of it errs by 0.8: variance 0.16, squared bias 0.64.',
    },
  ],
  before: {
    prompt: 'A new restaurant has a single review: 5 stars. Most restaurants have about 3.5. What would you expect the next review to be?',
    options: [
      { id: 'five', label: '5 stars.' },
      { id: 'between', label: 'Between 3.5 and 5 stars.' },
      { id: 'average', label: '3.5 stars.' },
    ],
    right: 'between',
    because: 'One review says something about the restaurant and something about the luck of that evening.',
  },
  after: {
    prompt:
      'School A has 5 pupils and the best mean in the country. School B has 500 pupils and a mean just below it. Which estimate is pulled more?',
    options: [
      { id: 'a', label: 'That of school A.' },
      { id: 'b', label: 'That of school B.' },
      { id: 'equal', label: 'Both alike: their means are close.' },
    ],
    right: 'a',
    because: 'With few rows a mean holds much luck. Small schools are found at the top, and also at the bottom.',
  },
  transfer:
    'Open a table of your own with levels that have few rows and levels that have many. Train the linear mixed model and look at Shrinkage by level count. Which of your levels are pulled most? Would you have believed their means?',
  measured: {
    holds: {
      all: [
        // Few rows: the level's own mean errs by a fifth more than the pulled one.
        {
          less: [
            { number: 1.2 },
            {
              over: [
                { lossOfLevels: 'one-hot', rows: 1, at: RUN },
                { lossOfLevels: 'linear-mixed-model', rows: 1, at: RUN },
              ],
            },
          ],
        },
        // Many rows: no difference worth the name.
        {
          less: [
            {
              over: [
                { lossOfLevels: 'one-hot', rows: 30, at: RUN },
                { lossOfLevels: 'linear-mixed-model', rows: 30, at: RUN },
              ],
            },
            { number: 1.05 },
          ],
        },
        {
          less: [
            { metric: 'mse', method: 'linear-mixed-model', at: RUN },
            { metric: 'mse', method: 'ignore', at: RUN },
          ],
        },
      ],
    },
  },
};

export default shrinkage;
