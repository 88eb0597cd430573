import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SeriesTableDataset, Step } from '../../../workers/data/schema';
import type { DatasetSummary, TablePreview } from '../../../workers/protocol';
import type { ExperimentSpec } from '../../../workers/spec/experiment';
import { DEFAULT_PRESET } from '../../../workers/spec/presets';
import { createSeriesStore, type SeriesClient } from './series-state';
import { CHECK_DELAY } from './table-state';
import { longTable, seriesSummary, tagTable } from './test-tables';

const REFUSED = { code: 'table-refused', message: 'It is no table.', hint: 'Choose another file.' };

/** A store whose worker answers when a test says so. */
function page(spec: ExperimentSpec = DEFAULT_PRESET) {
  const asked: { dataset: SeriesTableDataset; answer(error?: unknown): void }[] = [];
  const opened: { steps: Step[] | undefined; answer(preview: TablePreview | null): void }[] = [];
  const client: SeriesClient = {
    summarize: ({ dataset }) =>
      new Promise<DatasetSummary>((resolve, reject) => {
        const series = dataset as SeriesTableDataset;
        asked.push({ dataset: series, answer: (error) => (error === undefined ? resolve(seriesSummary(series)) : reject(error)) });
      }),
    openFeatures: (_, steps) =>
      new Promise((resolve, reject) => opened.push({ steps, answer: (preview) => (preview ? resolve(preview) : reject(REFUSED)) })),
  };
  const table = { preview: longTable(), phase: 'roles' as const, handOver: vi.fn() };
  const experiment = { now: spec };
  const access = {
    current: () => experiment.now,
    change(edit: (spec: ExperimentSpec) => ExperimentSpec) {
      experiment.now = edit(experiment.now);
      return null;
    },
  };
  const store = createSeriesStore(client, access, { getState: () => table });
  return { store, asked, opened, table, experiment, state: () => store.getState() };
}

const soon = () => vi.advanceTimersByTimeAsync(CHECK_DELAY);
const settled = () => vi.advanceTimersByTimeAsync(0);
const FILE = new File([''], 'tags.csv');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the store of series of one’s own', () => {
  it('asks once when the choice rests, and only the answer to the newest question counts', async () => {
    const { state, asked } = page();
    state().arrive(longTable(), false);
    state().show(true);
    state().setWindow({ length: 12 });
    await soon();
    state().setWindow({ length: 36 });
    await soon();
    expect(asked.map(({ dataset }) => dataset.length)).toEqual([12, 36]);
    asked[1].answer();
    await settled();
    asked[0].answer(REFUSED);
    await settled();
    expect(state()).toMatchObject({ checking: false, error: null, summary: { series: { length: 36 } } });
  });

  it('a refused file of tags leaves the one before, and so does one that comes late', async () => {
    const { state, opened } = page();
    state().arrive(longTable(), false);
    void state().openFeatures(FILE);
    opened[0].answer(tagTable());
    await settled();
    expect(state()).toMatchObject({ reading: null, features: { key: 'sensor', separator: '|' } });
    void state().openFeatures(FILE);
    opened[1].answer(null);
    await settled();
    expect(state()).toMatchObject({ reading: null, featuresError: REFUSED, features: { key: 'sensor' } });
    void state().openFeatures(FILE);
    state().removeFeatures();
    opened[2].answer(tagTable());
    await settled();
    expect(state().features).toBeNull();
  });

  it('becomes the dataset once it is checked, and comes back with undo and redo', async () => {
    const { state, asked, table, experiment } = page();
    state().arrive(longTable(), false);
    state().show(true);
    const using = state().use();
    await settled();
    asked.at(-1)?.answer();
    expect(await using).toBe(true);
    expect(experiment.now.dataset).toMatchObject({ kind: 'series-table', name: 'steps.csv', length: 24 });
    expect(table.handOver).toHaveBeenCalledOnce();
    const used = experiment.now;
    expect(state().inUse).toEqual(seriesSummary(used.dataset as SeriesTableDataset));
    experiment.now = DEFAULT_PRESET;
    state().follow();
    expect(state().inUse).toBeNull();
    state().setWindow({ length: 6 });
    Object.assign(table, { phase: 'none' });
    experiment.now = used;
    state().follow();
    expect(state()).toMatchObject({ window: { length: 24 }, inUse: { trainRows: 10 } });
  });

  it('is not used while the worker refuses it, nor without the tags that a link asks for', async () => {
    const made = page();
    made.state().arrive(longTable(), false);
    const refused = made.state().use();
    await settled();
    made.asked[0].answer(REFUSED);
    expect(await refused).toBe(false);
    expect(made.state()).toMatchObject({ error: REFUSED, summary: null });
    void made.state().openFeatures(FILE);
    made.opened[0].answer(tagTable());
    await settled();
    const using = made.state().use();
    await settled();
    made.asked.at(-1)?.answer();
    expect(await using).toBe(true);
    const { state, asked, opened } = page(made.experiment.now);
    state().arrive(longTable(), false);
    expect(state()).toMatchObject({ shown: true, features: null, wanted: 'tags.csv' });
    const early = state().use();
    await settled();
    asked.at(-1)?.answer();
    expect(await early).toBe(false);
    // Its own steps lead to the table of the link, so its roles are those of the link.
    void state().openFeatures(FILE);
    expect(opened[0].steps).toEqual([]);
    opened[0].answer(tagTable());
    await settled();
    expect(state()).toMatchObject({ wanted: null, features: { key: 'sensor' } });
  });
});
