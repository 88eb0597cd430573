import type { BenchBackend, MemoryKind } from './schema';
import type { Workload } from './workload';

/** What a turn took. */
export interface Turn {
  milliseconds: number;
  /** Milliseconds of JavaScript until the device had its work. */
  javascript: number | null;
  /** Milliseconds of JavaScript for epoch orders. */
  order: number | null;
  loss: number;
}

/** An engine with a workload loaded. */
export interface Prepared {
  /** Trains this many steps and waits for the last of them. */
  turn(steps: number): Promise<Turn>;
  /** What the engine knows of its own memory; else the meter's count is taken. */
  memory?(): { bytes: number; kind: MemoryKind } | null;
  dispose(): void;
}

/** An engine that takes part. */
export interface Contestant {
  id: string;
  label: string;
  role: 'plan' | 'peer';
  /** Null: outside this process's engines (Python). */
  backend: BenchBackend | null;
  prepare(workload: Workload): Promise<Prepared>;
}
