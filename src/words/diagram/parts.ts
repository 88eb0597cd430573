import type { StepTrace, TracedFeature } from '../../../workers/protocol';
import { MINUS, measured, value, whole } from '../../text/numbers';
import type { Scene } from './scene';

/** A number within TeX: braces keep the commas of thousands close. */
export const tex = (number: number): string =>
  value(number)
    .replaceAll(MINUS, '-')
    .replaceAll(',', '{,}')
    .replace(/ × 10/, '\\times 10')
    .replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/, superscript);

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const superscript = (text: string): string => `^{${[...text].map((c) => (c === '⁻' ? '-' : SUPERSCRIPTS.indexOf(c))).join('')}}`;

/** The same in brackets where it is negative. */
export const signed = (number: number): string => (number < 0 ? `(${tex(number)})` : tex(number));

/** "1 row", "3 rows". */
export const counted = (count: number, one: string, many = `${one}s`): string => `${whole(count)} ${count === 1 ? one : many}`;

/** A share in percent. */
export const percent = (share: number): string => `${measured(100 * share, share < 0.1 || share > 0.9 ? 1 : 0)} %`;

/** How many numbers are above 0. */
export const active = (values: ArrayLike<number>): number => Array.prototype.filter.call(values, (one: number) => one > 0).length;

/** A level by its name: the label alone where it is no number, else "level 7". */
export const levelName = ({ label, name }: Pick<TracedFeature, 'label' | 'name'>): string =>
  /^-?\d+$/.test(label) ? `level ${label} of ${name}` : `“${label}”`;

/** The response with the row's class where it is binary. */
export function responseWords({ row }: StepTrace): string {
  return row.classLabels ? `the class “${row.classLabels[row.y]}”` : `the response ${value(row.ownY)}`;
}

/** What the row is. */
export function rowScene(trace: StepTrace, k: number, readsLevel = true): Scene {
  const { row, features } = trace;
  const feature = features[k];
  const numbers = counted(row.x.length, 'numeric feature');
  const level = feature && `${levelName(feature)}, which has ${counted(feature.trainingRows, 'training row')}`;
  const number = `Row ${whole(row.row + 1)}`;
  const words =
    row.part === 'test' || (row.part === 'validation' && trace.kind !== 'intercepts')
      ? `${number} is a ${row.part} row: the method sees its ${numbers}${feature ? ` and ${level}` : ''}. Its response is held back.`
      : `${number} is a training row. It has ${numbers}, ${responseWords(trace)}${feature ? ` and ${level}` : ''}.`;
  const more = features.length - 1;
  const others = feature && more > 0 ? ` It has ${counted(more, 'other level')} in other features.` : '';
  const blind = feature && !readsLevel ? ' This method never looks at the level.' : '';
  return {
    id: 'row',
    title: 'The row',
    words: words + others + blind,
    formula: feature ? String.raw`(x_i,\; y_i,\; z_i)` : String.raw`(x_i,\; y_i)`,
    numbers: `y_i = ${tex(row.y)}${row.x.length > 0 ? String.raw`,\quad x_{i1} = ${tex(row.x[0].value)}` : ''}`,
    lit: ['row'],
  };
}

/** How far the prediction is from the response. */
export function errorScene(trace: StepTrace, learned: string): Scene {
  const { row, prediction, ownPrediction } = trace;
  const { classLabels, y, ownY } = row;
  if (classLabels) {
    const given = y === 1 ? prediction : 1 - prediction;
    const loss = -Math.log(Math.max(given, 1e-7));
    return {
      id: 'error',
      title: 'The error',
      words: `The row is of the class “${classLabels[y]}”, to which the method gives the probability ${value(given)}. The row’s loss is the negative logarithm of it: ${value(loss)}. ${learned}`,
      formula: String.raw`-\,y_i \log \hat p_i - (1 - y_i) \log (1 - \hat p_i)`,
      numbers: String.raw`-\log ${tex(given)} = ${tex(loss)}`,
      lit: ['prediction'],
    };
  }
  const error = y - prediction;
  const sides = ownPrediction > ownY ? 'above' : 'below';
  return {
    id: 'error',
    title: 'The error',
    words: `The method predicts ${value(ownPrediction)}, which is ${value(Math.abs(ownPrediction - ownY))} ${sides} the response ${value(ownY)}. ${learned}`,
    formula: String.raw`(y_i - \hat y_i)^2`,
    numbers: `(${tex(y)} - ${signed(prediction)})^2 = ${tex(error ** 2)}`,
    lit: ['prediction'],
  };
}

/** Which weights the row goes through, and as part of which step. */
export function weightsWords(trace: StepTrace): string {
  const { weights } = trace;
  const whose =
    weights.of === 'result'
      ? `The weights are those of the results, of epoch ${whole(weights.epoch)}`
      : `The weights are those of now, after epoch ${whole(weights.epoch)}`;
  if (trace.kind === 'intercepts') return `${whose.replaceAll('epoch', 'iteration')}.`;
  if (!trace.step) return `${whose}.`;
  const { epoch, batch, batches, rows } = trace.step;
  return `${whose}. The step is that of batch ${whole(batch)} of ${whole(batches)} in epoch ${whole(epoch)}, which has ${counted(rows, 'row')}.`;
}
