import type { Table } from '../data/table';
import type { ExportDesk } from '../exports/desk';
import type { ModelsApi, PredictProgress } from '../exports/types';
import type { Run } from '../training/run';
import { LateRoom } from './late-room';
import { refusing } from './refusing';

/** The calls about model files, whose code is loaded with the first of them. */
export class ModelsCalls {
  readonly #desk: LateRoom<ExportDesk>;

  /**
   * @param finishedRun the run with results; throws where there is none
   * @param send hears how far a prediction is
   * @param tableOf an opened table by its fingerprint; null where it was never opened
   */
  constructor(
    finishedRun: () => Run,
    version: string,
    send: (progress: PredictProgress) => void,
    tableOf: (fingerprint: string) => Promise<Table | null>,
  ) {
    this.#desk = new LateRoom(async () => new (await import('../exports/desk')).ExportDesk(finishedRun, version, send, tableOf));
  }

  #asking<T>(work: (desk: ExportDesk) => T | Promise<T>): Promise<T> {
    return refusing(async () => work(await this.#desk.open()));
  }

  readonly calls: ModelsApi = {
    exportedMethods: () => this.#asking((desk) => desk.methods()),
    exportFile: (method, kind) => this.#asking((desk) => desk.file(method, kind)),
    openModel: (file) => this.#asking((desk) => desk.open(file)),
    modelLevels: (file) => this.#asking((desk) => desk.levels(file)),
    predictFile: (source, file, given) => this.#asking((desk) => desk.predict(source, file, given)),
    cancelPrediction: () => this.#desk.ifOpen((desk) => desk.cancel()),
  };
}
