import type { Dataset } from '../data/dataset';
import { EVALUATION_ROWS } from '../engine/constants';
import { eachSlice } from './batches';
import { ModelEvaluator } from './model-evaluator';
import { type KeptSnapshots, posteriorOfSample, type Snapshot } from './snapshots';
import { modelOf } from './trace/source';
import { featurePosterior } from './views';

/** Rows in batches of an evaluation. */
async function* slices(rows: Uint32Array): AsyncGenerator<Uint32Array> {
  yield* eachSlice(rows, EVALUATION_ROWS);
}

/**
 * Computes what a snapshot left for later, once: its posteriors, through a model of its own with the weights
 * of that epoch. `of`: the method, the data and the seed of the run.
 */
export async function finishSnapshot(
  { id, dataset, weightSeed }: { id: string; dataset: Dataset; weightSeed: number },
  { sample }: Pick<KeptSnapshots, 'sample'>,
  snapshot: Snapshot,
): Promise<void> {
  const { late } = snapshot;
  if (!late) return;
  const model = modelOf({ ...late, id, dataset, weightSeed }, late.weights);
  const evaluator = new ModelEvaluator({ model, dataset, batchSize: late.batchSize, learningRate: late.learningRate });
  try {
    const tables = snapshot.tables.map(({ values, d }) => ({ values: Float32Array.from(values), levels: values.length / d, d }));
    const estimates = await evaluator.estimates(tables);
    const posterior = await evaluator.levelPosterior(slices(sample.drawnLevelRows));
    snapshot.posteriors = sample.levels.map((_, k) => {
      const found = featurePosterior({ posterior, estimates }, late.settings, k);
      return found && posteriorOfSample(found, sample, k);
    });
    snapshot.late = undefined;
  } finally {
    evaluator.dispose();
    model.dispose();
  }
}
