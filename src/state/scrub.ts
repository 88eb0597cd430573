import { useMemo } from 'react';
import { create } from 'zustand';
import type { EmbeddingView, EpochFrame, EpochOverview, MethodFrame, PredictionView } from '../../workers/protocol';
import { useRun } from './run';
import { useView } from './view';

/**
 * What of a finished run is looked at again. The view says which epoch is asked for; what is shown is the
 * frame, one answer of the worker for all panels, so that they agree while the next one is on its way.
 */
interface ScrubState {
  /** The epochs that can be looked at; null while there are none. */
  overview: EpochOverview | null;
  /** What is shown in the place of the results; null: the results. */
  frame: EpochFrame | null;
  /** Index of the feature that the frame is of. */
  feature: number;
}

export const useScrub = create<ScrubState>(() => ({ overview: null, frame: null, feature: 0 }));

/** Where the slider can stop: epochs that were kept, then the end. */
export const stopsOf = ({ epochs, last }: EpochOverview): number[] => [...epochs, last];

/** The place of the stop at an epoch, or of the last one before it; an epoch of null is the end. */
export function placeOf(stops: readonly number[], epoch: number | null): number {
  const place = epoch === null ? -1 : stops.findLastIndex((stop) => stop <= epoch);
  return epoch === null ? stops.length - 1 : Math.max(0, place);
}

/**
 * Views by method, those of a frame's snapshots in the place of the run's; where a snapshot has none, none.
 */
export function shownViews<View>(
  ofRun: Readonly<Record<string, View>>,
  frame: EpochFrame | null,
  viewOf: (method: MethodFrame) => View | null | undefined,
): Readonly<Record<string, View>> {
  if (!frame) return ofRun;
  const shown = { ...ofRun };
  for (const method of frame.methods) {
    if (method.kind !== 'snapshot') continue;
    const view = viewOf(method);
    if (view) shown[method.method] = view;
    else delete shown[method.method];
  }
  return shown;
}

/** Level vectors as they are shown: of the run, or of the epoch that is looked at. */
export function useShownEmbeddings(): Readonly<Record<string, EmbeddingView>> {
  const ofRun = useRun((state) => state.embeddings);
  const frame = useScrub((state) => state.frame);
  return useMemo(() => shownViews(ofRun, frame, ({ embedding }) => embedding), [ofRun, frame]);
}

/** Test predictions as they are shown; a snapshot without some leaves those of the results. */
export function useShownPredictions(): Readonly<Record<string, PredictionView>> {
  const ofRun = useRun((state) => state.predictions);
  const frame = useScrub((state) => state.frame);
  return useMemo(() => shownViews(ofRun, frame, ({ method, prediction }) => prediction?.view ?? ofRun[method]), [ofRun, frame]);
}

/** A method in the frame that is shown; undefined at the end. */
export const useFramed = (method: string | null): MethodFrame | undefined =>
  useScrub(({ frame }) => frame?.methods.find((one) => one.method === method));

// Epochs mean something in one run alone.
useRun.subscribe((run, before) => {
  if (run.generation === before.generation) return;
  useScrub.setState({ overview: null, frame: null });
  if (useView.getState().epoch !== null) useView.getState().setEpoch(null);
});
