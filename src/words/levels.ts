import { fixed, value, whole } from '../text/numbers';
import { isPlural } from './names';
import { median, quantile, rankCorrelation } from './statistics';
import { LEVEL, type Thing } from './thing';

/** A number of each level next to its training rows. */
export interface ByCount {
  counts: ArrayLike<number>;
  values: ArrayLike<number>;
}

/** How a number of a level goes with its training rows. */
export type Relation =
  | { kind: 'grows' | 'falls'; r: number; few: Side; many: Side }
  /** Hardly any difference between levels. */
  | { kind: 'alike'; middle: number; levels: number }
  /** Levels differ, but not by their rows. */
  | { kind: 'unrelated'; r: number }
  /** Too few levels, or all with as many rows. */
  | { kind: 'unknown'; why: string };

/** The quarter of the levels with the fewest or the most rows: its bound in rows, and its median. */
interface Side {
  rows: number;
  middle: number;
}

const FEWEST = 12;
/** A rank correlation nearer to 0 is none, however many levels say so. */
const WEAK = 0.2;
/** Two-sided 1 % of a normal distribution: captions are read many times. */
const SIGNIFICANT = 2.576;

/**
 * `spread`: levels are alike when the middle four fifths of them lie within this much. Levels without
 * training rows are left out.
 */
export function relate({ counts, values }: ByCount, spread: number, thing: Thing = LEVEL): Relation {
  const seen = Array.from({ length: counts.length }, (_, i) => i).filter((i) => counts[i] > 0 && Number.isFinite(values[i]));
  const rows = seen.map((i) => counts[i]);
  const own = seen.map((i) => values[i]);
  if (seen.length < FEWEST) return { kind: 'unknown', why: `only ${whole(seen.length)} ${thing.many} with training rows are drawn` };
  if (quantile(own, 0.9) - quantile(own, 0.1) <= spread) return { kind: 'alike', middle: median(own), levels: seen.length };
  const r = rankCorrelation(rows, own);
  if (rows.every((count) => count === rows[0]))
    return { kind: 'unknown', why: `every ${thing.one} has ${whole(rows[0])} training ${rows[0] === 1 ? 'row' : 'rows'}` };
  if (Math.abs(r) < WEAK || Math.abs(r) * Math.sqrt(seen.length - 1) < SIGNIFICANT) return { kind: 'unrelated', r };
  const [low, high] = [quantile(rows, 0.25), quantile(rows, 0.75)];
  const side = (keep: (count: number) => boolean, bound: number): Side => ({ rows: bound, middle: median(own.filter((_, i) => keep(rows[i]))) });
  const few = Math.floor(low);
  const many = Math.max(Math.ceil(high), few + 1);
  return { kind: r > 0 ? 'grows' : 'falls', r, few: side((count) => count <= few, few), many: side((count) => count >= many, many) };
}

/** "0.21 with at most 2 rows, 0.83 with 20 or more". */
function sides({ few, many }: { few: Side; many: Side }, number: (v: number) => string): string {
  return `a median of ${number(few.middle)} with ${few.rows <= 1 ? 'one row' : `at most ${whole(few.rows)} rows`}, ${number(many.middle)} with ${whole(many.rows)} or more`;
}

const correlated = (r: number): string => `rank correlation ${fixed(r, 2)}`;
/** Levels that no training row has. */
const withoutRows = ({ counts }: ByCount): number => Array.from(counts).filter((count) => count === 0).length;

/** Whether the weight of a level's own rows is larger where rows are many. */
export function weightSentence(input: ByCount, label: string, thing: Thing = LEVEL): string {
  const { one, many, Many } = thing;
  const found = relate(input, 0.05, thing);
  const none = withoutRows(input);
  const apart =
    none === 0 ? '' : ` ${whole(none)} drawn without training rows ${none === 1 ? 'stays' : 'stay'} with what all ${many} have in common.`;
  const two = (v: number) => fixed(v, 2);
  switch (found.kind) {
    case 'alike': {
      const does =
        found.middle > 0.9
          ? `${label} hardly ${isPlural(label) ? 'shrink' : 'shrinks'} them`
          : found.middle < 0.1
            ? 'next to nothing of their vectors is their own'
            : 'all are shrunk alike';
      return `The weight of the own rows is about ${two(found.middle)} for nearly every ${one} that has training rows, however many: ${does}.${apart}`;
    }
    case 'grows':
      return `The more rows a ${one} has, the more its vector is its own: ${sides(found, two)}.`;
    case 'falls':
      return `The more rows a ${one} has, the less its vector is its own, which is the opposite of shrinkage: ${sides(found, two)}.`;
    case 'unrelated':
      return `${Many} are shrunk by different amounts, but not by their number of rows (${correlated(found.r)}).`;
    default:
      return `Whether ${many} with more rows are shrunk less cannot be said: ${found.why}.`;
  }
}

/** Whether vectors (or, of one number, effects) of rare levels are kept short. */
export function sizeSentence({ counts, values }: ByCount, label: string, what: 'vector' | 'effect', thing: Thing = LEVEL): string {
  const sizes = Array.from(values, Math.abs);
  const found = relate({ counts, values: sizes }, 0.05 * (median(sizes) || 0), thing);
  const many = what === 'vector' ? 'vectors' : 'effects';
  const small = what === 'vector' ? 'short' : 'near zero';
  switch (found.kind) {
    case 'grows':
      return `${label} ${isPlural(label) ? 'keep' : 'keeps'} the ${many} of rare ${thing.many} ${small}: ${sides(found, value)}.`;
    case 'falls':
      return `Rare ${thing.many} have the larger ${many}, so nothing keeps them ${small}: ${sides(found, value)}.`;
    case 'alike':
      return what === 'vector'
        ? `All ${many} are about equally long, however many rows a ${thing.one} has.`
        : `All ${many} are about equally large, however many rows a ${thing.one} has.`;
    case 'unrelated':
      return `How ${what === 'vector' ? 'long a vector' : 'large an effect'} is does not go with the rows of its ${thing.one} (${correlated(found.r)}): rare ${thing.many} are not kept ${small}.`;
    default:
      return `Whether rare ${thing.many} are kept ${small} cannot be said: ${found.why}.`;
  }
}

/**
 * Whether the method is surer of levels with many rows. `deviations`: posterior standard deviation of each
 * level, over its dimensions.
 */
export function posteriorSentence({ counts, values: deviations }: ByCount, one: boolean, thing: Thing = LEVEL): string {
  const mark = one ? `Each line is the 95 % interval of a ${thing.one}` : `Each ellipse is one standard deviation around a ${thing.one}’s mean`;
  const found = relate({ counts, values: deviations }, 0.05 * (median(deviations) || 0), thing);
  const number = one ? (v: number) => `±${value(1.96 * v)}` : value;
  switch (found.kind) {
    case 'falls':
      return `${mark}: it is ${one ? 'shorter' : 'smaller'} where more rows speak for the ${thing.one}, ${sides(found, number)}.`;
    case 'grows':
      return `${mark}, and ${one ? 'longer' : 'larger'} where more rows speak for the ${thing.one}, which is not what more data should do: ${sides(found, number)}.`;
    case 'alike':
      return `${mark}, about ${number(found.middle)} for nearly all: the method is as sure of rare ${thing.many} as of frequent ones.`;
    case 'unrelated':
      return `${mark}. How ${one ? 'long' : 'large'} it is does not go with the rows of the ${thing.one} (${correlated(found.r)}).`;
    default:
      return `${mark}. Whether it is ${one ? 'shorter' : 'smaller'} with more rows cannot be said: ${found.why}.`;
  }
}
