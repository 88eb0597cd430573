import type { AttendedRow, PairEffect, TagEffect, TagEffects, TagErrors } from '../../workers/protocol';
import { fixed, value, whole } from '../text/numbers';
import { comparedBins, LEAST_BIN_ROWS, type LossMethod } from './check';
import { agree, inSentence } from './names';
import { mean, median } from './statistics';

/** From this correlation on effects are as good as right, and from the other on partly so. */
const RIGHT = 0.95;
const PARTLY = 0.6;
/** Effects below this share of the largest are none. */
const NONE = 0.05;

/** How effects of a method go with the true ones. */
function againstTruth(label: string, r: number, what: string, count: number): string {
  const shown = `r = ${fixed(r, 2)} over ${whole(count)} ${what}`;
  if (r >= RIGHT) return `${label} ${agree([label], 'has', 'have')} the true effects nearly right: ${shown}.`;
  if (r >= PARTLY) return `${label} ${agree([label], 'has', 'have')} the true effects partly right: ${shown}.`;
  if (r > 0) return `${label} ${agree([label], 'misses', 'miss')} most of the true effects: ${shown}.`;
  return `${label} ${agree([label], 'does', 'do')} not find the true effects: ${shown}.`;
}

const direction = (effect: number): string => (effect > 0 ? 'raises' : 'lowers');

const largest = <Effect extends { effect: number }>(effects: readonly Effect[]): Effect =>
  effects.reduce((most, one) => (Math.abs(one.effect) > Math.abs(most.effect) ? one : most));

/** Which tags move the predictions most, and whether the truth agrees. */
export function tagEffectSentence({ tags, r }: Pick<TagEffects, 'tags' | 'r'>, label: string): string {
  if (tags.length === 0) return 'No training row has a tag, so there is none to switch on.';
  const top = largest(tags);
  if (top.effect === 0) return `No tag changes the predictions of ${label}.`;
  const against = r === null ? '' : `${againstTruth(label, r, 'tags', tags.length)} `;
  const other = tags.filter(({ effect }) => effect * top.effect < 0 && Math.abs(effect) > NONE * Math.abs(top.effect));
  const truth = top.truth === null ? '' : ` (truth ${value(top.truth)})`;
  const first = `Switched on, ${inSentence(top.label)} ${direction(top.effect)} predictions most, by ${value(Math.abs(top.effect))} on average${truth}`;
  if (other.length === 0) return `${against}${first}; no tag ${top.effect > 0 ? 'lowers' : 'raises'} them by much.`;
  const against2 = largest(other);
  return `${against}${first}; ${inSentence(against2.label)} ${direction(against2.effect)} them by ${value(Math.abs(against2.effect))}.`;
}

const pairName = ({ labels }: Pick<PairEffect, 'labels'>): string => `${inSentence(labels[0])} with ${inSentence(labels[1])}`;

/** Whether tags do together what they do not do alone. */
export function pairSentence({ pairs, pairR, tags }: Pick<TagEffects, 'pairs' | 'pairR' | 'tags'>, label: string): string {
  if (pairs.length === 0) return 'No training row has two of these tags, so no pair can be looked at.';
  const top = largest(pairs);
  const single = Math.max(0, ...tags.map(({ effect }) => Math.abs(effect)));
  const truly = Math.max(0, ...pairs.map(({ truth }) => Math.abs(truth ?? 0)));
  if (Math.abs(top.effect) <= NONE * single) {
    const missed =
      truly > NONE * single ? `, though in truth ${pairName(trueTop(pairs))} differ by ${value(Math.abs(trueTop(pairs).truth ?? 0))}` : '';
    return `To ${label} pairs of tags do together what each does alone, within a twentieth of the largest effect${missed}.`;
  }
  const against = pairR === null ? '' : `${againstTruth(label, pairR, 'pairs', pairs.length)} `;
  const truth = top.truth === null ? '' : ` (truth ${value(top.truth)})`;
  return `${against}${pairName(top)}: together they ${top.effect > 0 ? 'raise' : 'lower'} predictions by ${value(Math.abs(top.effect))} more than each does alone${truth}.`;
}

const trueTop = (pairs: readonly PairEffect[]): PairEffect =>
  pairs.reduce((most, one) => (Math.abs(one.truth ?? 0) > Math.abs(most.truth ?? 0) ? one : most));

/** "1 tag", "3 tags", "10 tags or more". */
export const sizeName = ({ tags, orMore }: TagErrors['bySize'][number]): string =>
  `${tags === 0 ? 'no' : whole(tags)} ${tags === 1 ? 'tag' : 'tags'}${orMore ? ' or more' : ''}`;

/** Whether rows with many tags, and sets that training never shows, are predicted worse. */
export function tagErrorSentence(methods: readonly { name: string; errors: TagErrors }[]): string {
  const [first] = methods;
  if (!first) return '';
  const { bySize, seen, unseen } = first.errors;
  const known = bySize.flatMap(({ rows }, i) => (rows >= LEAST_BIN_ROWS ? [i] : []));
  const [few, many] = [known[0], known[known.length - 1]];
  const of = (groups: (errors: TagErrors) => LossMethod['bins']): LossMethod[] => methods.map(({ name, errors }) => ({ name, bins: groups(errors) }));
  const parts: string[] = [];
  if (many > few) {
    const compared = comparedBins(
      of((errors) => errors.bySize),
      many,
      few,
    );
    parts.push(`Against rows with ${sizeName(bySize[few])}, the error of rows with ${sizeName(bySize[many])} is ${compared}.`);
  }
  if (seen.rows >= LEAST_BIN_ROWS && unseen.rows >= LEAST_BIN_ROWS) {
    const compared = comparedBins(
      of((errors) => [errors.unseen, errors.seen]),
      0,
      1,
    );
    parts.push(`Where no training row has the same set of tags, the error, against known sets, is ${compared}.`);
  } else if (unseen.rows === 0) parts.push('Every test row has a set of tags that a training row has too.');
  else if (seen.rows === 0) parts.push('No test row has a set of tags that a training row has.');
  return parts.join(' ');
}

/** Weights that differ by less than this factor are alike. */
const ALIKE = 1.25;

/** What a row's tags get of the attention. `heads` are averaged. */
export function attentionSentence({ labels, heads }: AttendedRow, label: string): string {
  if (labels.length === 0) return `This row has no tags for ${label} to attend to.`;
  const weights = labels.map((_, j) => mean(heads.map((head) => head[j])));
  const rest = 1 - weights.reduce((sum, weight) => sum + weight, 0);
  const lost = rest > 0.01 ? ` ${fixed(rest, 2)} of the weight goes to tags that the row does not have.` : '';
  if (labels.length === 1) return `${inSentence(labels[0])} is the row’s only tag and gets ${fixed(weights[0], 2)} of the weight.${lost}`;
  const [most, least] = [Math.max(...weights), Math.min(...weights)];
  if (most < ALIKE * least) return `The row’s ${whole(labels.length)} tags get about the same weight, ${fixed(median(weights), 2)} each.${lost}`;
  const [top, low] = [most, least].map((weight) => inSentence(labels[weights.indexOf(weight)]));
  return `Of the row’s ${whole(labels.length)} tags ${top} gets most of the attention of ${label}, a weight of ${fixed(most, 2)}; ${low} gets least, ${fixed(least, 2)}.${lost}`;
}

/**
 * A cosine from here on means the same direction; what random vectors of a few numbers have is well below.
 */
const TOGETHER = 0.5;

/** Whether tags lie the way of their parents. Cosines of tags that have a parent. */
export function treeSentence(cosines: readonly number[], label: string): string {
  if (cosines.length === 0) return 'None of the drawn tags has a parent among them.';
  const middle = median(cosines);
  const shown = `the median cosine of a tag with its parent is ${fixed(middle, 2)}, over ${whole(cosines.length)} tags`;
  if (middle >= TOGETHER) return `Vectors of ${label} point the way of the tag’s parent: ${shown}.`;
  if (middle <= -TOGETHER) return `Vectors of ${label} point away from the tag’s parent: ${shown}.`;
  return `Vectors of ${label} do not follow the hierarchy: ${shown}.`;
}

/** The tags with the largest effects, in the order of these; all of them up to `most`. */
export function shownEffects<Effect extends Pick<TagEffect, 'effect' | 'truth'>>(effects: readonly Effect[], most: number): Effect[] {
  const size = ({ effect, truth }: Effect) => Math.max(Math.abs(effect), Math.abs(truth ?? 0));
  const kept = [...effects].sort((a, b) => size(b) - size(a)).slice(0, most);
  return kept.sort((a, b) => (b.truth ?? b.effect) - (a.truth ?? a.effect));
}
