import type { ColumnRole, Step, Task } from '../../../workers/data/schema';
import type { ColumnPreview, ReadingQuestion, RoleCheck, RoleNotice, TablePreview } from '../../../workers/protocol';
import { withStep } from '../../../workers/spec/reading';
import { hasClasses } from '../../../workers/spec/scores';
import { targetOf } from '../../state/table/roles';
import type { ColumnTake } from '../../state/table/table-choice';
import { count, plural } from '../../ui/format';
import type { Note, NoteChoice } from './note';
import { blockNotes, tagNotes } from './tag-notes';
import { names, quoted } from './words';

/** Notes of one kind on single columns beyond this many are told together. */
const SINGLE = 3;

/** Levels with fewer rows than this on average make a column hard to learn from. */
const FEW_ROWS = 2;

type Column = Omit<ColumnPreview, 'index'> & { index: number; role: ColumnRole; guess: ColumnRole };

const ofKind = (notices: readonly RoleNotice[], kind: RoleNotice['kind']) => notices.filter((notice) => notice.kind === kind);

/**
 * The notes of the step, the most important first.
 *
 * @param check the worker's newest answer about the roles
 */
export function notesOf(
  preview: TablePreview,
  roles: ColumnRole[],
  task: Task,
  check: RoleCheck | null = null,
  takes: readonly ColumnTake[] = [],
): Note[] {
  const columns = preview.columns.map((column, index): Column => ({ ...column, index, guess: column.role, role: roles[index] }));
  const notices = check?.error === null ? check.notices : [];
  const [tags, blocks] = [tagNotes(preview, check), blockNotes(preview, roles, takes)];
  return [
    ...questionNotes(preview, 'check'),
    ...leakNotes(columns, notices),
    ...targetNotes(preview, columns, roles),
    ...categoryNotes(columns, check),
    ...blocks.filter(({ group }) => group === 'check'),
    ...codeNotes(columns),
    ...spellingNotes(preview, columns),
    ...nestedNotes(columns, notices),
    ...dateNotes(preview, columns),
    ...gapNotes(columns),
    ...tags.filter(({ group }) => group === 'check'),
    ...identifierNotes(columns),
    ...thinNotes(preview, columns),
    ...warningNotes(check, columns),
    ...questionNotes(preview, 'choose'),
    ...tags.filter(({ group }) => group === 'choose'),
    ...blocks.filter(({ group }) => group === 'choose'),
    ...choiceNotes(preview, columns, roles, task),
    ...factNotes(preview, columns, notices),
  ];
}

/**
 * A question is worth a look where the reading could be wrong; one about dates only says what else they could
 * be.
 */
const isChoice = ({ id, text }: ReadingQuestion): boolean => id.startsWith('date:') && !text.includes('either way round');

function questionNotes(preview: TablePreview, group: 'check' | 'choose'): Note[] {
  return preview.questions
    .filter((question) => !question.pressing && isChoice(question) === (group === 'choose'))
    .map((question) => ({ id: question.id, group, subject: '', text: question.text, choice: { kind: 'answers', question } }));
}

const LEAKS: Record<Extract<RoleNotice, { kind: 'leak' }>['how'], string> = {
  copy: 'is a copy of the target: a model that sees it has nothing left to predict.',
  monotone: 'gives the target away: one follows from the other in every row.',
  linear: 'gives the target away: it is the target in another unit, but for rounding.',
  'one-to-one': 'gives the target away: each of its values stands for one value of the target.',
  decides: 'decides the target: all rows of a level have the same one, so a test row is known once its level was seen.',
};

function leakNotes(columns: Column[], notices: readonly RoleNotice[]): Note[] {
  return notices.flatMap((notice): Note[] => {
    const column = columns.find(({ name }) => name === notice.column);
    if (notice.kind !== 'leak' || !column) return [];
    const choice: NoteChoice = { kind: 'role', column: column.index, role: 'ignore', label: `Ignore ${column.name}` };
    return [{ id: `leak-${column.index}`, group: 'check', subject: column.name, text: LEAKS[notice.how], choice }];
  });
}

function targetNotes(preview: TablePreview, columns: Column[], roles: ColumnRole[]): Note[] {
  const notes: Note[] = [];
  const target = targetOf(preview, roles);
  if (target?.unsure && target.role === 'target')
    notes.push({
      id: 'target-guessed',
      group: 'check',
      subject: target.name,
      text: `is taken as the target: ${target.reason}. Choose another if it is not.`,
      choice: null,
    });
  if (target && target.missing > 0) {
    notes.push({
      id: 'missing-target',
      group: 'check',
      subject: target.name,
      text: `has no value in ${plural(target.missing, 'row')}. There is nothing to learn or to score there, so they are left out.`,
      choice: null,
    });
  }
  const fold = columns.find(({ role }) => role === 'fold');
  if (fold)
    notes.push({
      id: 'fold',
      group: 'know',
      subject: fold.name,
      text: 'says which rows are test rows. No method sees it. Other ways to divide the rows are under Data.',
      choice: null,
    });
  return notes;
}

/** Whole numbers of few values each, that could be the categories a table lacks: the likeliest first. */
const couldBeCodes = (columns: Column[]): Column[] =>
  columns
    .filter(
      ({ role, kind, levels }) =>
        (role === 'numeric' && kind === 'whole number' && levels >= 3) || (role === 'ignore' && kind === 'text' && levels >= 2),
    )
    .sort((a, b) => Number(b.unsure) - Number(a.unsure) || a.levels - b.levels);

function categoryNotes(columns: Column[], check: RoleCheck | null): Note[] {
  if (!check || columns.some(({ role }) => role === 'categorical' || role === 'tags')) return [];
  const [candidate] = couldBeCodes(columns);
  return [
    {
      id: 'no-categorical',
      group: 'check',
      subject: 'No column is categorical.',
      text: `Without one there is nothing for embeddings to represent${candidate ? `; ${candidate.name} could be one` : ''}.`,
      choice: candidate ? { kind: 'role', column: candidate.index, role: 'categorical', label: `Make ${candidate.name} categorical` } : null,
    },
  ];
}

/** Whole numbers whose role was guessed by their values alone. */
function codeNotes(columns: Column[]): Note[] {
  return columns
    .filter(({ role, unsure, guess, kind }) => unsure && kind === 'whole number' && role === guess && (role === 'numeric' || role === 'categorical'))
    .map(({ index, name, levels, min, max, role }): Note => {
      const other = role === 'numeric' ? 'categorical' : 'numeric';
      const text =
        role === 'numeric'
          ? `is every whole number from ${min} to ${max}, each in about as many rows: ${levels} categories, or an amount?`
          : `is taken as codes of ${count(levels)} categories: whole numbers that fill ${min} to ${count(max ?? 0)} evenly. Amounts should be numeric.`;
      const choice: NoteChoice = { kind: 'role', column: index, role: other, label: `Make ${name} ${other}` };
      return { id: `codes-${index}`, group: 'check', subject: name, text, choice };
    });
}

function spellingNotes(preview: TablePreview, columns: Column[]): Note[] {
  return columns
    .filter(({ role, spellings, kind }) => spellings.length > 0 && (role === 'categorical' || (role === 'target' && kind === 'text')))
    .map(({ index, name, spellings, labels }) => {
      const merged = labels - spellings.reduce((sum, { of }) => sum + of - 1, 0);
      const [first] = spellings;
      const example = names([first.into, ...first.from].map(quoted));
      const steps = spellings.reduce<Step[]>(
        (list, { into, from }) => withStep(list, { kind: 'merge-levels', column: name, from, into }),
        preview.steps.map(({ step }) => step),
      );
      return {
        id: `spellings-${index}`,
        group: 'check',
        subject: name,
        text: `spells ${plural(spellings.length, 'level')} in several ways, such as ${example}. Merged, its ${count(labels)} levels are ${count(merged)}.`,
        choice: { kind: 'steps', steps, label: `Merge spellings of ${name}` },
      };
    });
}

function nestedNotes(columns: Column[], notices: readonly RoleNotice[]): Note[] {
  return notices.flatMap((notice): Note[] => {
    const column = columns.find(({ name }) => name === notice.column);
    if (notice.kind !== 'nested' || !column) return [];
    const { outer, labels, pairs, evident } = notice;
    const text = evident
      ? `starts again in each ${outer}: the same label seems to mean something else there, ${count(pairs)} in all and not ${count(labels)}.`
      : `has the same ${count(labels)} labels in each ${outer}. If they mean different things in each, nest the column.`;
    const choice: NoteChoice = { kind: 'nested', column: column.index, outer, label: `Nest ${column.name} in ${outer}` };
    return [{ id: `nested-${column.index}`, group: evident ? 'check' : 'know', subject: column.name, text, choice }];
  });
}

function dateNotes(preview: TablePreview, columns: Column[]): Note[] {
  return columns.flatMap(({ dates, name, index, role }): Note[] => {
    if (!dates || role === 'target' || preview.questions.some(({ column }) => column === name)) return [];
    const taken = preview.steps.map(({ step }) => step);
    const steps = withStep(taken, { kind: 'date', column: name, dayFirst: false, as: 'days' });
    const text = `looks like dates such as ${quoted(dates.first)}. As days since the first date, they are numbers that a model can use.`;
    return [{ id: `dates-${index}`, group: 'check', subject: name, text, choice: { kind: 'steps', steps, label: 'Use days since the first' } }];
  });
}

function gapNotes(columns: Column[]): Note[] {
  return (['numeric', 'categorical'] as const).flatMap((role): Note[] => {
    const gaps = columns.filter((column) => column.role === role && column.missing > 0);
    const total = gaps.reduce((sum, column) => sum + column.missing, 0);
    const text = gaps.length === 1 ? `has no value in ${plural(total, 'row')}.` : `have no value in ${plural(total, 'cell')} together.`;
    if (gaps.length === 0) return [];
    return [{ id: `missing-${role}`, group: 'check', subject: names(gaps.map(({ name }) => name)), text, choice: { kind: `missing-${role}` } }];
  });
}

function identifierNotes(columns: Column[]): Note[] {
  const notes = columns
    .filter(({ identifier, role }) => identifier && role === 'categorical')
    .map(
      ({ index, name }): Note => ({
        id: `identifier-${index}`,
        group: 'check',
        subject: name,
        text: 'has a different value in every row. It looks like an identifier: no test row has a level seen in training.',
        choice: { kind: 'role', column: index, role: 'ignore', label: `Ignore ${name}` },
      }),
    );
  const ignored = columns.filter(({ identifier, role }) => identifier && role === 'ignore');
  if (ignored.length > 0) {
    const text =
      ignored.length === 1
        ? 'has a different value in every row. It looks like an identifier, so it is ignored.'
        : 'have a different value in every row. They look like identifiers, so they are ignored.';
    notes.push({ id: 'identifier-ignored', group: 'know', subject: names(ignored.map(({ name }) => name)), text, choice: null });
  }
  return notes;
}

/** Categorical columns with few rows per level. */
const thinOnes = (preview: TablePreview, columns: Column[]): Column[] =>
  columns.filter(
    ({ role, identifier, levels, missing }) => role === 'categorical' && !identifier && levels * FEW_ROWS > preview.rows - missing && levels > 2,
  );

function thinNotes(preview: TablePreview, columns: Column[]): Note[] {
  const thin = thinOnes(preview, columns);
  if (thin.length === 0) return [];
  const text = `${thin.length === 1 ? 'has' : 'have'} fewer than two rows per level on average. Little can be learned about each level.`;
  return [{ id: 'thin', group: 'check', subject: names(thin.map(({ name }) => name)), text, choice: null }];
}

/**
 * What the worker says of the roles in words of its own, unless a note above says it with a way to mend it.
 */
function warningNotes(check: RoleCheck | null, columns: Column[]): Note[] {
  const categorical = columns.some(({ role }) => role === 'categorical');
  return (check?.warnings ?? [])
    .filter(({ code }) => code !== 'tags-empty' && (categorical || !/categor/.test(code)))
    .map(({ code, message }, i) => ({ id: `warning-${code}-${i}`, group: 'check', subject: '', text: message, choice: null }));
}

function choiceNotes(preview: TablePreview, columns: Column[], roles: ColumnRole[], task: Task): Note[] {
  const notes: Note[] = [];
  const target = targetOf(preview, roles);
  if (task === 'ordinal' && target) {
    const text = 'is predicted as ordered classes. Is this their order, the lowest first?';
    notes.push({ id: 'class-order', group: 'choose', subject: target.name, text, choice: { kind: 'class-order' } });
  }
  if (task === 'binary' && target?.values?.length === 2) {
    const text = 'is predicted as a probability. Which value counts as 1?';
    notes.push({ id: 'positive', group: 'choose', subject: target.name, text, choice: { kind: 'positive', values: target.values } });
  }
  const numeric = columns.some(({ role }) => role === 'numeric');
  const classes = hasClasses(task);
  if (numeric || !classes) {
    const subject = classes ? 'Numeric columns' : numeric ? 'Numeric columns and the target' : 'The target';
    const text = 'can be standardised, which suits networks, or left in their units. Errors are reported in the table’s own units.';
    notes.push({ id: 'scaling', group: 'choose', subject, text, choice: { kind: 'scaling' } });
  }
  return notes;
}

function factNotes(preview: TablePreview, columns: Column[], notices: readonly RoleNotice[]): Note[] {
  const notes: Note[] = [];
  const know = (id: string, subject: string, text: string) => notes.push({ id, group: 'know', subject, text, choice: null });
  const thin = new Set(thinOnes(preview, columns).map(({ index }) => index));
  const rare = columns
    .filter(({ role, identifier, rareLevels, index }) => role === 'categorical' && !identifier && rareLevels > 0 && !thin.has(index))
    .sort((a, b) => b.rareLevels - a.rareLevels);
  for (const { index, name, rareLevels } of rare.slice(0, SINGLE)) {
    know(`rare-${index}`, name, `has ${plural(rareLevels, 'level')} with fewer than 10 rows. These are where methods differ most.`);
  }
  if (rare.length > SINGLE) know('rare-more', `${count(rare.length - SINGLE)} more`, 'categorical columns have levels with fewer than 10 rows.');
  for (const notice of ofKind(notices, 'constant')) {
    if (notice.kind === 'constant')
      know(`constant-${notice.column}`, notice.column, `is ${quoted(notice.value)} in every row that is used. It tells nothing.`);
  }
  for (const notice of ofKind(notices, 'unused-levels')) {
    if (notice.kind !== 'unused-levels') continue;
    const gone = notice.labels - notice.used;
    know(
      `unused-${notice.column}`,
      notice.column,
      `has ${plural(gone, 'level')} only in rows that are left out. ${gone === 1 ? 'It does' : 'They do'} not count.`,
    );
  }
  const long = columns.filter(({ longNumbers, role }) => longNumbers && role !== 'ignore');
  if (long.length > 0) {
    const text = `${long.length === 1 ? 'holds' : 'hold'} whole numbers with more than 15 digits. They are read as names, so no digit is rounded.`;
    know('long', names(long.map(({ name }) => name)), text);
  }
  return notes;
}
