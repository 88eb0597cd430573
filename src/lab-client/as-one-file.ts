import { LabFailure } from '../../workers/data/failure';
import { shortened } from '../../workers/data/shown-text';
import { severalFiles } from '../../workers/spec/several-files';
import { isModelFile } from '../state/exports';
import { isSession } from './session-file';

/**
 * The files that were chosen together, as one: itself, or tables that are read as one table. Rejects with
 * LabFailure where a saved run or model is among several.
 */
export async function asOneFile(files: readonly File[]): Promise<File> {
  if (files.length === 1) return files[0];
  const alone = await Promise.all(files.map(async (file) => isModelFile(file) || (await isSession(file))));
  const other = files[alone.indexOf(true)];
  if (!other) return severalFiles(files);
  throw new LabFailure(
    'several-kinds',
    `${shortened(other.name, 60)} is a saved run or model, which opens by itself.`,
    'Choose it alone, or only tables.',
  );
}
