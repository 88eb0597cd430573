import { zipSync } from 'fflate';
import type { FittedMethod } from '../model';
import { safetensors } from '../safetensors';
import { saveModel } from '../save-model';
import { type Analysis, analysisOf, TABLE_NAME } from './analysis';
import { pythonCode } from './python';
import { rCode, rEngine } from './r';
import { writtenTable } from './written-table';

/** What code of an analysis can be written in. */
export type CodeLanguage = 'pytorch' | 'keras' | 'r';
export const CODE_LANGUAGES: readonly CodeLanguage[] = ['pytorch', 'keras', 'r'];

/** A file of a folder with code. */
export interface CodeFile {
  name: string;
  pieces: Iterable<Uint8Array>;
}

/** Names of the files that code is about, which differ where a folder has several methods. */
export interface CodeNames {
  weights: string;
  model: string;
}

export const CODE_NAMES: Readonly<Record<CodeLanguage, string>> = { pytorch: 'analysis.py', keras: 'analysis.py', r: 'analysis.R' };
const COMPANIONS: CodeNames = { weights: 'weights.safetensors', model: 'model.onnx' };

const encoder = new TextEncoder();

/** What code reads besides the table: weights, a model file, or nothing where lme4 fits anew. */
export function companionOf(analysis: Analysis, language: CodeLanguage): keyof CodeNames | null {
  if (language === 'r' && rEngine(analysis) === 'lme4') return null;
  return analysis.model.kind === 'network' ? 'weights' : 'model';
}

/** The code itself. @param name of its file */
export function codeText(analysis: Analysis, language: CodeLanguage, name = CODE_NAMES[language], names = COMPANIONS): string {
  return language === 'r' ? rCode(analysis, name, names) : pythonCode(analysis, language, name, names);
}

/** The table beside the code, where the code does not read a person's own file. */
export const codeTable = (fitted: FittedMethod, { own }: Analysis): CodeFile[] =>
  own ? [] : [{ name: TABLE_NAME, pieces: [writtenTable(fitted.dataset)] }];

/** Everything that the code of a finished method takes to run, but a person's own file. */
export function codeFiles(fitted: FittedMethod, language: CodeLanguage): CodeFile[] {
  const analysis = analysisOf(fitted);
  const companion = companionOf(analysis, language);
  return [
    { name: CODE_NAMES[language], pieces: [encoder.encode(codeText(analysis, language))] },
    ...(companion === 'weights' ? [{ name: COMPANIONS.weights, pieces: safetensors(fitted.finished, { lab: fitted.version }) }] : []),
    ...(companion === 'model' ? [{ name: COMPANIONS.model, pieces: [saveModel(fitted).bytes] }] : []),
    ...codeTable(fitted, analysis),
  ];
}

function joined(pieces: Iterable<Uint8Array>): Uint8Array {
  const parts = [...pieces];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The same as one zip archive, with what a person has to put beside it in words. */
export function codeArchive(fitted: FittedMethod, language: CodeLanguage): { bytes: Uint8Array; words: string } {
  const files = codeFiles(fitted, language);
  const bytes = zipSync(Object.fromEntries(files.map(({ name, pieces }) => [name, joined(pieces)])), { mtime: '2000-01-01' });
  const { own } = analysisOf(fitted);
  const words = own ? 'Put your own table beside it.' : 'The table is inside.';
  return { bytes, words: `${files.map(({ name }) => name).join(', ')}. ${words}` };
}
