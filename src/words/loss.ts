import { listed, value, whole } from '../text/numbers';
import { agree, isPlural } from './names';
import { percentOfFirst, percentWords } from './percent';
import { type Shape, shapeOf } from './shape';

/** What the caption of the loss chart needs of a method: value e−1 belongs to epoch e, also past the stop. */
export interface LossStory {
  label: string;
  /** The validation loss that is drawn. */
  values: ArrayLike<number>;
  training: ArrayLike<number>;
  stopEpoch: number | null;
  state: 'training' | 'stopped' | 'reached' | 'diverged' | 'halted';
}

interface Told {
  story: LossStory;
  shape: Shape;
}

type Of<Kind extends Shape['kind']> = { story: LossStory; shape: Extract<Shape, { kind: Kind }> };

const those = <Kind extends Shape['kind']>(told: readonly Told[], kind: Kind): Of<Kind>[] =>
  told.filter((one): one is Told & Of<Kind> => one.shape.kind === kind);
const labels = (told: readonly { story: LossStory }[]): string[] => told.map(({ story }) => story.label);

/** The training loss went on falling while the validation loss rose: what memorising rows looks like. */
function memorises({ story, shape }: Of<'rose'>): boolean {
  const last = story.training.length - 1;
  const [then, now] = [story.training[shape.bestEpoch - 1], story.training[last]];
  return Number.isFinite(then) && Number.isFinite(now) && then - now > 0.01 * Math.abs(then);
}

/** The one that rose most, with its numbers; the others by name. */
function rising(rose: Of<'rose'>[], number: (v: number) => string): string {
  const share = ({ shape }: Of<'rose'>) => (shape.end - shape.best) / Math.max(Math.abs(shape.best), 1e-12);
  const [first, ...others] = rose.toSorted((a, b) => share(b) - share(a));
  const { label, stopEpoch } = first.story;
  const { best, bestEpoch, end } = first.shape;
  const memory = memorises(first) ? `: ${isPlural(label) ? 'they memorise their' : 'it memorises its'} training rows` : '';
  const stop = stopEpoch !== null && bestEpoch > stopEpoch ? ` (past ${isPlural(label) ? 'their' : 'its'} stop)` : '';
  const too = others.length === 0 ? '' : ` ${listed(labels(others))} rose again too.`;
  const fell =
    bestEpoch === 1
      ? `${label} rose from ${number(best)} at the first epoch`
      : `${label} fell to ${number(best)} at epoch ${whole(bestEpoch)}${stop} and then rose`;
  return `${fell} to ${number(end)}${memory}.${too}`;
}

function still(falling: Of<'falling'>[]): string {
  const names = labels(falling);
  const verb = agree(names, 'is', 'are');
  if (falling.every(({ story }) => story.state === 'training')) return `${listed(names)} ${verb} still falling.`;
  const early = falling.filter(({ story }) => story.state === 'stopped' && story.stopEpoch !== null && story.values.length > story.stopEpoch);
  // Past its stop the fall was not used: patience, and not the number of epochs, ended it.
  if (early.length === falling.length)
    return `${listed(names)} ${agree(names, 'goes', 'go')} on falling past ${agree(names, 'its', 'their')} stop: a longer patience would use that.`;
  return `${listed(names)} ${verb} still falling at the last epoch: train longer.`;
}

function level(flat: Of<'flat'>[]): string {
  const from = flat.map(({ shape }) => shape.since);
  const [least, most] = [Math.min(...from), Math.max(...from)];
  const after = least === most ? `epoch ${whole(most)}` : `epochs ${whole(least)} to ${whole(most)}`;
  return `${listed(labels(flat))} ${agree(labels(flat), 'is', 'are')} flat after ${after}.`;
}

function jumping(unclear: Of<'unclear'>[], number: (v: number) => string): string {
  const [first] = unclear;
  const names = labels(unclear);
  const size = number(Math.max(...unclear.map(({ shape }) => shape.jump)));
  return `${listed(names)} ${agree(names, 'jumps', 'jump')} by about ${size} from epoch to epoch, too much to say whether ${
    unclear.length > 1 || isPlural(first.story.label) ? 'they still fall' : 'it still falls'
  }.`;
}

/**
 * What the curves do, in at most two sentences, the gravest first. `percent`: the values are those of the
 * objective as % of the first epoch, whose shape alone can be compared.
 */
export function lossSentence(stories: readonly LossStory[], options: { percent: boolean }): string {
  const number = options.percent ? percentWords : value;
  const drawn = ({ values }: LossStory): ArrayLike<number> =>
    options.percent ? Float64Array.from(values, (v) => percentOfFirst(v, values[0])) : values;
  const told: Told[] = stories
    .filter(({ state, values }) => state !== 'diverged' && values.length > 0)
    .map((story) => ({ story, shape: shapeOf(drawn(story)) }));
  const rose = those(told, 'rose');
  const falling = those(told, 'falling');
  const flat = those(told, 'flat');
  const unclear = those(told, 'unclear');
  const sentences = [
    rose.length > 0 ? rising(rose, number) : '',
    falling.length > 0 ? still(falling) : '',
    flat.length > 0 ? level(flat) : '',
    unclear.length > 0 ? jumping(unclear, number) : '',
  ].filter(Boolean);
  if (sentences.length === 0) return told.length === 0 ? '' : 'Too few epochs to say what the curves do.';
  return sentences.slice(0, 2).join(' ');
}
