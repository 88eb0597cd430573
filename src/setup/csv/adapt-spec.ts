import type { TableDataset } from '../../../workers/data/schema';
import type { ExperimentSpec } from '../../../workers/spec/experiment';
import { DEFAULT_PRESET, PRESETS } from '../../../workers/spec/presets';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * The experiment with this table as its dataset. Methods and seeds stay, and so does every setting that the person changed; what a preset had set
 * for its own dataset (a KL weight, two dimensions for five trees) goes back to the default.
 *
 * @param batch the batch size for this table
 * @param ownBatch the batch size set for the table before, or null: it counts as not changed by the person
 */
export function adaptSpec(spec: ExperimentSpec, dataset: TableDataset, batch: number, ownBatch: number | null): ExperimentSpec {
  const preset = [...PRESETS.values()].find((candidate) => same(candidate.dataset, spec.dataset));
  const methods = spec.methods.map((method) => {
    const published = preset?.methods.find(({ id }) => id === method.id);
    return published && same(published.settings, method.settings) ? { id: method.id, settings: {} } : method;
  });
  const training = { ...spec.training };
  if (preset) {
    const defaults = DEFAULT_PRESET.training;
    const unchanged = Object.fromEntries(
      Object.entries(defaults).filter(([name]) => same(preset.training[name as keyof typeof defaults], training[name as keyof typeof defaults])),
    );
    Object.assign(training, unchanged);
  }
  const free = training.batchSize === 'q' || training.batchSize === ownBatch;
  return { ...spec, dataset, methods, training: { ...training, batchSize: free ? batch : training.batchSize } };
}
