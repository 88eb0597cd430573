import { nextTask } from '../methods/shared/next-task';
import type { MixedApi } from '../protocol';
import type { MixedDesk, MixedIntervals } from '../training/mixed-view';
import type { Run } from '../training/run';
import { LateRoom } from './late-room';
import { refusing } from './refusing';

/** The calls about a mixed model after its fit, whose code is loaded with the first of them. */
export class MixedCalls {
  readonly #desk: LateRoom<MixedDesk>;
  readonly #send: (state: MixedIntervals) => void;

  /**
   * @param finishedRun the run with results; throws where there is none
   * @param send hears how far intervals are
   */
  constructor(finishedRun: () => Run, send: (state: MixedIntervals) => void) {
    this.#send = send;
    this.#desk = new LateRoom(async () => new (await import('../training/mixed-view')).MixedDesk(finishedRun));
  }

  readonly calls: MixedApi = {
    mixedView: (method) => refusing(async () => (await this.#desk.open()).view(method, nextTask)),
    mixedTests: (method) => refusing(async () => (await this.#desk.open()).tests(method, nextTask)),
    mixedIntervals: (request) => refusing(async () => (await this.#desk.open()).intervals(request, nextTask, this.#send)),
    mixedCancel: () => this.#desk.ifOpen((desk) => desk.cancel()),
  };

  /** Frees what is held of a run, and ends intervals in progress. */
  close(): void {
    this.#desk.ifOpen((desk) => desk.close());
  }
}
