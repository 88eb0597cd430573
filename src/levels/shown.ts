import type { LevelsOverview, LevelTableView } from '../../workers/protocol';
import type { Thing } from '../words/thing';

/** What all panels of the room look at: one feature by one method, of one run. */
export interface LevelsShown {
  overview: LevelsOverview;
  view: LevelTableView;
  method: string;
  feature: number;
  /** What one of them is called. */
  thing: Thing;
}
