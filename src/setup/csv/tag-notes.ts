import type { ColumnRole } from '../../../workers/data/schema';
import type { RoleCheck, TablePreview, TagBlock, TagFacts } from '../../../workers/protocol';
import { blockName, tagWords } from '../../../workers/spec/tags';
import type { ColumnTake } from '../../state/table/table-choice';
import { count, plural } from '../../ui/format';
import type { Note, NoteChoice } from './note';

/** Columns of a block that are in it now, with one role. */
function members(block: TagBlock, preview: TablePreview, roles: readonly ColumnRole[], takes: readonly ColumnTake[]): number[] {
  return preview.columns.flatMap(({ name }, index) =>
    block.columns.includes(name) && takes[index]?.block === block.block && (roles[index] === 'tags' || roles[index] === 'categorical') ? [index] : [],
  );
}

const takenApart = (block: TagBlock, preview: TablePreview): NoteChoice => ({
  kind: 'block',
  block: block.block,
  columns: preview.columns.flatMap(({ name }, index) => (block.columns.includes(name) ? [index] : [])),
  role: null,
  label: `Take ${blockName(block.block)} apart`,
});

/** Blocks of 0/1 columns: what they could be together, and the way back. */
export function blockNotes(preview: TablePreview, roles: readonly ColumnRole[], takes: readonly ColumnTake[]): Note[] {
  return (preview.blocks ?? []).flatMap((block, i): Note[] => {
    const { columns, oneEach, mean, missing } = block;
    const name = blockName(block.block);
    const inside = members(block, preview, roles, takes);
    const where = preview.columns.flatMap((column, index) => (columns.includes(column.name) ? [index] : []));
    const gaps = missing > 0 ? ` ${plural(missing, 'missing cell')} ${missing === 1 ? 'counts' : 'count'} as 0.` : '';
    const note = (group: Note['group'], text: string, choice: NoteChoice): Note[] => [{ id: `block-${i}`, group, subject: name, text, choice }];
    // As tags it has a note of its own (`tagNotes`), with the same way back.
    if (inside.length > 0 && roles[inside[0]] === 'tags') return [];
    if (inside.length > 0)
      return note('choose', `is made of ${plural(inside.length, 'column')} of 0 and 1, which are its levels.`, takenApart(block, preview));
    // Columns that a person left out are no longer offered together.
    if (where.every((index) => roles[index] === 'ignore')) return [];
    const some = `has ${plural(columns.length, 'column')} of 0 and 1, ${columns.slice(0, 3).join(', ')}${columns.length > 3 ? ', …' : ''}`;
    const role = oneEach ? 'categorical' : 'tags';
    const text = oneEach
      ? `${some}, of which each row has exactly one 1. Together they are one categorical column.`
      : `${some}, with ${mean.toFixed(1)} ones a row. Together they are one column of tags.${gaps}`;
    const label = oneEach ? `Make ${name} categorical` : `Make ${name} a column of tags`;
    return note('check', text, { kind: 'block', block: block.block, columns: where, role, label });
  });
}

/** Another separator for cells of labels, or the way back for a block. */
function choiceOf(facts: TagFacts, preview: TablePreview): NoteChoice | null {
  if (facts.separator !== null) return { kind: 'separator', column: preview.columns.findIndex(({ name }) => name === facts.name) };
  const block = preview.blocks?.find((one) => blockName(one.block) === facts.name);
  return block ? takenApart(block, preview) : null;
}

/** What each column of tags holds, and what rows without tags are. */
export function tagNotes(preview: TablePreview, check: RoleCheck | null): Note[] {
  const all = check?.tags ?? [];
  const empty = all.filter((facts) => facts.empty > 0);
  const notes = all.map(
    (facts, i): Note => ({
      id: `tags-${i}`,
      group: 'choose',
      subject: facts.name,
      text: `holds ${tagWords(facts)}`,
      choice: choiceOf(facts, preview),
    }),
  );
  if (empty.length > 0) {
    const text = `${empty.length === 1 ? 'has' : 'have'} no tag in ${empty.map((facts) => plural(facts.empty, 'row')).join(' and ')}.`;
    notes.push({ id: 'missing-tags', group: 'check', subject: empty.map(({ name }) => name).join(', '), text, choice: { kind: 'missing-tags' } });
  }
  if (all.length > 0) {
    const text = 'that no training row has can be left out of test rows, or take part with the vectors they began with, which is noise.';
    notes.push({ id: 'unseen-tags', group: 'choose', subject: 'Tags', text, choice: { kind: 'unseen-tags' } });
  }
  return notes;
}

/** Under the role of a column of tags: how many there are, and how many a row has. */
export const tagLevels = ({ tags, ancestors, mean }: TagFacts): { number: string; text: string } => ({
  number: count(tags - ancestors),
  text: `tags, ${mean.toFixed(1)} a row`,
});
