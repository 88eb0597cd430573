import { join } from 'node:path';
import { version } from '../../package.json';
import { LabFailure } from '../../workers/data/failure';
import { checkWords, saveModel } from '../../workers/exports/save-model';
import { aboutMethod } from '../../workers/methods/registry';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import type { Run } from '../../workers/training/run';
import { folderAt, storeFile } from '../files';

/** Writes the files of a run into a folder and returns a line about each. */
export async function saveRun(folder: string, run: Run, spec: ExperimentSpec): Promise<string[]> {
  await folderAt(folder);
  const lines: string[] = [];
  const finished = [...run.finished.values()];
  for (const one of finished) {
    const { method } = one.result;
    const path = join(folder, finished.length === 1 ? 'model.onnx' : `model-${method}.onnx`);
    try {
      const { bytes, check } = saveModel({ dataset: run.dataset, spec, finished: one, version });
      await storeFile(path, bytes);
      lines.push(`${path}: ${aboutMethod(method).label}, ${(bytes.length / 1000).toFixed(1)} kB. ${checkWords(check)}`);
    } catch (failure) {
      if (!(failure instanceof LabFailure) || failure.code !== 'no-model-file') throw failure;
      lines.push(failure.message);
    }
  }
  return lines;
}
