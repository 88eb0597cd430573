import { NativeSelect, Switch } from '@mantine/core';
import { useId } from 'react';
import type { ColumnRole, DatasetSpec, TableDataset } from '../../workers/data/schema';
import { shortened } from '../../workers/data/shown-text';
import { isSeries, splitWords } from '../../workers/spec/division';
import { SPLIT_FIELDS, simulatedSchema, tableSchema, tagsSchema } from '../../workers/spec/schemas';
import { hasClasses } from '../../workers/spec/scores';
import { roleFeatures } from '../../workers/spec/tags';
import { useSpec } from '../state/spec';
import { useTable } from '../state/table/table-store';
import { plural } from '../ui/format';
import { MathText } from '../ui/math-text';
import { Field } from './field-input';
import { type FormField, fieldsOf } from './form-fields';
import { More } from './section';

/** The role of a column that may divide the rows in this way. */
const ROLE: Partial<Record<TableDataset['split'], ColumnRole>> = { 'by-group': 'key', 'by-time': 'time', 'by-column': 'fold' };

const usesColumn = (split: DatasetSpec['split']): boolean => split in ROLE;

/** What the section says of itself while it is closed. */
export function shortWords(dataset: DatasetSpec): string {
  const { split, validation, splitFeature } = dataset;
  const byLevel = split === 'by-level' || validation === 'by-level';
  const of = byLevel && splitFeature !== null ? ` of feature ${splitFeature}` : '';
  const column = dataset.kind === 'table' ? (dataset.splitColumn ?? 'a column') : '';
  switch (split) {
    case 'by-level':
      return `unseen levels${of}`;
    case 'by-tag':
      return validation === 'by-tag' ? 'unseen tags, in validation too' : 'unseen tags';
    case 'by-combination':
      return 'unseen sets of tags';
    case 'by-group':
      return `groups of ${column}`;
    case 'by-time':
      return `latest by ${column}`;
    case 'by-column': {
      const value = dataset.kind === 'table' ? dataset.testValue : null;
      return value === null ? `as ${column} says` : `test where ${column} = ${shortened(value, 20)}`;
    }
    case 'rows':
      return byLevel ? `rows; validation by level${of}` : dataset.kind === 'table' && dataset.stratify ? 'rows, stratified' : 'rows at random';
  }
}

const dividesTags = (split: DatasetSpec['split']): boolean => split === 'by-tag' || split === 'by-combination';

/** The columns of tags of a table, by name. */
const tagColumns = (dataset: DatasetSpec): string[] =>
  dataset.kind === 'table' ? roleFeatures(dataset.columns, 'tags').map(({ name }) => name) : [];

/** A field of how rows are divided; simulated tags have no levels to divide, and a table may have no tags. */
function field(key: string, dataset: DatasetSpec): FormField | undefined {
  const { kind, split } = dataset;
  const schema = kind === 'table' ? tableSchema : kind === 'tags' ? tagsSchema : simulatedSchema;
  const found = fieldsOf(schema).find((one) => one.key === key);
  if (found?.kind !== 'choice') return found;
  const none = kind === 'table' && tagColumns(dataset).length === 0;
  const hidden = kind === 'tags' ? ['by-level'] : none ? ['by-tag', 'by-combination'].filter((value) => value !== split) : [];
  // Validation by tag asks what a test by tag asks.
  if (key === 'validation' && split !== 'by-tag') hidden.push('by-tag');
  return { ...found, options: found.options.filter(({ value }) => !hidden.includes(value)) };
}

const choosesLevels = ({ split, validation }: DatasetSpec): boolean =>
  split === 'by-level' || (validation === 'by-level' && (split === 'rows' || split === 'by-column'));

/**
 * The fields of the form. One number of a feature is no choice, but one that was chosen elsewhere stays in
 * sight: it may be of a feature that there is not.
 *
 * @param features categorical features of the data; null: not known yet
 */
export const shownFields = (dataset: DatasetSpec, features: number | null): string[] =>
  SPLIT_FIELDS.filter((key) => {
    const { kind, split, splitFeature } = dataset;
    if (isSeries(dataset)) return false;
    if (key === 'splitFeature') return choosesLevels(dataset) && ((features ?? 1) > 1 || splitFeature !== null);
    // By group and by time the validation rows follow; simulated tags have no levels to validate by.
    if (key === 'validation' && kind === 'tags') return split === 'by-tag';
    return key !== 'validation' || (split !== 'by-group' && split !== 'by-time');
  });

/** Why the levels of a feature of this number cannot be divided; null when they can. */
export const featureRefusal = (number: unknown, features: number | null): string | null =>
  typeof number === 'number' && features !== null && number > features ? `The data have ${plural(features, 'categorical feature')}.` : null;

/**
 * How the rows are divided: at random, by level, so that the test shows levels that were never seen, or as a
 * column of one's own table says.
 */
export function Division({ dataset, features }: { dataset: DatasetSpec; features: number | null }) {
  const change = useSpec((state) => state.change);
  const { split, validation, splitFeature } = dataset;
  const own = dataset.kind === 'table';
  const tags = tagColumns(dataset);
  const preview = useTable((state) => state.preview);
  const dated = (own && preview?.fingerprint === dataset.fingerprint && preview.columns.find(({ dates }) => dates)?.name) || null;
  const set = (patch: Partial<TableDataset>) => change((spec) => ({ ...spec, dataset: { ...spec.dataset, ...patch } as DatasetSpec }));
  const choose = (key: string, value: unknown) => {
    const refusal = key === 'splitFeature' ? featureRefusal(value, features) : null;
    if (refusal !== null) return refusal;
    // Validation by tag goes with a test by tag alone.
    const rows = key === 'split' && value !== 'by-tag' && validation === 'by-tag' ? { validation: 'rows' as const } : {};
    if (key !== 'split' || !own) return set({ [key]: value, ...rows });
    const chosen = value as TableDataset['split'];
    const named = dataset.columns.find(({ role }) => role === ROLE[chosen])?.name ?? (chosen === 'by-time' ? dated : null);
    // The number of a feature is not that of a column of tags.
    const feature = dividesTags(chosen) === dividesTags(split) ? {} : { splitFeature: null };
    return set({ split: chosen, splitColumn: usesColumn(chosen) ? named : null, testValue: null, ...feature, ...rows });
  };
  return (
    <More control="division" title="Test and validation" value={isSeries(dataset) ? 'latest steps' : shortWords(dataset)}>
      {shownFields(dataset, features).map((key) => {
        const one = field(key, dataset);
        return (
          one && (
            <Field key={`${dataset.kind} ${key}`} field={one} value={dataset[key as keyof DatasetSpec]} onChange={(value) => choose(key, value)} />
          )
        );
      })}
      {own && dividesTags(split) && (tags.length > 1 || splitFeature !== null) && (
        <div className="field">
          <NativeSelect
            label="Column of tags"
            value={String(splitFeature ?? '')}
            data={[
              { value: '', label: 'The one with most tags' },
              ...tags.map((name, i) => ({ value: String(i + 1), label: name })),
              ...(splitFeature !== null && splitFeature > tags.length
                ? [{ value: String(splitFeature), label: `number ${splitFeature} (not in this table)` }]
                : []),
            ]}
            onChange={(event) => set({ splitFeature: Number(event.currentTarget.value) || null })}
          />
        </div>
      )}
      {own && usesColumn(split) && <ByColumn dataset={dataset} set={set} />}
      {own && hasClasses(dataset.task) && split === 'rows' && validation === 'rows' && <Stratified dataset={dataset} set={set} />}
      <p className="help">
        <MathText>{splitWords(dataset)}</MathText>
      </p>
    </More>
  );
}

interface PartProps {
  dataset: TableDataset;
  set(patch: Partial<TableDataset>): string | null;
}

/** The column that divides the rows, and the value of it that tests. */
function ByColumn({ dataset, set }: PartProps) {
  const { split, splitColumn, testValue, columns } = dataset;
  const preview = useTable((state) => state.preview);
  const values = preview?.fingerprint === dataset.fingerprint ? preview.columns.find(({ name }) => name === splitColumn)?.fewValues : undefined;
  const known = values ?? (testValue === null ? [] : [testValue]);
  return (
    <>
      <div className="field">
        <NativeSelect
          label="Column"
          value={splitColumn ?? ''}
          data={[
            { value: '', label: 'Choose a column' },
            ...columns.filter(({ role }) => role !== 'target').map(({ name }) => ({ value: name, label: name })),
          ]}
          onChange={(event) => set({ splitColumn: event.currentTarget.value || null, testValue: null })}
        />
      </div>
      {split === 'by-column' && (
        <div className="field">
          <NativeSelect
            label="Rows that test"
            value={testValue === null ? 'words' : `= ${testValue}`}
            data={[
              { value: 'words', label: 'as its words say: train, test' },
              ...known.map((value) => ({ value: `= ${value}`, label: shortened(value, 60) })),
            ]}
            onChange={(event) => set({ testValue: event.currentTarget.value === 'words' ? null : event.currentTarget.value.slice(2) })}
          />
        </div>
      )}
    </>
  );
}

function Stratified({ dataset, set }: PartProps) {
  const id = useId();
  const one = field('stratify', dataset);
  return (
    <div className="lineitem">
      <div>
        <label htmlFor={id}>{one?.title}</label>
        <p className="help" id={`${id}-help`}>
          {one?.help}
        </p>
      </div>
      <Switch
        id={id}
        aria-describedby={`${id}-help`}
        checked={dataset.stratify}
        onChange={(event) => set({ stratify: event.currentTarget.checked })}
      />
    </div>
  );
}
