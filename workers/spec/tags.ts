/** Columns of tags, as data and as words, for the page and the command line. */
import type { TagFacts } from '../data/preview';
import { shortened } from '../data/shown-text';
import { SEPARATOR_WORDS } from '../data/tags/cells';

export { parseTags, SEPARATOR_WORDS, TAG_SEPARATORS, type TagSeparator } from '../data/tags/cells';
export { blockName, roleFeatures, tagOf } from '../data/tags/features';

/** Letters of a label in a sentence. */
const MOST_LABEL = 40;

const counted = (number: number, noun: string): string => `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;

/**
 * What a column of tags holds, in a sentence: "12 tags, separated by semicolons, 2.0 a row and at most 4:
 * Thriller, Romance, …"
 */
export function tagWords(facts: TagFacts): string {
  const { separator, tags, ancestors, mean, most, first, children, missingAsZero } = facts;
  const named = tags - ancestors;
  const how = separator === null ? 'from columns of 0 and 1' : `separated by ${SEPARATOR_WORDS[separator]}`;
  const some =
    first
      .slice(0, Math.min(named, 4))
      .map((label) => shortened(label, MOST_LABEL))
      .join(', ') + (named > 4 ? ', …' : '.');
  const above = ancestors > 0 ? ` Their hierarchy has ${counted(ancestors, 'more tag')} that no cell has.` : '';
  const within =
    children > 0 && ancestors === 0
      ? ` ${children === 1 ? '1 of them has a parent' : `${children.toLocaleString('en-US')} of them have a parent`}.`
      : '';
  const gaps = missingAsZero > 0 ? ` ${counted(missingAsZero, 'missing cell')} ${missingAsZero === 1 ? 'counts' : 'count'} as 0.` : '';
  return `${counted(named, 'tag')}, ${how}, ${mean.toFixed(1)} a row and at most ${most}: ${some}${above}${within}${gaps}`;
}
