import type {
  KeptLevels,
  LevelCard,
  LevelColour,
  LevelColours,
  LevelComparison,
  LevelComparisonRequest,
  LevelExportRequest,
  LevelFile,
  LevelHistory,
  LevelHistoryRequest,
  LevelMap,
  LevelMapRequest,
  LevelMapStep,
  LevelNeighbours,
  LevelQuery,
  LevelsFound,
  LevelsOf,
  LevelsOverview,
  LevelTableView,
  NeighboursRequest,
} from '../../workers/protocol';
import { call, listenToMaps } from './client';

/**
 * What the Levels room asks of the worker (workers/levels/types.ts). All reject with a LabError: 'no-results'
 * before a method has results, 'no-level-vectors' where a method has none of the feature.
 */

let jobs = 0;

export const levelsOverview = (): Promise<LevelsOverview> => call((api) => api.levelsOverview(), true);

export const levelsTable = (of: LevelsOf): Promise<LevelTableView> => call((api) => api.levelsTable(of), true);

export const searchLevels = (query: LevelQuery): Promise<LevelsFound> => call((api) => api.levelsSearch(query), true);

/** A map in the making. */
export interface MapJob {
  /** Rejects with code 'cancelled' after `cancel`, and when another map is asked for. */
  map: Promise<LevelMap>;
  cancel(): void;
}

/** Asks for a map; `listener` hears how far it is. */
export function mapLevels(request: Omit<LevelMapRequest, 'job'>, listener: (step: LevelMapStep) => void = () => {}): MapJob {
  const job = ++jobs;
  listenToMaps((step) => {
    if (step.job === job) listener(step);
  });
  return {
    map: call<LevelMap>((api) => api.levelsMap({ ...request, job }), true),
    cancel: () => void call((api) => api.levelsCancelMap(job)).catch(() => undefined),
  };
}

export const levelNeighbours = (request: NeighboursRequest): Promise<LevelNeighbours> => call((api) => api.levelsNeighbours(request), true);

export const levelCard = (of: LevelsOf & { level: number }): Promise<LevelCard> => call((api) => api.levelsCard(of), true);

export const compareLevels = (request: LevelComparisonRequest): Promise<LevelComparison> => call((api) => api.levelsCompare(request), true);

export const keepLevels = (of: LevelsOf): Promise<KeptLevels> => call((api) => api.levelsKeep(of), true);

export const keptLevels = (): Promise<KeptLevels[]> => call((api) => api.levelsKept(), true);

export const forgetLevels = (id: number): Promise<void> => call((api) => api.levelsForget(id));

export const levelColours = (of: LevelsOf & { colour: LevelColour }): Promise<LevelColours> => call((api) => api.levelsColour(of), true);

export const levelHistory = (request: LevelHistoryRequest): Promise<LevelHistory> => call((api) => api.levelsHistory(request), true);

export const exportLevels = (request: LevelExportRequest): Promise<LevelFile[]> => call((api) => api.levelsExport(request), true);

/** Frees what the worker holds for the room, besides vectors kept for comparisons. */
export const closeLevels = (): Promise<void> => call((api) => api.levelsClose());
