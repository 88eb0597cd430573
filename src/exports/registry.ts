import type { Download } from '../../workers/protocol';
import { exportModel } from '../lab-client/models';

/** A file that can be made of a finished method. */
export interface ExportEntry {
  id: string;
  /** As it stands on its button: 'Model file'. */
  title: string;
  /** What it is for, in a sentence or two. */
  sentence: string;
  type: string;
  /** Makes it, with what is to be told of it. Rejects with a LabError. */
  make(method: string): Promise<Download & { words?: string }>;
}

/** Every file of the Export dialog; another kind is an entry here. */
export const EXPORTS: readonly ExportEntry[] = [
  {
    id: 'model',
    title: 'Model file',
    sentence:
      'model.onnx: the whole method on raw columns, with its rules for missing cells and new levels. onnxruntime runs it from Python, R, C#, Java or JavaScript, and the lab opens it again.',
    type: 'application/octet-stream',
    make: exportModel,
  },
];
