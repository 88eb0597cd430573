import type { BackendId, KeptCheckpoint, LabError } from '../../workers/protocol';

/** From the fastest down. */
const LADDER: readonly BackendId[] = ['webgpu', 'wasm', 'cpu'];

/** The backend below one; the last has none below it. */
export const below = (backend: BackendId): BackendId => LADDER[Math.min(LADDER.indexOf(backend) + 1, LADDER.length - 1)];

/** How a run whose engine failed goes on: on the same backend, on the one below, or not by itself. */
export type Verdict = 'same' | 'below' | 'stop';

/** The checkpoints of the run on the page, and what becomes of it when its engine fails. */
export class Recovery {
  /** The last two, the newest first. */
  #kept: KeptCheckpoint[] = [];
  /** Methods that ended an engine for want of memory, and why: the run goes on without them. */
  #left = new Map<string, string>();
  #failures = 0;
  /** The epoch of the last failure; only a run that comes further has got anywhere. */
  #furthest = -1;

  /** A new run, or one that was kept before. */
  begin(kept: readonly KeptCheckpoint[] = []): void {
    this.#kept = [...kept];
    this.#left = new Map();
    this.#failures = 0;
    this.#furthest = -1;
  }

  take(checkpoint: KeptCheckpoint): void {
    this.#kept = [checkpoint, ...this.#kept].slice(0, 2);
  }

  get newest(): KeptCheckpoint | null {
    return this.#kept[0] ?? null;
  }

  get left(): ReadonlyMap<string, string> {
    return this.#left;
  }

  /** A method ran out of memory: the next engine does not train it. */
  leaveOut(method: string, { message, hint }: LabError): void {
    this.#left.set(method, `${sentence(message)} ${hint}`);
  }

  /** The newest cannot be read: the one before it counts. */
  drop(): void {
    this.#kept.shift();
  }

  /**
   * The engine failed when the run was at this epoch. Once in a row it goes on as it was, twice one rung
   * down, and the third time a person decides.
   */
  failed(epoch: number): Verdict {
    if (epoch > this.#furthest) this.#failures = 0;
    this.#furthest = Math.max(this.#furthest, epoch);
    this.#failures += 1;
    return this.#failures === 1 ? 'same' : this.#failures === 2 ? 'below' : 'stop';
  }
}

/** Failures of the engine itself that come as the failure of a run. */
const ENGINE_FAILURES: readonly string[] = ['unexpected', 'thread-lost', 'method-exhausted'];

export const isEngineFailure = (error: LabError | null): error is LabError => error !== null && ENGINE_FAILURES.includes(error.code);

/** An error from outside the lab's own refusals may lack its full stop. */
export const sentence = (words: string): string => words.replace(/([^.?!])$/, '$1.');

/** After the third failure in a row: what a person can do. */
export const gaveUp = (error: LabError, epoch: number): LabError => ({
  code: 'engine-gave-up',
  message: `The engine failed three times in a row at epoch ${epoch}. ${sentence(error.message)}`,
  hint: 'Curves and results so far are kept. Take a smaller batch, fewer methods or a smaller width, or open the page with ?backend=wasm, and press Train.',
});
