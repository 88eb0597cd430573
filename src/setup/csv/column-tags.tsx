import { Textarea } from '@mantine/core';
import { useId, useState } from 'react';
import type { TagHierarchy } from '../../../workers/data/schema';
import { shortened } from '../../../workers/data/shown-text';
import type { TablePreview } from '../../../workers/protocol';
import { parseTags, SEPARATOR_WORDS, TAG_SEPARATORS, type TagSeparator } from '../../../workers/spec/tags';
import type { ColumnTake } from '../../state/table/table-choice';
import { useTable } from '../../state/table/table-store';
import { Select } from './select';
import { useTagFacts } from './tag-facts';

/** What may stand between the labels of a cell, as options. */
export const SEPARATORS = TAG_SEPARATORS.map((value) => ({ value, label: SEPARATOR_WORDS[value] }));

/** Cells of the file that are shown as they are split. */
const CELLS = 4;
/** Labels shown of a cell. */
const LABELS = 8;
/** Letters of a label. */
const MOST_LABEL = 80;

/** What stands between the labels of a column; until something is chosen, what the worker found. */
export function SeparatorSelect({ index, name, label }: { index: number; name: string; label?: string }) {
  const take = useTable((state) => state.takes[index]);
  const facts = useTagFacts(name);
  const setTake = useTable((state) => state.setTake);
  return (
    <Select
      {...(label === undefined ? { 'aria-label': `Separator of ${name}` } : { label })}
      data={SEPARATORS}
      value={take?.tagSeparator ?? facts?.separator ?? ';'}
      onChange={(event) => setTake(index, { tagSeparator: event.currentTarget.value as TagSeparator })}
    />
  );
}

/** How the cells of a column of tags are split, with the first ones as they are now, and its hierarchy. */
export function ColumnTags({ preview, index, take }: { preview: TablePreview; index: number; take: ColumnTake }) {
  const { name } = preview.columns[index];
  const facts = useTagFacts(name);
  const separator = take.tagSeparator ?? facts?.separator ?? ';';
  const cells = preview.head.flatMap((row) => row[index] ?? []);
  // Cells with several labels show more than those with one.
  const shown = [...cells].sort((a, b) => Number(parseTags(b, separator).length > 1) - Number(parseTags(a, separator).length > 1)).slice(0, CELLS);
  return (
    <>
      <SeparatorSelect index={index} name={name} label="Labels of a cell are separated by" />
      <ul className="csv-split" aria-label={`First cells of ${name} as labels`} aria-live="polite">
        {shown.map((cell, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the first cells of a file never move
          <li key={i}>
            {parseTags(cell, separator)
              .slice(0, LABELS)
              .map((label) => (
                <code key={label}>{shortened(label, MOST_LABEL)}</code>
              ))}
          </li>
        ))}
      </ul>
      <Hierarchy index={index} name={name} hierarchy={take.hierarchy} />
    </>
  );
}

type Kind = 'labels' | 'none' | 'pairs';
const KINDS: { value: Kind; label: string }[] = [
  { value: 'labels', label: 'From labels: A/B is within A' },
  { value: 'none', label: 'None' },
  { value: 'pairs', label: 'From pairs: child, parent' },
];
const kindOf = (hierarchy: TagHierarchy | undefined): Kind => (Array.isArray(hierarchy) ? 'pairs' : (hierarchy ?? 'labels'));

/** "child, parent" on each line; null and the number of the first line that is neither empty nor a pair. */
function readPairs(text: string): { pairs: [string, string][]; wrong: number | null } {
  const pairs: [string, string][] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const names = line.split(line.includes('\t') ? '\t' : ',').map((part) => part.trim());
    if (names.length !== 2 || names.includes('')) return { pairs, wrong: i + 1 };
    pairs.push([names[0], names[1]]);
  }
  return { pairs, wrong: null };
}

/** Where the parents of tags come from. */
function Hierarchy({ index, name, hierarchy }: { index: number; name: string; hierarchy: TagHierarchy | undefined }) {
  const setTake = useTable((state) => state.setTake);
  const [kind, setKind] = useState(kindOf(hierarchy));
  const [text, setText] = useState(Array.isArray(hierarchy) ? hierarchy.map((pair) => pair.join(', ')).join('\n') : '');
  const { pairs, wrong } = readPairs(text);
  const id = useId();
  const choose = (next: Kind) => {
    setKind(next);
    setTake(index, { hierarchy: next === 'pairs' ? pairs : next });
  };
  return (
    <>
      <Select label="Hierarchy" data={KINDS} value={kind} onChange={(event) => choose(event.currentTarget.value as Kind)} />
      {kind === 'pairs' && (
        <Textarea
          id={id}
          label={`Child and parent on each line, for ${name}`}
          placeholder="Pressure, Sensor"
          minRows={3}
          autosize
          maxRows={8}
          value={text}
          error={wrong === null ? undefined : `Line ${wrong} is no pair of names.`}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={() => wrong === null && setTake(index, { hierarchy: pairs })}
        />
      )}
    </>
  );
}
