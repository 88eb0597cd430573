import { type Dataset, severalClasses } from './dataset';
import type { EdgeFile } from './edges/edge-file';
import { withEdges } from './edges/given';
import { LabFailure } from './failure';
import { orangeTrees } from './orange';
import { withSteps } from './reading/apply';
import { preparingTable } from './roles';
import { sampledTable } from './sample';
import type { ColumnVectors, DatasetSpec, DrawnDataset } from './schema';
import { windowsAnEpoch } from './series/epoch';
import type { Series } from './series/series';
import { seriesDataset } from './series/table';
import { simulation } from './simulate';
import { collaborativeSimulation } from './simulate-collaborative';
import { growthSimulation } from './simulate-growth';
import { lmmnnSimulation } from './simulate-lmmnn';
import { tagSeriesSimulation } from './simulate-tag-series';
import { tagSimulation } from './simulate-tags';
import { type UnseenRows, unseenRows } from './split';
import type { DatasetSummary } from './summary';
import type { Table } from './table';
import { type SeriesProblem, shapeOf } from './tag-rows';
import { unseenTagRows } from './tags/unseen';
import { withVectors } from './vectors/given';
import type { VectorFile } from './vectors/vector-file';
import { dataWarnings } from './warnings';
import { inTurns, REST_ROWS } from './work';

/**
 * The dataset of an experiment: simulated, shipped with the lab, or a table that was opened.
 *
 * @param tables opened tables by fingerprint
 * @param report hears the finished share of a simulation and is waited for, so that it can let messages in;
 * it may throw to cancel
 * @param vectorFiles opened files of level vectors by fingerprint
 * @param edgeFiles opened files of edges between levels by fingerprint; asked for where `spec.edges` is true
 * @throws LabFailure 'table-missing' when the spec's table is not open, and those of `simulate`,
 * `tableDataset`, `withVectors` and `withEdges`
 */
export async function prepareDataset(
  spec: { dataset: DatasetSpec; vectors?: readonly ColumnVectors[]; edges?: boolean; seeds: { data: number; split: number } },
  tables: ReadonlyMap<string, Table>,
  report?: (fraction: number) => Promise<void> | void,
  vectorFiles: ReadonlyMap<string, VectorFile> = new Map(),
  edgeFiles: ReadonlyMap<string, EdgeFile> = new Map(),
): Promise<Dataset> {
  const own = await withoutFiles(spec, tables, report);
  const prepared = spec.edges ? withEdges(own, spec.dataset, edgeFiles) : own;
  return spec.vectors && spec.vectors.length > 0 ? withVectors(prepared, spec.vectors, vectorFiles) : prepared;
}

async function withoutFiles(
  { dataset, seeds }: { dataset: DatasetSpec; seeds: { data: number; split: number } },
  tables: ReadonlyMap<string, Table>,
  report?: (fraction: number) => Promise<void> | void,
): Promise<Dataset> {
  switch (dataset.kind) {
    case 'simulated':
    case 'growth':
    case 'collaborative':
    case 'lmmnn':
    case 'tags':
    case 'tag-series': {
      const steps = drawing(dataset, seeds);
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) return step.value;
        await report?.(step.value);
      }
    }
    case 'orange':
      return orangeTrees(dataset, seeds);
    case 'series-table': {
      const table = tables.get(dataset.fingerprint) ?? missingTable(dataset.name);
      const { features } = dataset;
      const own = features && (tables.get(features.fingerprint) ?? missingTable(features.name));
      return seriesDataset(withSteps(table, dataset.reading), own && withSteps(own, features?.reading), dataset, seeds);
    }
    case 'table': {
      const table = tables.get(dataset.fingerprint);
      const read = withSteps(table ?? missingTable(dataset.name), dataset.reading);
      const rests = dataset.columns.length * (2 + Math.ceil(read.rows / REST_ROWS));
      let met = 0;
      return inTurns(preparingTable(sampledTable(read, dataset.sample, seeds.data), dataset, seeds), async () => {
        await report?.(Math.min(1, ++met / rests));
      });
    }
  }
}

function missingTable(name: string): never {
  throw new LabFailure('table-missing', `The table ${name} is not open in this page; it never leaves your computer.`, `Choose ${name} again.`);
}

/** The simulation a spec asks for: it yields its finished share (0 … 1) and returns the dataset. */
export function drawing(spec: DrawnDataset, seeds: { data: number; split: number }): Generator<number, Dataset> {
  switch (spec.kind) {
    case 'simulated':
      return simulation(spec, seeds);
    case 'growth':
      return growthSimulation(spec, seeds);
    case 'collaborative':
      return collaborativeSimulation(spec, seeds);
    case 'lmmnn':
      return lmmnnSimulation(spec, seeds);
    case 'tags':
      return tagSimulation(spec, seeds);
    case 'tag-series':
      return tagSeriesSimulation(spec, seeds);
  }
}

/** What the page may know of the data before training. */
export function summarize(dataset: Dataset): DatasetSummary {
  const { train, validation, test } = dataset.split;
  // Results come from level vectors of training and validation rows together, so a level of either is seen.
  const unseenTest = unseenRows(dataset.categorical, [train, validation], test);
  const unseenValidation = unseenRows(dataset.categorical, [train], validation);
  // A forecast has the tags of its series, not of its rows.
  const { tags, counts } = shapeOf(dataset);
  const unseenTags = tags ? unseenTagRows(dataset) : [];
  const unseen = (part: 'test' | 'validation', { rows }: UnseenRows): number =>
    new Set([rows, ...unseenTags.map((of) => of[part])].flatMap((of) => [...of])).size;
  return {
    task: dataset.task,
    ...(severalClasses(dataset) !== undefined && dataset.classLabels && { classes: dataset.classLabels }),
    trainRows: dataset.series ? windowsAnEpoch(dataset.series, train) : train.length,
    validationRows: validation.length,
    testRows: test.length,
    p: dataset.p,
    features: dataset.categorical.map(({ name, cardinality }, k) => ({ name, levels: cardinality, unseenTestRows: unseenTest.features[k] })),
    ...(counts && { counts }),
    ...(dataset.events && { events: { name: dataset.events.name, censored: censoredShare(dataset) } }),
    ...(dataset.series && { series: seriesSummary(dataset, dataset.series) }),
    ...(tags && { tags: tags.map((shape, i) => ({ name: dataset.tags?.[i].name ?? '', ...shape, unseenTestRows: unseenTags[i].test.length })) }),
    unseen: { testRows: unseen('test', unseenTest), validationRows: unseen('validation', unseenValidation) },
    targetName: dataset.targetName,
    hasTruth: dataset.truth !== null,
    truth: dataset.truth?.components ?? null,
    fingerprint: dataset.fingerprint,
    warnings: dataWarnings(dataset),
  };
}

/** The share of the rows that are used whose event was not seen. */
function censoredShare({ events, split }: Dataset): number {
  let [rows, censored] = [0, 0];
  for (const part of [split.train, split.validation, split.test])
    for (const row of part) {
      rows++;
      if (events?.seen[row] === 0) censored++;
    }
  return censored / Math.max(1, rows);
}

function seriesSummary(dataset: Dataset, series: Series): DatasetSummary['series'] {
  const shape = shapeOf(dataset).series as SeriesProblem;
  const { exogenousTags: sets } = shape;
  const known = series.known.reduce((sum, one) => sum + one, 0);
  return {
    ...shape,
    ...(sets && { exogenousTags: { tags: sets.tags, places: sets.places, rows: sets.rows } }),
    steps: series.steps,
    known,
    held: series.names.length - known,
  };
}
