import { useMemo } from 'react';
import { isDrawn } from '../../workers/spec/division';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { type RunSource, useRun } from '../state/run';
import { useScrub } from '../state/scrub';
import { useSpec } from '../state/spec';
import type { Staleness } from '../state/stale';
import { datasetName } from '../ui/dataset-words';
import { dayOf } from '../ui/format';
import { labelOf } from '../ui/method-line';
import { epochTag, panelEpoch } from '../words/epoch';
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

/**
 * How numbers follow the slider over the epochs: not at all, with it marked in them, or as one method is
 * after that epoch.
 */
export type Follows = false | 'marked' | { method: string | null };

/** What is said of the slider while it is not at its end: null at the end. */
export function useEpochShown(follows: Follows): { words: string; tag: string; at?: number } | null {
  const frame = useScrub((state) => state.frame);
  const last = useScrub((state) => state.overview?.last ?? 0);
  const moves = follows !== false;
  const method = typeof follows === 'object' ? follows.method : null;
  return useMemo(() => {
    if (!frame) return null;
    if (!moves) return { words: 'final model', tag: '' };
    const shown = { epoch: frame.epoch, last };
    const own = frame.methods.find((one) => one.method === method);
    return { words: panelEpoch(shown, own), tag: epochTag(shown, own), at: frame.epoch };
  }, [frame, last, method, moves]);
}

/** Where the numbers on this page come from, and at which epoch they are shown. */
export function useOrigin(follows: Follows = false): Origin | null {
  const epoch = useEpochShown(follows);
  const source = useRun((state) => state.source);
  const spec = useRun((state) => state.spec);
  const number = useRun((state) => state.number);
  return useMemo(() => {
    const origin = originOf({ source, spec, number });
    return origin && epoch ? { ...origin, epoch: epoch.words, ...(epoch.at !== undefined && { at: epoch.at }) } : origin;
  }, [source, spec, number, epoch]);
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
