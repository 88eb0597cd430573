import { ENTRY_BYTES } from '../bytes/column-store';
import { NumberColumn } from '../bytes/number-column';
import { LabFailure } from '../failure';
import type { NamedBlob } from '../named-blob';
import type { FileStep } from '../reading/steps';
import { quote, refuse } from '../refusals';
import { printable } from '../shown-text';
import type { RawColumn, RawTable } from '../table';
import { joined } from './join-columns';
import type { ReadCells, ReadingContext, TableSource } from './source';

/** Files that are read as one table. */
const MOST_FILES = 10_000;

/** Steps that one file may need and another not; and those that say what was met on the way. */
const MAY_DIFFER: ReadonlySet<string> = new Set(['short-rows', 'trailing-separators']);

const refuseFiles = {
  tooMany: (name: string, count: number) =>
    new LabFailure(
      'files-too-many',
      `${name} are ${count.toLocaleString('en')} files; at most ${MOST_FILES.toLocaleString('en')} can be read as one table.`,
      'Join some of them first.',
    ),

  archive: (name: string) => new LabFailure('files-archive', `${name} is an archive among other files.`, 'Unpack it, and choose the files in it.'),

  noColumn: (name: string, column: string, first: string) =>
    new LabFailure(
      'files-differ',
      `${name} has no column ${quote(column)}, which ${first} has.`,
      'Choose files whose columns have the same names, or leave this one out.',
    ),

  otherColumn: (name: string, column: string, first: string) =>
    new LabFailure(
      'files-differ',
      `${name} has a column ${quote(column)}, which ${first} does not have.`,
      'Choose files whose columns have the same names, or leave this one out.',
    ),

  otherKind: (name: string, column: string, numbers: boolean, first: string) =>
    new LabFailure(
      'files-differ',
      `${name} has ${numbers ? 'numbers' : 'texts'} in ${quote(column)}, where ${first} has ${numbers ? 'texts' : 'numbers'}.`,
      'Write the column in the same way in all files, or leave this one out.',
    ),

  otherForm: (name: string, first: string) =>
    new LabFailure(
      'files-differ',
      `${name} is written in another way than ${first}: it has another format, encoding, separator or header.`,
      'Write the files in the same way, or leave this one out.',
    ),
};

/** Steps by which files are compared: without what may differ from file to file. */
const formOf = (steps: RawTable['steps']): string =>
  JSON.stringify(
    steps.flatMap(({ step }): FileStep[] => {
      if (MAY_DIFFER.has(step.kind)) return [];
      // A file in which all are null does not show that they are lists.
      if (step.kind === 'json') return [{ kind: 'json', form: step.form }];
      if (step.kind !== 'columnar') return [step];
      const { rounded: _rounded, ...rest } = step;
      return [rest];
    }),
  );

/** All steps that some file needed, each once. */
function allSteps(parts: readonly ReadCells[]): FileStep[] {
  const steps = parts[0].raw.steps.map(({ step }) => step);
  for (const { raw } of parts.slice(1))
    for (const { step } of raw.steps) {
      const at = steps.findIndex(({ kind }) => kind === step.kind);
      const known = steps[at];
      if (at < 0) steps.push(step);
      else if (known.kind === 'columnar' && step.kind === 'columnar' && step.rounded)
        steps[at] = { ...known, rounded: [...new Set([...(known.rounded ?? []), ...step.rounded])] };
      else if (known.kind === 'json' && step.kind === 'json' && step.lists)
        steps[at] = { ...known, lists: [...new Set([...(known.lists ?? []), ...step.lists])] };
    }
  return steps;
}

/**
 * Columns of a file in the order of the first one's. @throws LabFailure that names the column that differs
 */
function inOrder(name: string, columns: readonly RawColumn[], names: readonly string[], first: string): RawColumn[] {
  const own = new Map(columns.map((column) => [column.name, column]));
  const missing = names.find((one) => !own.has(one));
  if (missing !== undefined) throw refuseFiles.noColumn(name, missing, first);
  const other = columns.find((column) => !names.includes(column.name));
  if (other) throw refuseFiles.otherColumn(name, other.name, first);
  return names.map((one) => own.get(one) as RawColumn);
}

/** A column of numbers in one file is none of texts in another; one without a cell is neither. */
class Kinds {
  readonly #known = new Map<string, { numbers: boolean; file: string }>();

  /** @throws LabFailure that names the column and both files */
  check(name: string, { raw, rows, numbers }: ReadCells): void {
    if (!numbers) return;
    const all = new Set(numbers);
    for (const column of raw.columns) {
      if (column.missing === rows) continue;
      const own = all.has(column.name);
      const known = this.#known.get(column.name);
      if (!known) this.#known.set(column.name, { numbers: own, file: name });
      else if (known.numbers !== own) throw refuseFiles.otherKind(name, column.name, own, known.file);
    }
  }
}

/** Bytes that a column takes in memory. */
function heldBy(column: RawColumn, rows: number): number {
  const each = column instanceof NumberColumn ? 8 : 4;
  if (column.utf8) return rows * each + column.utf8.length + column.utf8.size * ENTRY_BYTES;
  const texts = column instanceof NumberColumn ? column.cells.others.texts : column.texts;
  return texts.reduce((sum, text) => sum + text.length + ENTRY_BYTES, rows * each);
}

/**
 * Several files as one table, one after the other: the columns of all have the same names, and all are
 * written in the same way. Rows are numbered through.
 *
 * @param sourceOf what reads a file
 */
export const readTogether =
  (
    files: readonly NamedBlob[],
    sourceOf: (file: NamedBlob, given: readonly FileStep[]) => Promise<{ source: TableSource; archive: boolean }>,
  ): TableSource =>
  async (context: ReadingContext): Promise<ReadCells> => {
    const { file: all, given, turn } = context;
    if (files.length === 0) throw refuse.empty(all.name);
    if (files.length > MOST_FILES) throw refuseFiles.tooMany(all.name, files.length);
    const parts: ReadCells[] = [];
    const kinds = new Kinds();
    let [rows, bytes, held] = [0, 0, 0];
    let steps = given.filter(({ kind }) => kind !== 'files' && kind !== 'archive');
    for (const file of files) {
      if (file.size === 0) throw refuse.empty(printable(file.name));
      const { source, archive } = await sourceOf(file, steps);
      const name = printable(file.name);
      if (archive) throw refuseFiles.archive(name);
      const cells = await source({
        ...context,
        file,
        given: steps,
        limit: context.limit - held,
        turn: (read, own) => turn(bytes + read, rows + own),
        onBeginning: parts.length === 0 ? context.onBeginning : undefined,
      });
      const [first] = parts;
      if (first) {
        const names = first.raw.columns.map((column) => column.name);
        cells.raw.columns = inOrder(name, cells.raw.columns, names, printable(files[0].name));
        if (formOf(cells.raw.steps) !== formOf(first.raw.steps)) throw refuseFiles.otherForm(name, printable(files[0].name));
      } else if (!context.exact) steps = cells.raw.steps.map(({ step }) => step);
      kinds.check(name, cells);
      parts.push(cells);
      rows += cells.rows;
      bytes += file.size;
      held += cells.raw.columns.reduce((sum, column) => sum + heldBy(column, cells.rows), 0);
    }
    const columns: RawColumn[] = [];
    const counts = parts.map((part) => part.rows);
    // A file's column is let go once it is part of the whole.
    for (let left = parts[0].raw.columns.length; left > 0; left--)
      columns.push(
        joined(
          parts.map(({ raw }) => raw.columns.shift() as RawColumn),
          counts,
        ),
      );
    const step: FileStep = {
      kind: 'files',
      files: files.map((file, i) => ({ name: printable(file.name).slice(0, 1000) || '?', rows: parts[i].rows })),
    };
    return {
      raw: { ...parts[0].raw, columns, steps: [{ step }, ...allSteps(parts).map((one) => ({ step: one }))] },
      rows,
      line: (row) => row + 1,
      unit: 'row',
    };
  };
