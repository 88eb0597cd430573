import { RandomStream } from '../../random/random';
import { LabFailure } from '../failure';
import { firstAsked, type Series, spanOf, startsOf } from './series';

/** Where the parts of time begin: training [0, validation), validation [validation, test), then test. */
export interface TimeParts {
  validation: number;
  test: number;
}

/**
 * The last tenth of the training steps validates, as the last tenth of training rows does elsewhere, or as
 * many steps as a window is asked for.
 */
export function timeParts({ steps, outputs }: Pick<Series, 'steps' | 'outputs'>, trainShare: number): TimeParts {
  const test = Math.floor(trainShare * steps);
  return { validation: Math.max(0, Math.min(Math.floor(0.9 * test), test - outputs)), test };
}

type Shape = Pick<Series, 'task' | 'length' | 'outputs' | 'steps'>;

/** A range of starts: from, and the first after it. */
type Starts = readonly [from: number, end: number];

/**
 * The starts of each part, of a series without breaks. A training window lies in the training steps whole. Of
 * a validation or test window every step that is asked for lies in its part; a forecast may look back into
 * the part before.
 */
export function startsOfParts(shape: Shape, trainShare: number): { train: Starts; validation: Starts; test: Starts } {
  const { validation, test } = timeParts(shape, trainShare);
  const span = spanOf(shape);
  const starts = startsOf(shape);
  const range = (from: number, stop: number): Starts => {
    const first = Math.max(0, from);
    return [first, Math.max(first, Math.min(starts, stop - span + 1))];
  };
  return {
    train: range(0, validation),
    validation: range(validation - firstAsked(shape), test),
    test: range(test - firstAsked(shape), shape.steps),
  };
}

/** Windows that stand side by side where so many starts are allowed: they overlap by no step asked for. */
export const sideBySide = ({ outputs }: Pick<Series, 'outputs'>, starts: number): number => (starts > 0 ? Math.floor((starts - 1) / outputs) + 1 : 0);

/**
 * The windows of the three parts (docs/methods.md F4, F5). Training: every allowed window of known series.
 * Validation and test: fixed windows, for a forecast one after the other so that every step is asked for
 * once, else as many a series as stand side by side, at starts drawn once: a fixed stride would tie the
 * position in the window to the hour of the day. Known series validate, all series test.
 *
 * @param allowed whether a window may be used: no cell is missing in it and no gap in time
 * @throws LabFailure 'series-too-short' where a part has no window
 */
export function splitWindows(
  series: Series,
  trainShare: number,
  seed: number,
  allowed: (series: number, start: number) => boolean = () => true,
): { train: Uint32Array; validation: Uint32Array; test: Uint32Array } {
  const parts = startsOfParts(series, trainShare);
  const starts = startsOf(series);
  const count = series.task === 'forecast' ? 1 : series.names.length;
  const random = new RandomStream(seed, 'fixed windows');
  const rows: Record<keyof typeof parts, number[]> = { train: [], validation: [], test: [] };
  for (let f = 0; f < count; f++) {
    for (const part of ['train', 'validation', 'test'] as const) {
      if (part !== 'test' && !series.known[f]) continue;
      const possible: number[] = [];
      for (let start = parts[part][0]; start < parts[part][1]; start++) if (allowed(f, start)) possible.push(start);
      const taken = part === 'train' ? possible : fixed(series, possible, random);
      for (const start of taken) rows[part].push(f * starts + start);
    }
  }
  for (const [part, name] of [
    ['train', 'training'],
    ['validation', 'validation'],
    ['test', 'test'],
  ] as const) {
    if (rows[part].length === 0) throw tooShort(series, trainShare, part, name);
  }
  return { train: Uint32Array.from(rows.train), validation: Uint32Array.from(rows.validation), test: Uint32Array.from(rows.test) };
}

/** The windows of a part that are asked every time, ascending. */
function fixed(series: Series, possible: readonly number[], random: RandomStream): number[] {
  if (series.task === 'forecast') {
    const taken: number[] = [];
    for (const start of possible) if (taken.length === 0 || start - taken[taken.length - 1] >= series.outputs) taken.push(start);
    return taken;
  }
  const drawn = new Set<number>();
  const wanted = sideBySide(series, possible.length);
  while (drawn.size < wanted) drawn.add(possible[random.integer(possible.length)]);
  return [...drawn].sort((a, b) => a - b);
}

function tooShort(series: Series, trainShare: number, part: 'train' | 'validation' | 'test', name: string): LabFailure {
  const { validation, test } = timeParts(series, trainShare);
  const steps = { train: validation, validation: test - validation, test: series.steps - test }[part];
  const needs = part === 'train' ? spanOf(series) : series.outputs;
  return new LabFailure(
    'series-too-short',
    steps < needs
      ? `The ${name} part has ${steps} of the ${series.steps} steps, and a window takes ${needs}.`
      : `No window of the ${name} part is free of missing cells and gaps in time.`,
    steps < needs ? 'Choose a shorter window, or give more steps.' : 'Fill in the missing cells, or choose a shorter window.',
  );
}
