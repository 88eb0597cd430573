import { Checkbox, Popover, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ColumnRole, Step } from '../../../workers/data/schema';
import { shortened } from '../../../workers/data/shown-text';
import type { TablePreview } from '../../../workers/protocol';
import { withStep } from '../../../workers/spec/reading';
import type { ColumnTake } from '../../state/table/table-choice';
import { useTable } from '../../state/table/table-store';
import { plural } from '../../ui/format';
import { Icon } from '../../ui/icons';
import { ColumnEdges } from './column-edges';
import { ColumnTags } from './column-tags';
import { readAs } from './reading-words';
import { Select } from './select';
import { useTagFacts } from './tag-facts';

const NOTHING: ColumnTake = {};

/** How one column is read, as the button that opens its choices. */
export function ColumnReading({ preview, index, role }: { preview: TablePreview; index: number; role: ColumnRole }) {
  const take = useTable((state) => state.takes[index]) ?? NOTHING;
  const column = preview.columns[index];
  const steps = preview.steps.map(({ step }) => step);
  const facts = useTagFacts(column.name);
  const words = readAs(column, steps, role, role === 'tags' && facts?.separator ? { tagSeparator: facts.separator, ...take } : take);
  return (
    <Popover position="bottom-start" width={288} shadow="none" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <button type="button" className="csv-read" aria-label={`How ${column.name} is read: ${words}`} title={words}>
          <span>{words}</span>
          <Icon name="down" small />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={`How ${column.name} is read`} className="csv-reading">
        <b>{column.name}</b>
        <MissingWords preview={preview} index={index} steps={steps} />
        <Meaning name={column.name} steps={steps} />
        {role === 'categorical' && take.block === undefined && <NestedIn preview={preview} index={index} nestedIn={take.nestedIn} />}
        {role === 'categorical' && take.block === undefined && <ColumnEdges index={index} name={column.name} take={take} />}
        {role === 'tags' && take.block === undefined && <ColumnTags preview={preview} index={index} take={take} />}
      </Popover.Dropdown>
    </Popover>
  );
}

/** Words that count as missing in the column, each with its cells; any other can be added. */
function MissingWords({ preview, index, steps }: { preview: TablePreview; index: number; steps: Step[] }) {
  const reread = useTable((state) => state.reread);
  const { name, missingWords } = preview.columns[index];
  // A word that is taken off the list stays in sight, so that it can be put back.
  const [seen] = useState(() => missingWords.map(({ word }) => word));
  const [word, setWord] = useState('');
  const taken = missingWords.map((found) => found.word);
  const set = (words: string[]) => void reread(withStep(steps, { kind: 'missing-words', columns: [name], words }));
  const list = [...new Set([...seen, ...taken])];
  return (
    <fieldset>
      <legend>Missing, besides empty cells</legend>
      {list.map((text) => (
        <Checkbox
          key={text}
          className="csv-word"
          checked={taken.includes(text)}
          onChange={(event) => set(event.currentTarget.checked ? [...taken, text] : taken.filter((other) => other !== text))}
          label={
            <>
              <code>{shortened(text, 32)}</code>
              {taken.includes(text) && <small> {plural(missingWords.find((found) => found.word === text)?.count ?? 0, 'cell')}</small>}
            </>
          }
        />
      ))}
      <form
        className="csv-add"
        onSubmit={(event) => {
          event.preventDefault();
          if (word.trim() !== '') set([...taken, word.trim()]);
          setWord('');
        }}
      >
        <TextInput
          aria-label={`Another word for missing in ${name}`}
          placeholder="Another word"
          value={word}
          onChange={(event) => setWord(event.currentTarget.value)}
        />
        <button type="submit" className="btn">
          Add
        </button>
      </form>
    </fieldset>
  );
}

const MEANINGS = [
  { value: 'plain', label: 'As written, with 1234.5' },
  { value: ',', label: 'Numbers with 1234,5' },
  { value: '.,', label: 'Numbers with 1,234.5' },
  { value: ',.', label: 'Numbers with 1.234,5' },
  { value: ', ', label: 'Numbers with 1 234,5' },
  { value: 'category', label: 'Names, not numbers or dates' },
];

/** What the texts of the column stand for. */
function Meaning({ name, steps }: { name: string; steps: Step[] }) {
  const reread = useTable((state) => state.reread);
  const step = steps.find((other) => (other.kind === 'decimal' || other.kind === 'date' || other.kind === 'category') && other.column === name);
  const value =
    step?.kind === 'decimal' ? `${step.decimal}${step.thousands}` : step?.kind === 'category' ? 'category' : step?.kind === 'date' ? 'date' : 'plain';
  const data = [
    ...(step?.kind === 'date' ? [{ value: 'date', label: `Dates, as ${step.as === 'days' ? 'days since the first' : step.as}` }] : []),
    ...MEANINGS,
    ...(MEANINGS.some((meaning) => meaning.value === value) || value === 'date' ? [] : [{ value, label: 'Numbers, as found' }]),
  ];
  const choose = (next: string) => {
    if (next === value) return;
    const without = steps.filter((other) => other !== step);
    if (next === 'plain') return void reread(without);
    if (next === 'category') return void reread(withStep(without, { kind: 'category', column: name }));
    const affix = step?.kind === 'decimal' && step.affix ? { affix: step.affix } : {};
    const [decimal, thousands] =
      next === ',' ? ([',', ''] as const) : next === '.,' ? (['.', ','] as const) : next === ',.' ? ([',', '.'] as const) : ([',', ' '] as const);
    void reread(withStep(without, { kind: 'decimal', column: name, decimal, thousands, ...affix }));
  };
  return <Select label="Cells are" data={data} value={value} onChange={(event) => choose(event.currentTarget.value)} />;
}

function NestedIn({ preview, index, nestedIn }: { preview: TablePreview; index: number; nestedIn: string | undefined }) {
  const setNestedIn = useTable((state) => state.setNestedIn);
  const others = preview.columns.filter((column, place) => place !== index && column.labels >= 2 && column.kind !== 'number').map(({ name }) => name);
  return (
    <Select
      label="Labels are counted anew in each"
      data={[{ value: '', label: 'Nothing: a label is one level' }, ...others.map((name) => ({ value: name, label: name }))]}
      value={nestedIn ?? ''}
      onChange={(event) => setNestedIn(index, event.currentTarget.value || null)}
    />
  );
}
