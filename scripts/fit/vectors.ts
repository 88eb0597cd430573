import { LabFailure } from '../../workers/data/failure';
import type { ColumnVectors } from '../../workers/data/schema';
import { readVectors } from '../../workers/data/vectors/read-vectors';
import { factsOfVectors, type VectorFile } from '../../workers/data/vectors/vector-file';
import { ABOUTS, aboutMethod } from '../../workers/methods/registry';
import type { ExperimentInput } from '../../workers/spec/experiment';
import { widthFor, beginningFrom as withVectors } from '../../workers/spec/vectors';
import { embeddingsCsv } from '../../workers/training/downloads';
import type { Run } from '../../workers/training/run';
import { fileFrom } from '../cli';
import { storeFile } from '../files';
import { oneOf, STARTING, text, type Values } from './options';

/** The files of --vectors, and the columns that they are for. */
export interface NamedVectors {
  columns: ColumnVectors[];
  files: VectorFile[];
}

export async function vectorsOf(values: Values): Promise<NamedVectors> {
  const named: NamedVectors = { columns: [], files: [] };
  for (const given of Array.isArray(values.vectors) ? values.vectors : []) {
    const at = given.indexOf('=');
    if (at < 1 || at === given.length - 1)
      throw new LabFailure(
        'bad-option',
        `--vectors is "${given}", which is not a column and a file.`,
        'Write for example --vectors city=vectors.csv.',
      );
    const file = await readVectors(await fileFrom(given.slice(at + 1)));
    named.files.push(file);
    named.columns.push({ column: given.slice(0, at), name: file.name, fingerprint: file.fingerprint });
  }
  return named;
}

/** Where the level vectors of a run are kept, and of which method. */
export interface VectorsToSave {
  /** Null: of the last method of the run that has level vectors. */
  method: string | null;
  file: string;
}

/**
 * `--save-vectors FILE` or `METHOD=FILE`; null where it was not given.
 *
 * @param asked as it was written; a part before = that is the id of no method belongs to the file's name
 * @param trained ids of the methods of the run
 * @throws LabFailure 'bad-option' where the named method is not among them, before it is waited for
 */
export function vectorsToSave(asked: string | undefined, trained: readonly string[]): VectorsToSave | null {
  if (asked === undefined) return null;
  const at = asked.indexOf('=');
  const method = ABOUTS.find(({ id }) => id === asked.slice(0, Math.max(0, at)))?.id;
  if (method === undefined) return { method: null, file: asked };
  if (trained.includes(method)) return { method, file: asked.slice(at + 1) };
  throw new LabFailure('bad-option', `--save-vectors names ${method}, which is not trained here.`, `Choose one of ${trained.join(', ')}.`);
}

/** @throws LabFailure 'no-level-vectors' where there are none, and those of the disk */
export async function saveVectors(run: Run, { method, file }: VectorsToSave): Promise<void> {
  const found = method ?? [...run.finished].findLast(([, { vectors }]) => vectors.length > 0)?.[0];
  if (found === undefined)
    throw new LabFailure(
      'no-level-vectors',
      'No method of this run has level vectors to save.',
      'Take embeddings or another method with vectors into --methods.',
    );
  await storeFile(file, embeddingsCsv(run, found).bytes);
}

function tableRate(values: Values): number | undefined {
  const given = text(values, 'table-rate');
  if (given === undefined) return undefined;
  const rate = Number(given);
  if (given.trim() !== '' && rate >= 0 && rate <= 1) return rate;
  throw new LabFailure('bad-option', `--table-rate is "${given}".`, 'Write a number from 0 (frozen) to 1 (free).');
}

/** Tags of a row have no order, so that a method about them has no choice of sentences. */
const skipGramOf = (id: string, sentences: 'rows' | 'sequences') =>
  aboutMethod(id).tags === 'own' ? { from: 'skip-gram' } : { from: 'skip-gram', sentences };

/**
 * An experiment whose methods begin from these vectors, where they can: they take the width of the narrowest
 * file. One that says so already (of an address) keeps its settings.
 *
 * @throws LabFailure where no method can begin from vectors
 */
export function beginningFrom(input: ExperimentInput, { columns, files }: NamedVectors, values: Values): ExperimentInput {
  const rate = tableRate(values);
  const sentences = oneOf(values, 'skip-gram', ['rows', 'sequences'] as const, undefined);
  if (sentences !== undefined && columns.length > 0)
    throw new LabFailure('bad-option', 'Both --skip-gram and --vectors were given.', 'Choose one of them.');
  if (columns.length === 0 && rate === undefined && sentences === undefined) return input;
  const able = input.methods.filter(({ id }) => STARTING.includes(id));
  if (able.length === 0)
    throw new LabFailure(
      'bad-option',
      'None of the methods can begin from given vectors.',
      `Take one of ${STARTING.map((id) => `${id} (${aboutMethod(id).label})`).join(', ')} into --methods.`,
    );
  const widths = columns.map(({ column }, place) => widthFor(factsOfVectors(files[place]), column));
  const methods = input.methods.map((method) => {
    if (!STARTING.includes(method.id)) return method;
    const own = method.settings ?? {};
    const already = (own.start as { from?: string } | undefined)?.from === 'given';
    const begun = columns.length > 0 && !already ? withVectors(own, widths) : own;
    return {
      ...method,
      settings: {
        ...begun,
        ...(sentences !== undefined && { start: skipGramOf(method.id, sentences) }),
        ...(rate !== undefined && { tableRate: rate }),
      },
    };
  });
  return { ...input, methods, ...(columns.length > 0 && { vectors: columns }) };
}
