import { Checkbox } from '@mantine/core';
import { useId } from 'react';
import { shortened } from '../../../workers/data/shown-text';
import type { TablePreview } from '../../../workers/protocol';
import { seriesTableSchema } from '../../../workers/spec/schemas';
import { numberColumns, seriesColumns, type WindowChoice } from '../../state/table/series-choice';
import { useSeries } from '../../state/table/series-store';
import { useTable } from '../../state/table/table-store';
import { count, plural } from '../../ui/format';
import { WarningList } from '../data-warnings';
import { Field } from '../field-input';
import { fieldsOf } from '../form-fields';
import { More } from '../section';
import { PressingQuestions, Problem } from './problem';
import { ReadingLines } from './reading-lines';
import { RowsAreSteps } from './rows-are-steps';
import { Select } from './select';
import { SeriesTags } from './series-tags';
import { toResults } from './to-results';

/** What is predicted from series of one's own, which columns they are, and their tags. */
export function SeriesStep({ heading }: { heading: React.RefObject<HTMLHeadingElement | null> }) {
  const preview = useTable((state) => state.preview);
  const rereading = useTable((state) => state.rereading);
  const tableError = useTable((state) => state.error);
  const cancel = useTable((state) => state.cancel);
  const state = useSeries((all) => all);
  if (!preview) return null;
  const { wanted, reading, checking, summary, use } = state;
  const names = seriesColumns(preview, state);
  const asks = preview.questions.filter(({ pressing, column }) => pressing && column !== null && names.includes(column));
  const error = tableError ?? state.error ?? missingFile(wanted);
  const blocked = error !== null || reading !== null || rereading;
  return (
    <section ref={toResults} className="csv" aria-labelledby="csv-title">
      <div className="csv-head">
        <h2 id="csv-title" ref={heading} tabIndex={-1}>
          What is predicted from these series?
        </h2>
        <button type="button" className="btn quiet csv-wide" onClick={cancel}>
          Cancel
        </button>
        <button
          type="button"
          className="btn solid csv-wide csv-use"
          aria-disabled={blocked}
          aria-describedby={error ? 'csv-problem' : undefined}
          onClick={() => !blocked && void use()}
        >
          Use these series
        </button>
      </div>
      <div className="csv-bar">
        <b>{preview.name}</b>
        <span className="tab" aria-live="polite" aria-busy={checking || rereading}>
          {count(preview.rows)} steps of {count(names.length)} series
          {summary && !error && `: ${plural(summary.trainRows, 'window')} an epoch, ${plural(summary.testRows, 'test window')}`}
        </span>
        <RowsAreSteps />
      </div>
      <div className="csv-problem" role="status" id="csv-problem">
        {error && <Problem {...error} />}
        <PressingQuestions questions={asks} />
      </div>
      <div className="csv-series">
        <section aria-labelledby="csv-windows">
          <h3 id="csv-windows">Windows</h3>
          <Windows preview={preview} />
        </section>
        <section aria-labelledby="csv-series-columns">
          <h3 id="csv-series-columns">Columns</h3>
          <Columns preview={preview} />
        </section>
        <section aria-labelledby="csv-series-tags">
          <h3 id="csv-series-tags">Tags of the series</h3>
          <SeriesTags />
        </section>
      </div>
      <WarningList warnings={summary?.warnings ?? []} label="What to know of these series" />
      <ReadingLines />
    </section>
  );
}

const missingFile = (wanted: string | null) =>
  wanted === null
    ? null
    : {
        code: 'table-missing',
        message: `These settings also need ${wanted}, which is not in this browser.`,
        hint: 'Choose it, or go on without tags.',
      };

const FIRST: readonly (keyof WindowChoice)[] = ['predicts', 'length', 'horizon'];
const LATER: readonly (keyof WindowChoice)[] = ['trainShare', 'heldOut', 'period', 'scaling'];

/** The fields of windows; a forecast has a horizon, and neither a clock nor series held out. */
function Windows({ preview }: { preview: TablePreview }) {
  const window = useSeries((state) => state.window);
  const target = useSeries((state) => state.target);
  const time = useSeries((state) => state.time);
  const set = useSeries((state) => state.set);
  const setWindow = useSeries((state) => state.setWindow);
  const forecast = window.predicts === 'forecast';
  const hidden: readonly (keyof WindowChoice)[] = forecast ? ['heldOut', 'period'] : ['horizon'];
  const form = fieldsOf(seriesTableSchema);
  const shown = (keys: readonly (keyof WindowChoice)[]) =>
    keys.flatMap((key) => {
      const field = hidden.includes(key) ? undefined : form.find((one) => one.key === key);
      if (!field) return [];
      const change = (value: unknown) => {
        setWindow({ [key]: value });
        return null;
      };
      return [<Field key={key} field={field} value={window[key]} onChange={change} />];
    });
  const [predicts, ...others] = shown(FIRST);
  return (
    <>
      {predicts}
      {window.predicts !== 'next-step' && (
        <div className="field">
          <Select
            label="Target"
            data={numberColumns(preview, time)}
            value={target ?? ''}
            onChange={(event) => set({ target: event.currentTarget.value })}
          />
        </div>
      )}
      {others}
      <More control="own-table" title="More" value={`test: the last ${count(100 * (1 - window.trainShare))}\u00a0% of the steps`}>
        {shown(LATER)}
      </More>
    </>
  );
}

/** The column of times, and which columns of numbers are series. */
function Columns({ preview }: { preview: TablePreview }) {
  const state = useSeries((all) => all);
  const { time, target, window, left, set } = state;
  const id = useId();
  const numbers = numberColumns(preview, time).filter((name) => window.predicts === 'next-step' || name !== target);
  const toggle = (name: string, used: boolean) => set({ left: used ? left.filter((other) => other !== name) : [...left, name] });
  return (
    <>
      <div className="field">
        <Select
          label="Time"
          aria-describedby={id}
          data={[
            { value: '', label: 'None: rows are steps in order' },
            ...preview.columns.map(({ name }) => ({ value: name, label: shortened(name, 60) })),
          ]}
          value={time ?? ''}
          onChange={(event) => set({ time: event.currentTarget.value || null })}
        />
        <p className="help" id={id}>
          Tells where steps are missing, so that no window crosses a gap. It has to rise from row to row.
        </p>
      </div>
      <fieldset className="csv-series-list">
        <legend>Series</legend>
        {numbers.map((name) => (
          <Checkbox
            key={name}
            label={shortened(name, 80)}
            checked={!left.includes(name)}
            onChange={(event) => toggle(name, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
    </>
  );
}
