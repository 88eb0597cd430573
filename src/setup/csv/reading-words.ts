import type { ColumnRole, Step } from '../../../workers/data/schema';
import { shortened } from '../../../workers/data/shown-text';
import type { ColumnPreview, TakenStep } from '../../../workers/protocol';
import { blockName, SEPARATOR_WORDS, tagOf } from '../../../workers/spec/tags';
import type { ColumnTake } from '../../state/table/table-choice';
import { count } from '../../ui/format';

/** One line of what was done to the file, and the list of steps without it. */
export interface ReadingLine {
  id: string;
  words: string;
  /** Null: it says what the file is, and cannot be otherwise. */
  without: Step[] | null;
}

/** Steps that say what the file is. */
const FILE_IS: ReadonlySet<Step['kind']> = new Set(['files', 'columnar', 'sheet', 'json']);

/** The steps as lines: merges of one column are one line and are undone together. */
export function readingLines(steps: readonly TakenStep[]): ReadingLine[] {
  const all = steps.map(({ step }) => step);
  const lines: ReadingLine[] = [];
  const merged = new Set<string>();
  steps.forEach(({ step, words }, index) => {
    if (step.kind !== 'merge-levels') {
      lines.push({ id: `${index}-${step.kind}`, words, without: FILE_IS.has(step.kind) ? null : all.filter((other) => other !== step) });
      return;
    }
    if (merged.has(step.column)) return;
    merged.add(step.column);
    const merges = all.filter((other) => other.kind === 'merge-levels' && other.column === step.column);
    const spellings = merges.reduce((sum, merge) => sum + (merge.kind === 'merge-levels' ? merge.from.length : 0), 0);
    lines.push({
      id: `merge-${step.column}`,
      words: merges.length === 1 ? words : `In ${step.column}, ${count(spellings)} spellings are merged into ${count(merges.length)} levels.`,
      without: all.filter((other) => !merges.includes(other)),
    });
  });
  return lines;
}

/** How a column is read, in two or three words for its cell in the table. */
export function readAs(column: ColumnPreview, steps: readonly Step[], role: ColumnRole, take: ColumnTake): string {
  if ((role === 'tags' || role === 'categorical') && take.block !== undefined) return `${tagOf(take.block, column.name)} of ${blockName(take.block)}`;
  if (role === 'categorical' && take.nestedIn !== undefined) return `in ${take.nestedIn}`;
  if (role === 'categorical' && take.edges !== undefined) return 'with edges';
  if (role === 'tags' && take.tagSeparator !== undefined) return `split by ${SEPARATOR_WORDS[take.tagSeparator]}`;
  const meaning = steps.find((step) => (step.kind === 'decimal' || step.kind === 'date' || step.kind === 'category') && step.column === column.name);
  if (meaning?.kind === 'category') return 'names';
  if (meaning?.kind === 'date') return meaning.as === 'days' ? 'days' : meaning.as;
  if (meaning?.kind === 'decimal') return meaning.decimal === ',' ? 'decimal comma' : meaning.thousands ? 'thousands' : 'numbers';
  if (steps.some((step) => step.kind === 'merge-levels' && step.column === column.name)) return 'merged';
  const [word] = column.missingWords;
  return word ? `${shortened(word.word, 32)} missing` : 'as written';
}
