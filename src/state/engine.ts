import { create } from 'zustand';
import type { EngineInfo, LabError } from '../../workers/protocol';

/**
 * The engine behind the page: loading until its self-test has passed, failed when it could not be started
 * (again).
 */
export interface EngineState {
  status: 'loading' | 'ready' | 'failed';
  info: EngineInfo | null;
  error: LabError | null;
  /** How often the worker was started anew because it crashed, hung or lost its device. */
  restarts: number;
  set(patch: Partial<Omit<EngineState, 'set'>>): void;
}

export const useEngine = create<EngineState>((set) => ({
  status: 'loading',
  info: null,
  error: null,
  restarts: 0,
  set: (patch) => set(patch),
}));
