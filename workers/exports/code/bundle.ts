import { zipSync } from 'fflate';
import { csvPieces, joined } from '../../data/csv-write';
import { LabFailure } from '../../data/failure';
import type { FittedMethod } from '../model';
import { safetensors } from '../safetensors';
import { saveModel } from '../save-model';
import { type Analysis, analysisOf, PARTS_NAME, TABLE_NAME } from './analysis';
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

/** The part of each row of the table. */
function partsFile({ rows, split: { listed, rest } }: Analysis): Iterable<Uint8Array> {
  const parts = new Array<string>(rows).fill(rest);
  for (const [part, its] of listed) for (const row of its) parts[row] = part;
  return csvPieces(
    ['part'],
    parts.map((part) => [part]),
  );
}

/**
 * What lies beside the code for all methods of a run: the table, where the code does not read a person's own
 * file, and the part of each row, where the code does not hold it.
 */
export const codeTables = (fitted: FittedMethod, analysis: Analysis): CodeFile[] => [
  ...(analysis.own
    ? []
    : [
        {
          name: TABLE_NAME,
          pieces: writtenTable(
            fitted.dataset,
            analysis.categorical.some(({ numbered }) => numbered),
          ),
        },
      ]),
  ...(analysis.split.inFile ? [{ name: PARTS_NAME, pieces: partsFile(analysis) }] : []),
];

/** Everything that the code of a finished method takes to run, but a person's own file. */
export function codeFiles(fitted: FittedMethod, language: CodeLanguage): CodeFile[] {
  const analysis = analysisOf(fitted);
  const companion = companionOf(analysis, language);
  return [
    { name: CODE_NAMES[language], pieces: [encoder.encode(codeText(analysis, language))] },
    ...(companion === 'weights' ? [{ name: COMPANIONS.weights, pieces: safetensors(fitted.finished, { lab: fitted.version }) }] : []),
    ...(companion === 'model' ? [{ name: COMPANIONS.model, pieces: [saveModel(fitted).bytes] }] : []),
    ...codeTables(fitted, analysis),
  ];
}

/** Cells of a table that goes into an archive. */
const MOST_CELLS = 30_000_000;

/** The same as one zip archive, with what a person has to put beside it in words. */
export function codeArchive(fitted: FittedMethod, language: CodeLanguage): { bytes: Uint8Array; words: string } {
  const { dataset } = fitted;
  const { own, rows } = analysisOf(fitted);
  if (!own && rows * (1 + dataset.p + dataset.categorical.length) > MOST_CELLS)
    throw new LabFailure(
      'no-method-file',
      `The table of ${rows.toLocaleString('en')} rows is too large for an archive that the page makes.`,
      'npm run fit with --save writes the same files into a folder.',
    );
  const files = codeFiles(fitted, language);
  const bytes = zipSync(Object.fromEntries(files.map(({ name, pieces }) => [name, joined(pieces)])), { mtime: '2000-01-01' });
  const words = own ? 'Put your own table beside it.' : 'The table is inside.';
  return { bytes, words: `${files.map(({ name }) => name).join(', ')}. ${words}` };
}
