/** What a person is told of the engine. */

export type BackendId = 'webgpu' | 'wasm' | 'cpu';

export interface EngineInfo {
  backend: BackendId;
  /** Adapter or build: 'Apple M2', 'SIMD, 2 threads'. */
  detail: string;
  /** Why this one, in a sentence: 'No hardware GPU: the only adapter is a software one.' */
  why: string;
  /** The same in a few words: 'no WebGPU in this browser'. */
  brief: string;
  hardware: boolean;
  forced: boolean;
  selfTest: {
    /**
     * Every rung of the ladder that was tried, in order, with the largest relative error of the small
     * reference step.
     */
    tried: { backend: BackendId; ok: boolean; error: number | null; note: string }[];
    milliseconds: number;
  };
  threads: number;
}

/**
 * What computes the steps of a method. 'captured', 'recorded': its tfjs step, traced once and
 * replayed as commands of the GPU or as instructions in WebAssembly; 'own algorithm': it takes no gradient
 * steps.
 */
export type StepEngine =
  | 'fused WebGPU'
  | 'fused WASM'
  | 'captured WebGPU'
  | 'recorded WASM'
  | 'tfjs WebGPU'
  | 'tfjs WASM'
  | 'tfjs CPU'
  | 'own algorithm';

export interface EngineTrial<Kind extends StepEngine = StepEngine> {
  kind: Kind;
  millisecondsPerStep: number;
}

/** The engine of one method in a run. */
export interface LaneEngine {
  kind: StepEngine;
  /**
   * Milliseconds of a training step in the newest epoch, pauses left out; before the first epoch from the
   * trial, or null.
   */
  millisecondsPerStep: number | null;
  /** Where there was a choice: a step of this problem on each, before training, quickest first. */
  tried: EngineTrial[];
  /** Bytes of WebAssembly's memory that its plan holds; absent where it is not of one. */
  bytes?: number;
}
