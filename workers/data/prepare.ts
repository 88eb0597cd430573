import type { DatasetSummary } from '../protocol';
import type { Dataset } from './dataset';
import { LabFailure } from './failure';
import { orangeTrees } from './orange';
import { tableDataset } from './roles';
import type { DatasetSpec } from './schema';
import { simulation } from './simulate';
import type { Table } from './table';

/**
 * The dataset of an experiment: simulated, shipped with the lab, or a table that was opened.
 *
 * @param tables opened tables by fingerprint
 * @param report hears the finished share of a simulation and is waited for, so that it can let messages in; it may throw to cancel
 * @throws LabFailure 'table-missing' when the spec's table is not open, and those of `simulate` and `tableDataset`
 */
export async function prepareDataset(
  spec: { dataset: DatasetSpec; seeds: { data: number; split: number } },
  tables: ReadonlyMap<string, Table>,
  report?: (fraction: number) => Promise<void> | void,
): Promise<Dataset> {
  const { dataset, seeds } = spec;
  switch (dataset.kind) {
    case 'simulated': {
      const steps = simulation(dataset, seeds);
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) return step.value;
        await report?.(step.value);
      }
    }
    case 'orange':
      return orangeTrees(seeds);
    case 'table': {
      const table = tables.get(dataset.fingerprint);
      if (table) return tableDataset(table, dataset, seeds);
      throw new LabFailure(
        'table-missing',
        `The table ${dataset.name} is not open in this page; it never leaves your computer.`,
        `Choose ${dataset.name} again.`,
      );
    }
  }
}

/** What the page may know of the data before training. */
export function summarize(dataset: Dataset): DatasetSummary {
  return {
    task: dataset.task,
    trainRows: dataset.split.train.length,
    validationRows: dataset.split.validation.length,
    testRows: dataset.split.test.length,
    p: dataset.p,
    features: dataset.categorical.map(({ name, cardinality }) => ({ name, levels: cardinality })),
    targetName: dataset.targetName,
    hasTruth: dataset.truth !== null,
    fingerprint: dataset.fingerprint,
  };
}
