import type { TableDataset } from '../../../workers/data/schema';
import type { RoleCheck } from '../../../workers/protocol';
import type { ExperimentSpec } from '../../../workers/spec/experiment';
import { DEFAULT_PRESET, methodsForTable, PRESETS } from '../../../workers/spec/presets';
import { PROTOCOLS } from '../../../workers/spec/protocol';
import { presetOf } from '../presets-on-page';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const idsOf = ({ methods }: Pick<ExperimentSpec, 'methods'>): string[] => methods.map(({ id }) => id);

/**
 * The experiment with this table as its dataset. Seeds stay, and so does every setting that the person
 * changed. What a preset had set for its own dataset becomes what is recommended for a table: its methods, as
 * far as they can use the table, and its way to train. After another table all stays.
 *
 * @param shape p, cardinalities and tags of the table
 */
export function adaptSpec(
  spec: ExperimentSpec,
  dataset: TableDataset,
  shape: { p: number; levels: number[]; tags?: RoleCheck['tags'] },
): ExperimentSpec {
  const preset = [...PRESETS.values()].find((candidate) => same(candidate.dataset, spec.dataset));
  const methods = spec.methods.map((method) => {
    const published = preset?.methods.find(({ id }) => id === method.id);
    return published && same(published.settings, method.settings) ? { id: method.id, settings: {} } : method;
  });
  if (spec.dataset.kind === 'table') return { ...spec, dataset, methods };
  const { training } = preset ?? presetOf(spec.dataset);
  const recommended = { ...DEFAULT_PRESET.training, protocol: 'recommended', ...PROTOCOLS.recommended };
  const unchanged = Object.fromEntries(
    Object.entries(recommended).filter(([name]) => {
      const key = name as keyof typeof recommended;
      return same(spec.training[key], training[key]);
    }),
  );
  return {
    ...spec,
    dataset,
    methods:
      preset && same(idsOf(preset), idsOf(spec))
        ? methodsForTable({ ...shape, task: dataset.task }).map((id) => methods.find((method) => method.id === id) ?? { id, settings: {} })
        : methods,
    training: { ...spec.training, ...unchanged },
  };
}
