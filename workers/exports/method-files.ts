import { csvPieces } from '../data/csv-write';
import { LabFailure } from '../data/failure';
import { aboutMethod } from '../methods/registry';
import { augmentRefusal, augmentTable } from './augment';
import { analysisRefusal } from './code/analysis';
import { CODE_LANGUAGES, type CodeLanguage, codeArchive } from './code/bundle';
import { glanceTable } from './glance';
import { levelsParquet, levelsRefusal, levelsTable } from './levels-file';
import { type FittedMethod, modelRefusal } from './model';
import { safetensors, weightsRefusal } from './safetensors';
import { checkWords, saveModel } from './save-model';
import { type PlainTable, tidyRefusal, tidyTable } from './tidy';
import type { MethodFileKind } from './types';

/** A file that is made piece by piece, and what was found out about it. */
export interface MadeFile {
  pieces: Iterable<Uint8Array>;
  words: string;
}

/** A kind of file of a finished method. */
interface MethodFile {
  /**
   * Its name in a folder of one method; a zip archive is only for the page, and a folder has what is in it.
   */
  name: string;
  type: string;
  /** Why a method has none, as a sentence; null where it has one. */
  refusal(fitted: FittedMethod): string | null;
  make(fitted: FittedMethod): MadeFile;
}

const CSV = 'text/csv;charset=utf-8';
const csv = ({ header, rows }: PlainTable): MadeFile => ({ pieces: csvPieces(header, rows), words: '' });

/** Code with what it reads. */
const code = (language: CodeLanguage): MethodFile => ({
  name: `analysis-${language}.zip`,
  type: 'application/zip',
  refusal: analysisRefusal,
  make: (fitted) => {
    const { bytes, words } = codeArchive(fitted, language);
    return { pieces: [bytes], words };
  },
});

/** What a finished method can leave, in the order in which a folder has it. */
export const METHOD_FILES: Readonly<Record<MethodFileKind, MethodFile>> = {
  model: {
    name: 'model.onnx',
    type: 'application/octet-stream',
    refusal: modelRefusal,
    make: (fitted) => {
      const { bytes, check } = saveModel(fitted);
      return { pieces: [bytes], words: checkWords(check) };
    },
  },
  levelsParquet: {
    name: 'levels.parquet',
    type: 'application/vnd.apache.parquet',
    refusal: levelsRefusal,
    make: (fitted) => ({ pieces: [levelsParquet(fitted, `MMbeddings Lab version ${fitted.version}`)], words: '' }),
  },
  levels: { name: 'levels.csv', type: CSV, refusal: levelsRefusal, make: (fitted) => csv(levelsTable(fitted)) },
  tidy: { name: 'tidy.csv', type: CSV, refusal: tidyRefusal, make: (fitted) => csv(tidyTable(fitted)) },
  augment: { name: 'augment.csv', type: CSV, refusal: augmentRefusal, make: (fitted) => csv(augmentTable(fitted)) },
  glance: { name: 'glance.csv', type: CSV, refusal: () => null, make: (fitted) => csv(glanceTable(fitted)) },
  weights: {
    name: 'weights.safetensors',
    type: 'application/octet-stream',
    refusal: ({ finished }) => weightsRefusal(finished),
    make: ({ finished, dataset, spec, version }) => {
      const metadata = {
        lab: version,
        method: finished.result.method,
        fingerprint: dataset.fingerprint,
        seeds: JSON.stringify(spec.seeds),
        layout: 'kernels are inputs × outputs',
      };
      return { pieces: safetensors(finished, metadata), words: '' };
    },
  },
  pytorch: code('pytorch'),
  keras: code('keras'),
  r: code('r'),
};

export const METHOD_FILE_KINDS = Object.keys(METHOD_FILES) as MethodFileKind[];

/** Whether a kind is an archive of several files, which a folder has one by one. */
export const isArchive = (kind: MethodFileKind): kind is CodeLanguage => CODE_LANGUAGES.some((language) => language === kind);

/**
 * A file of a finished method.
 *
 * @throws LabFailure 'no-method-file' with the reason where it has none, and the refusals of the file itself
 */
export function methodFile(kind: MethodFileKind, fitted: FittedMethod): MadeFile {
  const file = METHOD_FILES[kind];
  const refusal = file.refusal(fitted);
  if (refusal === null) return file.make(fitted);
  const { label } = aboutMethod(fitted.finished.result.method);
  throw new LabFailure('no-method-file', `There is no ${file.name} of ${label}. ${refusal}`, 'Take another file, or another method.');
}
