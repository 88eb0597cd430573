import { expect, it } from 'vitest';
import { type TrainingGap, trainingElsewhere, trainingSentence } from './training';

const gap = (label: string, training: number, validation: number, epoch = 160): TrainingGap => ({ label, epoch, training, validation });
const said = (...gaps: TrainingGap[]) => trainingSentence(gaps, { percent: false });

it('names the method with the widest gap, and those that do about as well on both', () => {
  expect(said(gap('Ignore', 5.56, 5.74), gap('Embeddings', 1.62, 4.61), gap('NCF', 3.9, 4.6, 20))).toBe(
    'At epoch 160 the loss of Embeddings is 1.62 on training rows and 4.61 on validation rows: part of the difference is what they memorised, and part what validation rows have that training rows lack. Ignore does about as well on both.',
  );
  expect(said(gap('NCF', 2, 4, 20))).toBe(
    'At epoch 20 the loss of NCF is 2.00 on training rows and 4.00 on validation rows: part of the difference is what it memorised, and part what validation rows have that training rows lack.',
  );
});

it('blames memory for a part alone, as validation rows may be of other levels', () => {
  // Means of 50 rows a level, whose effects have variance 4 and rows variance 1: 1 − 1/50 on these rows,
  // 1 + 1/50 on new ones of the same levels, 1 + 4 on other levels. A hundredth of this was memorised.
  expect(said(gap('Embeddings', 0.98, 5))).toContain(': part of the difference is what they memorised, and part what');
});

it('says so where no method memorises, also where validation is the easier part', () => {
  expect(said(gap('Ignore', 5.56, 5.74), gap('NCF', 6, 5))).toBe(
    'No method is much better on training rows than on validation rows; Ignore at epoch 160: 5.56 on training rows and 5.74 on validation rows.',
  );
  expect(said(gap('Embeddings', 5.5, 5.7))).toBe(
    'Embeddings are not much better on training rows than on validation rows: 5.50 on training rows and 5.70 on validation rows.',
  );
});

it('says nothing without numbers, and percents where the objective is drawn', () => {
  expect(said(gap('Ignore', Number.NaN, 5))).toBe('');
  expect(trainingSentence([gap('Embeddings', 12, 57.4)], { percent: true })).toContain('12 % on training rows and 57 % on validation rows');
});

it('sends to the objective for methods that minimise another loss', () => {
  expect(trainingElsewhere([])).toBeNull();
  expect(trainingElsewhere(['MMbeddings'])).toBe(
    'No training curve of MMbeddings here: they minimise another loss than this one. Objective shows it.',
  );
  expect(trainingElsewhere(['LMMNN', 'MMbeddings'])).toContain(
    'of LMMNN and MMbeddings here: they minimise another loss than this one. Objective shows them.',
  );
});
