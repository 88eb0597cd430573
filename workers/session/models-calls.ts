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
   */
  constructor(finishedRun: () => Run, version: string, send: (progress: PredictProgress) => void) {
    this.#open = () => {
      this.#desk ??= import('../exports/desk').then(({ ExportDesk }) => new ExportDesk(finishedRun, version, send));
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
    predictFile: (source, file) => this.#asking((desk) => desk.predict(source, file)),
    cancelPrediction: () => void this.#desk?.then((desk) => desk.cancel()),
  };
}
