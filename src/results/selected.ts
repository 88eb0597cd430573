import { useMemo } from 'react';
import type { EmbeddingView } from '../../workers/protocol';
import type { Highlight } from '../charts/highlight';
import { useRun } from '../state/run';
import { useSelected, useSelection } from '../state/selection';
import { whole } from '../text/numbers';
import { thingAt } from '../words/thing';

type Drawn = Pick<EmbeddingView, 'feature' | 'drawn' | 'numbers' | 'labels'>;

/** Number in its feature of the level drawn at a place. */
export const numberAt = ({ numbers }: Drawn, place: number): number => numbers?.[place] ?? place;

/** Name of the level drawn at a place. */
export const nameAt = (view: Drawn, place: number): string => view.labels?.[place] ?? String(numberAt(view, place));

/** Places, among the drawn levels, of those that are selected. */
export function placesOf(view: Drawn, levels: readonly number[]): number[] {
  if (levels.length === 0) return [];
  const wanted = new Set(levels);
  return Array.from({ length: view.drawn }, (_, place) => place).filter((place) => wanted.has(numberAt(view, place)));
}

export interface SelectedHere {
  /** Places of selected levels among the drawn. */
  places: number[];
  /** Said where selected levels are not among the drawn; else ''. */
  missing: string;
  /** Selects the level drawn at a place. */
  choose(place: number): void;
}

/** What a chart of level vectors has of the selection. */
export function useSelectedHere(view: EmbeddingView | null): SelectedHere {
  const levels = useSelected(view?.feature);
  const { one, many } = thingAt(
    view?.feature ?? 0,
    useRun((state) => state.summary),
  );
  const choose = useSelection((state) => state.choose);
  return useMemo(() => {
    const places = view ? placesOf(view, levels) : [];
    const missing = levels.length - places.length;
    return {
      places,
      missing:
        missing === 0
          ? ''
          : ` ${missing === 1 ? (levels.length === 1 ? `The selected ${one} is` : `One selected ${one} is`) : `${whole(missing)} selected ${many} are`} not among the drawn.`,
      choose: (place) => view && choose(view.feature, numberAt(view, place), 'chart'),
    };
  }, [view, levels, one, many, choose]);
}

/** Rings of the selection; the names of a few alone, which more would hide. */
export const ringsOf = (view: Drawn, places: readonly number[], at: (place: number) => { x: number; y: number }): Highlight[] =>
  places.map((place) => ({ ...at(place), name: places.length <= 3 ? nameAt(view, place) : null }));
