import { join } from 'node:path';
import { version } from '../../package.json';
import { LabFailure } from '../../workers/data/failure';
import { METHOD_FILE_KINDS, METHOD_FILES, methodFile } from '../../workers/exports/method-files';
import { aboutMethod } from '../../workers/methods/registry';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import type { Run } from '../../workers/training/run';
import { folderAt, storeFile } from '../files';

/** Pieces as they are written, and their bytes. */
function* counted(pieces: Iterable<Uint8Array>, count: { bytes: number }): Generator<Uint8Array> {
  for (const piece of pieces) {
    count.bytes += piece.length;
    yield piece;
  }
}

/** The name of a method's file in a folder that has those of several. */
const nameOf = (name: string, method: string, several: boolean): string => (several ? name.replace('.', `-${method}.`) : name);

/** Writes the files of a run into a folder and returns a line about each. */
export async function saveRun(folder: string, run: Run, spec: ExperimentSpec): Promise<string[]> {
  await folderAt(folder);
  const lines: string[] = [];
  const finished = [...run.finished.values()];
  for (const one of finished) {
    const { method } = one.result;
    const fitted = { dataset: run.dataset, spec, finished: one, version };
    for (const kind of METHOD_FILE_KINDS) {
      const path = join(folder, nameOf(METHOD_FILES[kind].name, method, finished.length > 1));
      try {
        const { pieces, words } = methodFile(kind, fitted);
        const count = { bytes: 0 };
        await storeFile(path, counted(pieces, count));
        lines.push(`${path}: ${aboutMethod(method).label}, ${(count.bytes / 1000).toFixed(1)} kB. ${words}`.trimEnd());
      } catch (failure) {
        if (!(failure instanceof LabFailure) || !['no-method-file', 'no-model-file'].includes(failure.code)) throw failure;
        lines.push(failure.message);
      }
    }
  }
  return lines;
}
