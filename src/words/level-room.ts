import type { EffectKind, LevelCard, LevelComparison, LevelMap, LevelTableView } from '../../workers/protocol';
import { fixed, inWords, value, whole } from '../text/numbers';
import { agree, inSentence } from './names';
import { type Thing, thingOf } from './thing';

/** Sentences of the Levels room. */

/** A level has few rows with at most so many. */
export const FEW_ROWS = 3;

/** What a method's number of a level is called. */
export const effectName = (kind: EffectKind): string => (kind === 'effect' ? 'Effect' : kind === 'number' ? 'Vector’s number' : 'Vector’s length');

type Counted = Pick<LevelTableView, 'kind' | 'levels' | 'rows'>;

/** How many levels of a feature have no training row, and how many have few. */
export function rowsSentence({ kind, levels, rows }: Counted, featureName: string): string {
  let none = 0;
  let few = 0;
  for (let j = 0; j < levels; j++) {
    if (rows[j] === 0) none++;
    else if (rows[j] <= FEW_ROWS) few++;
  }
  const what = `${whole(levels)} ${thingOf({ kind })[levels === 1 ? 'one' : 'many']} of ${inSentence(featureName)}`;
  const are = (count: number, form: [string, string]): string => `${count === levels ? 'all' : whole(count)} ${form[count === 1 ? 0 : 1]}`;
  if (none === 0 && few === 0) return `Each of the ${what} has more than ${inWords(FEW_ROWS)} training rows.`;
  const parts = [
    none > 0 && `${are(none, ['is', 'are'])} in no training row`,
    few > 0 && `${are(few, ['has', 'have'])} at most ${inWords(FEW_ROWS)}`,
  ].filter(Boolean);
  return `Of the ${what}, ${parts.join(' and ')}${none > 0 ? '' : ' training rows'}.`;
}

/** How sure the order of the levels is: whether the first is told from the last. */
export function rankSentence({ rank, rows, kind }: Pick<LevelTableView, 'rank' | 'rows' | 'kind'>, label: string): string | null {
  if (!rank?.low || !rank.high) return null;
  let [top, bottom] = [-1, -1];
  let seen = 0;
  let told = 0;
  for (let j = 0; j < rows.length; j++) {
    if (!Number.isFinite(rank.expected[j])) continue;
    seen++;
    if (top < 0 || rank.expected[j] > rank.expected[top]) top = j;
    if (bottom < 0 || rank.expected[j] < rank.expected[bottom]) bottom = j;
  }
  if (seen < 2) return null;
  const middle = (seen + 1) / 2;
  for (let j = 0; j < rows.length; j++) if (rank.low[j] > middle || rank.high[j] < middle) told++;
  const apart = rank.low[top] > rank.high[bottom];
  const share = `${label} ${agree([label], 'tells', 'tell')} ${told === 0 ? 'none' : whole(told)} of ${told === 0 ? 'the ' : ''}${whole(seen)} ${thingOf({ kind }).many} from the middle rank`;
  return `${share}; the greatest effect and the least ${apart ? 'are apart' : 'could have each other’s rank'}.`;
}

/** What is known of a level: whether its own rows say much. */
export function cardSentence({ rows, testRows, predictions }: Pick<LevelCard, 'rows' | 'testRows' | 'predictions'>, { one: what }: Thing): string {
  const own =
    rows === 0
      ? `No training row has this ${what}: what is said of it rests on all others`
      : rows <= FEW_ROWS
        ? `Only ${inWords(rows)} training ${rows === 1 ? 'row has' : 'rows have'} this ${what}`
        : `${whole(rows)} training rows have this ${what}`;
  const test = testRows === 0 ? '' : `${rows === 0 ? ', in' : ', and'} ${whole(testRows)} test ${testRows === 1 ? 'row' : 'rows'}`;
  const values = predictions.map((one) => one.value);
  if (values.length < 2) return `${own}${test}.`;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${own}${test}. In a typical row the ${inWords(values.length)} methods predict ${least === most ? value(least) : `between ${value(least)} and ${value(most)}`}.`;
}

/** Whether a level moved to the end, or had come to rest. */
export function historySentence({ r2, epochs }: { r2: ArrayLike<number>; epochs: ArrayLike<number> }, label: string): string {
  const own = agree([label], 'has', 'have');
  if (epochs.length < 2) return `${label} ${own} no earlier picture of its vectors to compare with.`;
  let last = epochs.length - 1;
  while (last > 0 && r2[last - 1] >= 0.95) last--;
  if (last === epochs.length - 1)
    return `The vectors still moved at the end: at epoch ${whole(epochs[epochs.length - 2])}, R² with the last picture is ${fixed(r2[epochs.length - 2], 2)}.`;
  return last === 0
    ? `The vectors lay where they end from the first picture on: R² with the last is at least ${fixed(Math.min(...Array.from(r2)), 2)}.`
    : `From epoch ${whole(epochs[last])} on the vectors lie where they end: R² with the last picture is at least 0.95.`;
}

type Predicted = LevelCard['predictions'][number];

/** Whether the methods agree about a level, as far as their intervals let them differ. */
export function predictionsSentence(predictions: readonly Predicted[], nameOf: (method: string) => string): string | null {
  if (predictions.length === 0) return null;
  const sorted = [...predictions].sort((a, b) => a.value - b.value);
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  if (predictions.length === 1)
    return `${nameOf(low.method)} ${agree([nameOf(low.method)], 'predicts', 'predict')} ${value(low.value)} in a typical row.`;
  const ends = `${nameOf(low.method)} ${agree([nameOf(low.method)], 'predicts', 'predict')} least, ${value(low.value)}; ${nameOf(high.method)} most, ${value(high.value)}`;
  const intervals = predictions.flatMap(({ interval }) => interval ?? []);
  if (intervals.length < predictions.length) return `${ends}.`;
  const all = intervals.every((one) => predictions.every((other) => other.value >= one.low && other.value <= one.high));
  return `${ends}. ${all ? 'Every prediction lies within the intervals of all others' : 'Some predictions lie outside the interval of another method'}.`;
}

/** A share as percent: 'under 1 %' rather than 0. */
export const percentOf = (share: number): string => (share > 0 && share < 0.01 ? 'under 1 %' : `${whole(100 * share)} %`);

/** Both axes together hold most of the variance from here on. */
const MOST_OF_IT = 0.7;

/** Which are on the map, and how those that the map was not made of came to their places. */
function drawnSentence(
  { levels, of, sampled, projectedFrom }: Pick<LevelMap, 'levels' | 'of' | 'sampled' | 'projectedFrom'>,
  { many }: Thing,
): string {
  const laid = ` ${whole(sampled)} of ${whole(of)} ${many}, sampled by their rows, were laid out.`;
  if (projectedFrom < levels.length)
    return `${laid} The other ${whole(levels.length - projectedFrom)}, drawn paler, stand between their nearest neighbours among these: where no neighbour is near, that says little.${levels.length < of ? ` ${whole(of - levels.length)} more are not drawn.` : ''}`;
  return levels.length < of ? ` Drawn: ${whole(levels.length)} of ${whole(of)} ${many}, sampled by their rows.` : '';
}

/** What a map shows, and what it leaves out. */
export function mapSentence(
  map: Pick<LevelMap, 'view' | 'axes' | 'levels' | 'of' | 'sampled' | 'projectedFrom' | 'duplicates'>,
  label: string,
  featureName: string,
  thing: Thing,
): string {
  const { view, axes, duplicates } = map;
  const { one, many } = thing;
  const drawn = drawnSentence(map, thing);
  const same = duplicates > 0 ? ` ${whole(duplicates)} ${duplicates === 1 ? `${one} has` : `${many} have`} exactly the vector of another.` : '';
  const shares = axes.map(({ share }) => share);
  switch (view.kind) {
    case 'pca': {
      const known = shares.filter((share): share is number => share !== null);
      const sum = known.reduce((total, share) => total + share, 0);
      if (known.length < 2) return `Vectors of one number: all of their variance is on one axis.${same}${drawn}`;
      const rest = `${many} near each other here ${sum >= MOST_OF_IT ? 'are alike' : 'may be far apart in what is not drawn'}`;
      return `These two components hold ${percentOf(sum)} of the variance of the vectors: ${rest}.${same}${drawn}`;
    }
    case 'numbers':
      return `Two numbers of the vectors as they are. A single number of a network’s vector means nothing by itself: another seed turns them.${same}${drawn}`;
    case 'truth': {
      const fits = axes.flatMap(({ r2 }) => r2 ?? []);
      const least = Math.min(...fits);
      const well = least >= 0.8 ? 'recover' : least >= 0.4 ? 'recover in part' : 'hardly recover';
      return `The vectors of ${label} ${well} the true effects of ${inSentence(featureName)}: R² ${fits.map((fit) => fixed(fit, 2)).join(' and ')}. Of a selected ${one} a line leads to the truth.${drawn}`;
    }
    case 'tsne':
    case 'umap':
      return `Near neighbours among the vectors of ${label} lie near each other.${same}${drawn}`;
  }
}

/** What stands beside a layout that bends space. */
export const mapWarning = (kind: 'tsne' | 'umap'): string =>
  `${kind === 'tsne' ? 't-SNE' : 'UMAP'} shows who is near whom, not how far: distances between groups, their sizes and their density mean nothing, and random points form groups too. Look at the principal components as well.`;

/** Rotated vectors agree from here on, and in part from there. */
const AGREE = 0.8;
const IN_PART = 0.4;

/** Whether two sets of vectors are the same but for a rotation. */
export function compareSentence(
  { r2, r2Unrotated, common }: Pick<LevelComparison, 'r2' | 'r2Unrotated' | 'common'>,
  names: readonly [string, string],
  { one }: Thing,
): string {
  const verdict = r2 >= AGREE ? 'agree' : r2 >= IN_PART ? 'agree in part' : 'hardly agree';
  const turned =
    r2 - r2Unrotated > 0.2 ? ` Without it R² is ${fixed(r2Unrotated, 2)}: single coordinates of these vectors mean nothing by themselves.` : '';
  return `After the best rotation the vectors of ${names[0]} and ${names[1]} ${verdict}: R² ${fixed(r2, 2)}.${turned} Of a ${one}’s ${inWords(common.neighbours)} nearest, ${percentOf(common.share)} are its nearest in both; chance alone would give ${percentOf(common.byChance)}.`;
}
