import { nextTask } from '../methods/shared/next-task';
import type { MixedApi } from '../protocol';
import type { MixedDesk, MixedIntervals } from '../training/mixed-view';
import type { Run } from '../training/run';
import { refusing } from './refusing';

/** The calls about a mixed model after its fit, whose code is loaded with the first of them. */
export class MixedCalls {
  #desk: Promise<MixedDesk> | null = null;
  readonly #open: () => Promise<MixedDesk>;
  readonly #send: (state: MixedIntervals) => void;

  /**
   * @param finishedRun the run with results; throws where there is none
   * @param send hears how far intervals are
   */
  constructor(finishedRun: () => Run, send: (state: MixedIntervals) => void) {
    this.#send = send;
    this.#open = () => {
      this.#desk ??= import('../training/mixed-view').then(({ MixedDesk }) => new MixedDesk(finishedRun));
      return this.#desk;
    };
  }

  readonly calls: MixedApi = {
    mixedView: (method) => refusing(async () => (await this.#open()).view(method, nextTask)),
    mixedTests: (method) => refusing(async () => (await this.#open()).tests(method, nextTask)),
    mixedIntervals: (request) => refusing(async () => (await this.#open()).intervals(request, nextTask, this.#send)),
    mixedCancel: () => void this.#desk?.then((desk) => desk.cancel()),
  };

  /** Frees what is held of a run, and ends intervals in progress. */
  close(): void {
    void this.#desk?.then((desk) => desk.close());
  }
}
