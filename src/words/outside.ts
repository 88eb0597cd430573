import { listed, whole } from '../text/numbers';
import { LEVEL, type Thing } from './thing';

/** "2 lines leave the top: TabNet and NCF." Null for none. */
export const linesOutside = (labels: string[]): string | null =>
  labels.length === 0 ? null : `${labels.length === 1 ? 'One line leaves' : `${whole(labels.length)} lines leave`} the top: ${listed(labels)}.`;

/** "3 of 400 test rows lie outside the axes." Null for none. */
export const dotsOutside = (outside: number, of: number, what: string, where = 'outside the axes'): string | null =>
  outside === 0 ? null : `${whole(outside)} of ${whole(of)} ${what} ${outside === 1 ? 'lies' : 'lie'} ${where}.`;

/** Levels outside the plane of two dimensions, and the prior where it reaches out of it. Null for none. */
export function planeOutsideWords({ levels, prior }: { levels: number; prior: boolean }, of: number, thing: Thing = LEVEL): string | null {
  if (levels === 0) return prior ? 'The prior reaches beyond the axes.' : null;
  return `${whole(levels)} of ${whole(of)} ${thing.many} drawn ${prior ? 'and a part of the prior lie' : levels === 1 ? 'lies' : 'lie'} outside the axes.`;
}

/** Values that are no numbers have no place at all. Null for none. */
export const notNumbers = (count: number, what: [one: string, many: string]): string | null =>
  count === 0 ? null : `${whole(count)} ${what[count === 1 ? 0 : 1]} ${count === 1 ? 'is' : 'are'} not drawn: not a number.`;
