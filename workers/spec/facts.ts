import type { DatasetSpec, Task } from '../data/schema';
import { testShare, trainingShare } from '../data/split';

/** What is known of a dataset before anything is computed. */
export interface DatasetFacts {
  task: Task;
  /** Numeric features. */
  p: number;
  /** Cardinality of each categorical feature. */
  levels: number[];
  trainRows: number;
  validationRows: number;
  testRows: number;
}

const ORANGE = { rows: 35, p: 1, levels: [5] } as const;

/** The facts of a simulated or shipped dataset; null for a table, of which only the worker that holds it knows them. */
export function factsOf(dataset: DatasetSpec): DatasetFacts | null {
  switch (dataset.kind) {
    case 'simulated': {
      const { task, p, levels, testRows } = dataset;
      const trainRows = trainingShare(dataset.trainRows);
      return { task, p, levels, trainRows, validationRows: dataset.trainRows - trainRows, testRows };
    }
    case 'orange': {
      const testRows = testShare(ORANGE.rows, 0.2);
      const training = ORANGE.rows - testRows;
      const trainRows = trainingShare(training);
      return { task: 'regression', p: ORANGE.p, levels: [...ORANGE.levels], trainRows, validationRows: training - trainRows, testRows };
    }
    case 'table':
      return null;
  }
}
