import type { Dataset } from '../../data/dataset';
import { LabFailure } from '../../data/failure';
import { hasSeveralClasses } from '../../data/tasks';
import { aboutMethod } from '../../methods/registry';
import { isFormula, type MixedSettings } from '../../mixed/formula/fit-dataset';
import { TRACED } from './kinds';

/** Why rows of these data cannot be followed through a method; null where they can. */
export function traceRefusal(
  id: string,
  { task, tags, series }: Pick<Dataset, 'task' | 'tags' | 'series'>,
  settings: Record<string, unknown> = {},
): LabFailure | null {
  if (!TRACED[id])
    return new LabFailure(
      'no-trace',
      `${aboutMethod(id).label} has no diagram yet.`,
      'Choose a method that has one, such as MMbeddings or Embeddings.',
    );
  if (series) return new LabFailure('no-trace', 'The diagram follows rows of a table; these data are windows of series.', 'Choose other data.');
  if (tags?.length)
    return new LabFailure('no-trace', 'The diagram follows rows with one level in a cell; these data have tags.', 'Choose other data.');
  if (id === 'linear-mixed-model' && isFormula(settings as Partial<MixedSettings>, task === 'binary'))
    return new LabFailure(
      'no-trace',
      'The diagram is of intercepts by columns, and this mixed model has a formula.',
      'Follow a row through another method, or leave the formula out.',
    );
  if (hasSeveralClasses(task))
    return new LabFailure(
      'no-trace',
      'The diagram shows one number as the prediction of a row; here it is a probability for each class.',
      'Take data whose response is a number or one of two classes.',
    );
  if (TRACED[id] === 'intercepts' && task === 'binary')
    return new LabFailure(
      'no-trace',
      'The effects of a binary response have no closed form: there is no mean residual to show.',
      'Follow a row through another method, or take data whose response is a number.',
    );
  return null;
}
