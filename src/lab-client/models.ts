import type { Step } from '../../workers/data/schema';
import type {
  Download,
  ExportedFile,
  ExportedMethod,
  MethodFileKind,
  ModelSource,
  ModelView,
  PredictedFile,
  PredictProgress,
} from '../../workers/protocol';
import { call, listenToPredictions } from './client';

/**
 * What the page asks of the worker about model files (workers/exports/types.ts). All reject with a LabError.
 */

export const exportedMethods = (): Promise<ExportedMethod[]> => call((api) => api.exportedMethods(), true);

export const exportFile = (method: string, kind: MethodFileKind): Promise<ExportedFile> => call((api) => api.exportFile(method, kind), true);

export const openModel = (file: File): Promise<ModelView> => call((api) => api.openModel(file), true);

export const modelLevels = (file: File): Promise<Download> => call((api) => api.modelLevels(file), true);

/** Predicts the rows of a file; `given`: steps of its reading; `listener` hears how far it is. */
export async function predictFile(
  source: ModelSource,
  file: File,
  given: Step[],
  listener: (progress: PredictProgress) => void,
): Promise<PredictedFile> {
  listenToPredictions(listener);
  try {
    return await call<PredictedFile>((api) => api.predictFile(source, file, given), true);
  } finally {
    listenToPredictions(null);
  }
}

export const cancelPrediction = (): void => void call((api) => api.cancelPrediction()).catch(() => undefined);
