import { LabFailure } from '../data/failure';

const GIB = 2 ** 30;
const whole = (rows: number): string => rows.toLocaleString('en-US');

/** A step of a method needs more memory than there is: known before it was tried, so that nothing is lost. */
export class LackOfMemory extends LabFailure {
  /**
   * @param rows of a batch
   * @param bytes that a step takes
   * @param limit bytes that there are
   * @param fits rows of a batch that would do; 0: none would
   */
  constructor(rows: number, bytes: number, limit: number, fits: number) {
    super(
      'method-memory',
      `A step with a batch of ${whole(rows)} rows takes about ${(bytes / GIB).toFixed(1)} GiB, and WebAssembly has ${(limit / GIB).toFixed(1)} GiB.`,
      fits > 0 ? `A batch of ${whole(fits)} rows fits.` : 'Choose a smaller width, or fewer levels.',
    );
  }
}

/** Names of errors after which nothing that WebAssembly holds can be relied on. */
const FATAL = new Set(['RuntimeError', 'RangeError']);

/**
 * Whether an error means that memory ran out in the middle of a computation: an allocation that was refused,
 * or WebAssembly that gave up. What computed is not to be trusted any more.
 */
export function isExhaustion(failure: unknown): failure is Error {
  if (!(failure instanceof Error) || failure instanceof LabFailure) return false;
  return FATAL.has(failure.name) || /out of memory|^Aborted\(|allocation failed/i.test(failure.message);
}

/** A method ran out of memory in the middle of its work: its engine has to be replaced. */
export class MethodExhausted extends LabFailure {
  /** Id of the method; in a unit of an experiment, of its column. */
  readonly method: string;
  readonly failure: Error;

  constructor(method: string, label: string, failure: Error) {
    super(
      'method-exhausted',
      `${label} ran out of memory (${failure.message.replace(/\.$/, '')}).`,
      `Take a smaller batch or a smaller width, or leave ${label} out.`,
    );
    this.method = method;
    this.failure = failure;
  }
}

/** An engine that ran out of memory cannot free any: what ended the work is told, not this. */
export function freed(held: { dispose(): void } | null): void {
  try {
    held?.dispose();
  } catch (failure) {
    if (!isExhaustion(failure)) throw failure;
  }
}
