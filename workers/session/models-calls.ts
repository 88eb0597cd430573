import type { Table } from '../data/table';
import type { ExportDesk } from '../exports/desk';
import type { ModelsApi, PredictProgress } from '../exports/types';
import type { Run } from '../training/run';
import { refusing } from './refusing';

/** The calls about model files, whose code is loaded with the first of them. */
export class ModelsCalls {
  #desk: Promise<ExportDesk> | null = null;
  readonly #open: () => Promise<ExportDesk>;

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
    this.#open = () => {
      this.#desk ??= import('../exports/desk').then(({ ExportDesk }) => new ExportDesk(finishedRun, version, send, tableOf));
      return this.#desk;
    };
  }

  #asking<T>(work: (desk: ExportDesk) => T | Promise<T>): Promise<T> {
    return refusing(async () => work(await this.#open()));
  }

  readonly calls: ModelsApi = {
    exportedMethods: () => this.#asking((desk) => desk.methods()),
    exportFile: (method, kind) => this.#asking((desk) => desk.file(method, kind)),
    openModel: (file) => this.#asking((desk) => desk.open(file)),
    modelLevels: (file) => this.#asking((desk) => desk.levels(file)),
    predictFile: (source, file, given) => this.#asking((desk) => desk.predict(source, file, given)),
    cancelPrediction: () => void this.#desk?.then((desk) => desk.cancel()),
  };
}
