import type { StepView } from '../state/page-view';

/**
 * What a panel says beside a lesson: how it is read, in plain words. Its own sentence tells what the numbers
 * come to, which a step asks for, and in words for those who know the subject.
 */
export const PLAIN: StepView['plain'] = {
  'validation-loss': {
    predictive: 'Each line is a method. The lower its predictive loss, the better it predicts rows that it has not learned from.',
    objective: 'Each line is what its method minimises. MMbeddings have read the answers there, so the lines cannot be compared.',
  },
  parameters: 'How many numbers training may change, for each method.',
  predictions:
    'Each dot is a row that the method had not seen: to the right what its answer was, upwards what was predicted. On the line they agree.',
  shrinkage: 'Each dot is a level. Further to the right it has more training rows. The axis on the left says what is higher.',
  results: 'One line for each method. The smaller the MSE, the better; the nearer R² is to 1, the better. Bold: ahead by more than chance.',
  estimates: 'What the mixed model found out by itself: how much the levels differ, and how much noise is in a row.',
  'error-by-rows': 'How wrong each method is on test rows, by the training rows of their level. Lower is better.',
  'tag-errors': 'How wrong each method is on test rows, by the number of their tags. Lower is better.',
};
