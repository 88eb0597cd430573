import type { ColumnRole } from '../../../workers/data/schema';
import type { TablePreview } from '../../../workers/protocol';
import { count, plural } from '../../app/format';
import { targetOf } from './roles';
import { names } from './words';

/** What a note lets the person choose, at its right. */
export type NoteChoice =
  | { kind: 'missing-numeric' }
  | { kind: 'missing-categorical' }
  | { kind: 'ignore'; column: number }
  | { kind: 'positive'; values: string[] }
  | { kind: 'scaling' };

/** One sentence about the table. Warnings are counted as 'to check'. */
export interface Note {
  id: string;
  tone: 'warn' | 'info';
  /** The columns it is about, set in bold before the text. */
  subject: string;
  text: string;
  choice: NoteChoice | null;
}

/** Notes on single columns beyond this many are told together. */
const SINGLE = 3;

/** Levels with fewer rows than this on average make a column hard to learn from. */
const FEW_ROWS = 2;

/** The notes of the step, warnings first. */
export function notesOf(preview: TablePreview, roles: ColumnRole[], binary: boolean): Note[] {
  const columns = preview.columns.map((column, index) => ({ ...column, index, role: roles[index] }));
  const notes: Note[] = [];
  const note = (tone: Note['tone'], id: string, subject: string, text: string, choice: NoteChoice | null = null) =>
    notes.push({ tone, id, subject, text, choice });

  for (const role of ['numeric', 'categorical'] as const) {
    const gaps = columns.filter((column) => column.role === role && column.missing > 0);
    const total = gaps.reduce((sum, column) => sum + column.missing, 0);
    const text = gaps.length === 1 ? `has no value in ${plural(total, 'row')}.` : `have no value in ${plural(total, 'cell')} together.`;
    if (gaps.length > 0) note('warn', `missing-${role}`, names(gaps.map(({ name }) => name)), text, { kind: `missing-${role}` });
  }

  const target = targetOf(preview, roles);
  if (target?.unsure)
    note('warn', 'target-guessed', target.name, `is taken as the target because it is ${target.reason}. Choose another if it is not.`);
  if (target && target.missing > 0) {
    note(
      'warn',
      'missing-target',
      target.name,
      `has no value in ${plural(target.missing, 'row')}. There is nothing to learn or to score there, so they are left out.`,
    );
  }

  for (const column of columns.filter(({ identifier, role }) => identifier && role === 'categorical')) {
    note(
      'warn',
      `identifier-${column.index}`,
      column.name,
      'has a different value in every row. It looks like an identifier: no test row has a level seen in training.',
      {
        kind: 'ignore',
        column: column.index,
      },
    );
  }
  const identifiers = columns.filter(({ identifier, role }) => identifier && role === 'ignore');
  if (identifiers.length > 0) {
    const text =
      identifiers.length === 1
        ? 'has a different value in every row. It looks like an identifier, so it is ignored.'
        : 'have a different value in every row. They look like identifiers, so they are ignored.';
    note('warn', 'identifier-ignored', names(identifiers.map(({ name }) => name)), text);
  }

  const categorical = columns.filter(({ role, identifier }) => role === 'categorical' && !identifier);
  const thin = categorical.filter(({ levels, missing }) => levels * FEW_ROWS > preview.rows - missing && levels > 2);
  if (thin.length > 0) {
    note(
      'warn',
      'thin',
      names(thin.map(({ name }) => name)),
      `${thin.length === 1 ? 'has' : 'have'} fewer than two rows a level on average. Little can be learned of each level.`,
    );
  }

  if (binary && target?.values?.length === 2) {
    note('info', 'positive', target.name, 'is predicted as a probability. Which value counts as 1?', { kind: 'positive', values: target.values });
  }

  const rare = categorical
    .filter(({ rareLevels, index }) => rareLevels > 0 && !thin.some((column) => column.index === index))
    .sort((a, b) => b.rareLevels - a.rareLevels);
  for (const column of rare.slice(0, SINGLE)) {
    note(
      'info',
      `rare-${column.index}`,
      column.name,
      `has ${plural(column.rareLevels, 'level')} with fewer than 10 rows. These are where methods differ most.`,
    );
  }
  if (rare.length > SINGLE)
    note('info', 'rare-more', `${count(rare.length - SINGLE)} more`, 'categorical columns have levels with fewer than 10 rows.');

  const numeric = columns.some(({ role }) => role === 'numeric');
  if (numeric || !binary) {
    const subject = binary ? 'Numeric columns' : numeric ? 'Numeric columns and the target' : 'The target';
    note('info', 'scaling', subject, 'can be standardised, which suits networks, or left in their units. Errors are told in the table’s own units.', {
      kind: 'scaling',
    });
  }
  return notes;
}
