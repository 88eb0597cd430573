import type { GridSearch } from './method-result';
import type { FoundRate } from './rate-search';
import type { Finished } from './results';
import type { ScheduleState } from './snapshot-schedule';
import type { Snapshot } from './snapshots';
import type { TrainerCheckpoint } from './trainer-checkpoint';

/** What a run found out of a method before it trained, which need not be found again. */
export interface Prepared {
  /** Those that it was built with: of the candidate that was taken. */
  settings: Record<string, unknown>;
  /** That of "auto"; absent: as the spec says. */
  rate?: FoundRate;
  search?: GridSearch;
}

/** One method of a run. */
export interface MethodCheckpoint extends Prepared {
  id: string;
  /** Null before the method was prepared. */
  trainer: TrainerCheckpoint | null;
  /** Its snapshots are next to it. */
  finished: Finished | null;
  /** What it was after earlier epochs; [] where the run keeps none. */
  snapshots: Snapshot[];
}

/**
 * A run between two epochs: enough for another worker to go on, bit for bit where the same engine computes
 * (docs/design.md, "Checkpoints"). Plain data: numbers, texts, typed arrays, arrays, objects, maps.
 */
export interface RunCheckpoint {
  version: 1;
  methods: MethodCheckpoint[];
  schedule: ScheduleState | null;
  /** Seconds of training, pauses left out. */
  elapsedSeconds: number;
  /** A person ended the run: what has not begun is not trained. */
  stopped?: true;
}
