import type { LevelTable } from './evaluator';
import type { Trainer } from './trainer';

/** A parameter of a finished method, or a number of its state (a moving average), as it predicts. */
export interface KeptWeight {
  /** The lab's name: 'decoder/dense0/kernel'. */
  name: string;
  shape: number[];
  /**
   * Row-major. A table whose numbers are the level vectors of the results is kept with these: its feature.
   */
  values: Float32Array | number;
}

const same = (a: Float32Array, b: Float32Array): boolean => a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

/**
 * Every parameter by its name, then the state: of `weights`, the evaluator's, or else as the model has it.
 */
export async function keptWeights(
  { model }: Pick<Trainer, 'model'>,
  weights: ReadonlyMap<string, Float32Array>,
  vectors: readonly LevelTable[],
): Promise<KeptWeight[]> {
  const kept: KeptWeight[] = [];
  for (const [name, variable] of [...model.parameters, ...(model.state ?? [])]) {
    const values = weights.get(name) ?? Float32Array.from(await variable.data());
    const table = vectors.findIndex((one) => same(one.values, values));
    kept.push({ name, shape: variable.shape, values: table < 0 ? values : table });
  }
  return kept;
}
