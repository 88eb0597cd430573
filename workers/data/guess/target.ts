import type { ColumnFacts } from './facts';
import { namesCovariate, namesGroup, namesTarget, seriesOf, type TargetName } from './names';

export interface TargetGuess {
  index: number;
  reason: string;
  /** By its place, or one of several that could be meant. */
  unsure: boolean;
}

/** Numbers, or two values. */
const suitable = ({ levels, numeric }: ColumnFacts): boolean => levels >= 2 && (numeric || levels === 2);

/** More values than this are not the classes of a target. */
const MOST_CLASSES = 20;

/** How much a name counts: the whole name, and a word in it. */
const NAME: Record<TargetName, [whole: number, word: number]> = { clear: [10, 8], usual: [6, 5], possible: [4, 3] };

/** Two columns closer than this could both be meant. */
const CLEAR_LEAD = 1.5;

/**
 * The column to predict: the clearest name, a whole name before a word of one, and of two alike the later
 * column (or the first of the file, where R's formulas have it); without a telling name the last column where
 * it has two values, else the last column of numbers that is neither a code nor called like something that
 * explains (age, days, x1 to x9). A column called like a target is named even where it is constant or has
 * several classes: the check of the roles then says what is wrong with it.
 *
 * @param role role of a column that is no target
 */
export function guessTarget(
  columns: readonly ColumnFacts[],
  role: (index: number) => string,
  identifier: (index: number) => boolean,
): TargetGuess | null {
  const last = columns.length - 1;
  const series = seriesNames(columns);
  const inSeries = (facts: ColumnFacts) => series.has(seriesOf(facts.name) ?? '');
  const scored = columns
    .map((facts, index) => ({
      index,
      facts,
      score: suitable(facts) && !identifier(index) ? nameScore(facts) : 0,
      place: index === last ? 2 : index === 0 ? 0.5 : 0,
    }))
    .filter(({ facts, score }) => score > 0 && !inSeries(facts))
    .sort((a, b) => b.score + b.place - (a.score + a.place) || b.index - a.index);
  const [best, second] = scored;
  if (best) {
    const found = namesTarget(best.facts.name);
    const reason = found?.whole ? `called "${best.facts.name}"` : `its name holds "${found?.word}"`;
    const close = second !== undefined && best.score < NAME.clear[1] && best.score + best.place - second.score - second.place < CLEAR_LEAD;
    // A weak name in the middle of a table whose last column could be meant as well.
    const weak =
      best.score <= NAME.possible[0] &&
      best.index !== last &&
      suitable(columns[last]) &&
      role(last) === 'numeric' &&
      !namesCovariate(columns[last].name);
    return { index: best.index, reason, unsure: close || weak };
  }
  if (columns[last]?.levels === 2 && !inSeries(columns[last])) return { index: last, reason: 'the last column, with two values', unsure: true };
  const named = columns.findIndex(
    ({ name, levels }) => levels > 0 && levels <= MOST_CLASSES && namesTarget(name)?.whole && namesTarget(name)?.how !== 'possible',
  );
  if (named >= 0) return { index: named, reason: `called "${columns[named].name}"`, unsure: false };
  const numbers = columns.map((_, index) => index).filter((index) => suitable(columns[index]) && !identifier(index) && role(index) === 'numeric');
  const plain = numbers.filter((index) => !namesCovariate(columns[index].name) && !inSeries(columns[index]));
  if (plain.length > 0) {
    const reason =
      plain.at(-1) === numbers.at(-1) ? 'the last column of numbers' : 'the last column of numbers that is not called like an explanation';
    return { index: plain[plain.length - 1], reason, unsure: true };
  }
  if (numbers.length > 0) return { index: numbers[numbers.length - 1], reason: 'the last column of numbers', unsure: true };
  const two = columns.findLastIndex(({ levels }) => levels === 2);
  if (two >= 0) return { index: two, reason: 'the last column with two values', unsure: true };
  return columns[last]?.levels > 0 && !identifier(last) ? { index: last, reason: 'the last column', unsure: true } : null;
}

function nameScore(facts: ColumnFacts): number {
  const found = namesTarget(facts.name);
  if (!found) return 0;
  if (!found.whole && namesGroup(facts.name)) return 0;
  // "class" of 30 whole numbers is a school class.
  if (found.how === 'usual' && namesGroup(facts.name) && facts.levels > 2) return 1;
  return NAME[found.how][found.whole ? 0 : 1] - found.place / 1000;
}

/** Names without their number that three or more columns share. */
function seriesNames(columns: readonly ColumnFacts[]): Set<string> {
  const counts = new Map<string, number>();
  for (const { name } of columns) {
    const series = seriesOf(name);
    if (series !== null) counts.set(series, (counts.get(series) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count >= 3).map(([series]) => series));
}
