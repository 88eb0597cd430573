import { join } from 'node:path';
import { analysisOf, analysisRefusal, TABLE_NAME } from '../../workers/exports/code/analysis';
import { CODE_NAMES, codeTables, codeText, companionOf } from '../../workers/exports/code/bundle';
import type { PythonLibrary } from '../../workers/exports/code/python';
import { METHOD_FILES } from '../../workers/exports/method-files';
import type { FittedMethod } from '../../workers/exports/model';
import { aboutMethod } from '../../workers/methods/registry';
import { storeFile } from '../files';

/**
 * Writes code of a method in Python and in R, next to the weights or the model file that it reads, and the
 * table where it is not a file of one's own. Returns a line about each.
 *
 * @param named the name of a file of this method in the folder
 */
export async function saveCode(folder: string, fitted: FittedMethod, library: PythonLibrary, named: (name: string) => string): Promise<string[]> {
  const { method } = fitted.finished.result;
  const { label } = aboutMethod(method);
  const refusal = analysisRefusal(fitted);
  if (refusal !== null) return [`There is no code of ${label}. ${refusal}`];
  const analysis = analysisOf(fitted);
  const names = { weights: named(METHOD_FILES.weights.name), model: named(METHOD_FILES.model.name) };
  const lines: string[] = [];
  for (const language of [library, 'r'] as const) {
    const name = named(CODE_NAMES[language]);
    await storeFile(join(folder, name), codeText(analysis, language, name, names));
    const companion = companionOf(analysis, language);
    const reads = [analysis.own ? `your own ${analysis.own.name}, to be put beside it` : TABLE_NAME, ...(companion ? [names[companion]] : [])];
    lines.push(`${join(folder, name)}: ${label}. It reads ${reads.join(' and ')}.`);
  }
  for (const { name, pieces } of codeTables(fitted, analysis)) await storeFile(join(folder, name), pieces);
  return lines;
}
