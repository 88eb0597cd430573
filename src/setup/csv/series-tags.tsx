import { FileButton } from '@mantine/core';
import { shortened } from '../../../workers/data/shown-text';
import type { TablePreview } from '../../../workers/protocol';
import { parseTags, type TagSeparator } from '../../../workers/spec/tags';
import type { FeaturesChoice } from '../../state/table/series-choice';
import { useSeries } from '../../state/table/series-store';
import { plural } from '../../ui/format';
import { Icon } from '../../ui/icons';
import { SEPARATORS } from './column-tags';
import { Problem } from './problem';
import { Select } from './select';
import { TABLE_FILES } from './table-files';

/** Rows of the table of tags that are shown as they are read. */
const ROWS = 4;

/** The second file: a row a series, with its name and its tags. */
export function SeriesTags() {
  const features = useSeries((state) => state.features);
  const reading = useSeries((state) => state.reading);
  const wanted = useSeries((state) => state.wanted);
  const error = useSeries((state) => state.featuresError);
  const open = useSeries((state) => state.openFeatures);
  const remove = useSeries((state) => state.removeFeatures);
  return (
    <>
      <p className="help">
        A second file with a row for each series: its name, as the column is called, and its tags. Without it no method sees tags.
      </p>
      {features && (
        <p>
          <b>{features.preview.name}</b> <span className="help">{plural(features.preview.rows, 'row')}</span>
        </p>
      )}
      <div className="csv-acts">
        <FileButton accept={TABLE_FILES} inputProps={{ 'aria-label': 'Choose the file of tags' }} onChange={(file) => file && void open(file)}>
          {(props) => (
            <button type="button" className="btn" {...props}>
              <Icon name="upload" small />
              {features ? 'Choose another file' : 'Choose a file of tags'}
            </button>
          )}
        </FileButton>
        {(features || wanted !== null) && (
          <button type="button" className="btn quiet" onClick={remove}>
            Without tags
          </button>
        )}
      </div>
      <div className="csv-problem" role="status">
        {reading !== null && <span className="help">Reading {reading}.</span>}
        {error && <Problem {...error} />}
      </div>
      {features && <Which features={features} />}
    </>
  );
}

/** The name column, the tags, and the first series as they are read. */
function Which({ features }: { features: FeaturesChoice }) {
  const set = useSeries((state) => state.setFeatures);
  const { preview, key, tags, separator } = features;
  const others = preview.columns.filter(({ name }) => name !== key);
  const chosen = `${tags.block ? 'block' : 'column'} ${tags.name}`;
  const choose = (value: string) => {
    const block = value.startsWith('block ');
    const name = value.slice(value.indexOf(' ') + 1);
    const guessed = preview.columns.find((column) => column.name === name)?.tagSeparator;
    set({ tags: { name, block }, separator: block ? null : (guessed ?? separator ?? ';') });
  };
  return (
    <>
      <div className="field">
        <Select
          label="Column of names"
          data={preview.columns.map(({ name }) => name)}
          value={key}
          onChange={(event) => set({ key: event.currentTarget.value })}
        />
      </div>
      <div className="field">
        <Select
          label="Tags"
          data={[
            ...(preview.blocks ?? []).map(({ block, columns }) => ({
              value: `block ${block}`,
              label: `${plural(columns.length, 'column')} of 0 and 1, ${block}…`,
            })),
            ...others.map(({ name }) => ({ value: `column ${name}`, label: name })),
          ]}
          value={chosen}
          onChange={(event) => choose(event.currentTarget.value)}
        />
      </div>
      {!tags.block && (
        <div className="field">
          <Select
            label="Labels of a cell are separated by"
            data={SEPARATORS}
            value={separator ?? ';'}
            onChange={(event) => set({ separator: event.currentTarget.value as TagSeparator })}
          />
        </div>
      )}
      <ul className="csv-split" aria-label="First series with their tags" aria-live="polite">
        {preview.head.slice(0, ROWS).map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the first rows of a file never move
          <li key={i}>
            <span>{shortened(row[preview.columns.findIndex(({ name }) => name === key)] ?? 'no name', 80)}</span>
            {labelsOf(features, row).map((label) => (
              <code key={label}>{shortened(label, 80)}</code>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Labels of a row as the worker will read them. */
function labelsOf({ preview, tags, separator }: FeaturesChoice, row: TablePreview['head'][number]): string[] {
  if (!tags.block) return parseTags(row[preview.columns.findIndex(({ name }) => name === tags.name)] ?? '', separator ?? ';');
  const inside = preview.blocks?.find(({ block }) => block === tags.name)?.columns ?? [];
  return inside
    .filter((name) => Number(row[preview.columns.findIndex((column) => column.name === name)]) === 1)
    .map((name) => name.slice(tags.name.length));
}
