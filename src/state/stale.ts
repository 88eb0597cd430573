import { useMemo } from 'react';
import { isDrawn } from '../../workers/spec/division';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { trainedWith } from '../../workers/spec/vectors';
import { useRun } from './run';
import { useSpec } from './spec';

/** What a run's numbers have to do with the settings on the page. */
export interface Staleness {
  /**
   * Other data: rows, roles, division or the seeds that draw them. Other training: the same data, trained
   * otherwise. Methods: only single methods differ, and the numbers of the others are those of the settings.
   */
  kind: 'current' | 'data' | 'training' | 'methods';
  /** Methods of the run whose settings have changed since, or that are no longer chosen. */
  changed: readonly string[];
  /** Methods chosen now that the run has not trained. */
  missing: readonly string[];
}

const CURRENT: Staleness = { kind: 'current', changed: [], missing: [] };

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * What of a spec says which rows are trained, validated and tested on. Only simulations draw from the data
 * seed.
 */
export function dataOf({ dataset, seeds }: ExperimentSpec): unknown {
  const drawn = isDrawn(dataset);
  return [dataset, seeds.split, drawn ? seeds.data : null];
}

/** Whether both train, validate and test on the same rows with the same values. */
export const sameRows = (a: ExperimentSpec, b: ExperimentSpec): boolean => same(dataOf(a), dataOf(b));

/** What of a spec changes numbers of every method. Turns, and epochs past the stop, change none. */
function trainingOf({ training, seeds }: ExperimentSpec): unknown {
  const { order: _order, drawPastStop: _drawPastStop, ...rest } = training;
  return [rest, seeds.weights];
}

/** Compares the spec a run was started with and that of the form. */
export function staleness(run: ExperimentSpec | null, form: ExperimentSpec): Staleness {
  if (run === null || run === form) return CURRENT;
  const changed = run.methods
    .filter((method) => {
      const now = form.methods.find(({ id }) => id === method.id);
      return !same(trainedWith(method, run.vectors), trainedWith(now, form.vectors));
    })
    .map(({ id }) => id);
  const missing = form.methods.filter(({ id }) => run.methods.every((method) => method.id !== id)).map(({ id }) => id);
  const kind = !sameRows(run, form)
    ? 'data'
    : !same(trainingOf(run), trainingOf(form))
      ? 'training'
      : changed.length + missing.length > 0
        ? 'methods'
        : 'current';
  return kind === 'current' ? CURRENT : { kind, changed, missing };
}

/** Whether nothing that is drawn belongs to the settings. */
export const isStale = ({ kind }: Staleness): boolean => kind === 'data' || kind === 'training';

/** What the numbers on this page have to do with its settings. */
export function useStaleness(): Staleness {
  const run = useRun((state) => state.spec);
  const form = useSpec((state) => state.spec);
  return useMemo(() => staleness(run, form), [run, form]);
}
