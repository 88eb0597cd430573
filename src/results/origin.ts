import { useMemo } from 'react';
import { isDrawn } from '../../workers/spec/division';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { type RunSource, useRun } from '../state/run';
import { useSpec } from '../state/spec';
import type { Staleness } from '../state/stale';
import { datasetName } from '../ui/dataset-words';
import { dayOf } from '../ui/format';
import { labelOf } from '../ui/method-line';
import type { Differing, Origin } from '../words/provenance';

/** Where the numbers of a run come from; null before there are any. */
export function originOf(run: { source: RunSource; spec: ExperimentSpec | null; number: number }): Origin | null {
  const { source, spec, number } = run;
  if (spec === null || source.kind === 'none') return null;
  const { data, split, weights } = spec.seeds;
  const drawn = isDrawn(spec.dataset);
  return {
    data: datasetName(spec.dataset),
    seeds: drawn ? [data, split, weights] : [split, weights],
    run: source.kind === 'recorded' ? { recorded: dayOf(source.about.date) } : { number },
  };
}

/** Where the numbers on this page come from. */
export function useOrigin(): Origin | null {
  const source = useRun((state) => state.source);
  const spec = useRun((state) => state.spec);
  const number = useRun((state) => state.number);
  return useMemo(() => originOf({ source, spec, number }), [source, spec, number]);
}

/**
 * What differs between the run on the page and its settings, with the names of both; null when nothing does.
 */
export function differing({ kind, changed, missing }: Staleness): Differing | null {
  const run = useRun.getState().spec;
  if (kind === 'current' || run === null) return null;
  return {
    kind,
    shown: datasetName(run.dataset),
    chosen: datasetName(useSpec.getState().spec.dataset),
    changed: changed.map(labelOf),
    missing: missing.map(labelOf),
  };
}
