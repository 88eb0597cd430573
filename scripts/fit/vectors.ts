import { LabFailure } from '../../workers/data/failure';
import type { ColumnVectors } from '../../workers/data/schema';
import { readVectors } from '../../workers/data/vectors/read-vectors';
import type { VectorFile } from '../../workers/data/vectors/vector-file';
import { factsOfVectors } from '../../workers/data/vectors/vector-file';
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

/**
 * Writes the level vectors of a run, where they were asked for: of the method that is named, else of the last
 * one that has any.
 *
 * @throws LabFailure where there are none
 */
export async function saveVectors(run: Run, asked: string | undefined): Promise<void> {
  if (asked === undefined) return;
  const at = asked.indexOf('=');
  const named = ABOUTS.find(({ id }) => id === asked.slice(0, Math.max(0, at)))?.id;
  const able = [...run.finished].filter(([, { vectors }]) => vectors.length > 0).map(([id]) => id);
  const method = named ?? able.at(-1);
  if (method === undefined)
    throw new LabFailure(
      'no-level-vectors',
      'No method of this run has level vectors to save.',
      'Take embeddings or another method with vectors into --methods.',
    );
  await storeFile(named ? asked.slice(at + 1) : asked, embeddingsCsv(run, method).bytes);
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
