import type { DatasetSpec, SimulatedDataset } from '../../workers/data/schema';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { aboutMethod } from '../../workers/spec/methods';
import { PRESETS, publishedSizes } from '../../workers/spec/presets';

export type CardId = 'regression' | 'classification' | 'three-features' | 'orange-trees';

export const CARDS: readonly { id: CardId; label: string }[] = [
  { id: 'regression', label: 'Regression' },
  { id: 'classification', label: 'Classification' },
  { id: 'three-features', label: 'Three features' },
  { id: 'orange-trees', label: 'Orange trees' },
];

const DEFAULT_Q = 1_000;

const preset = (id: string): ExperimentSpec => {
  const found = PRESETS.get(id);
  if (!found) throw new Error(`no preset has the id "${id}"`);
  return found;
};

/** The card a dataset belongs to; null for a table. */
export function cardOf(dataset: DatasetSpec): CardId | null {
  if (dataset.kind === 'table') return null;
  if (dataset.kind === 'orange') return 'orange-trees';
  if (dataset.levels.length > 1) return 'three-features';
  return dataset.task === 'regression' ? 'regression' : 'classification';
}

/** The published experiment behind a card: what its settings are measured against. A table is measured against the regression. */
export function presetOf(dataset: DatasetSpec): ExperimentSpec {
  const card = cardOf(dataset);
  return preset(card === 'three-features' || card === 'orange-trees' ? card : `${card ?? 'regression'}-${DEFAULT_Q}`);
}

/** A method's settings as published for this kind of data. */
export function publishedSettings(dataset: DatasetSpec, id: string): Record<string, unknown> {
  const choice = presetOf(dataset).methods.find((method) => method.id === id);
  return choice?.settings ?? (aboutMethod(id).settings.parse({}) as Record<string, unknown>);
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the person changed stays; what the old preset had set becomes what the new one sets. */
function follow<T extends Record<string, unknown>>(values: T, old: Record<string, unknown>, fresh: Record<string, unknown>): T {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, same(value, old[key]) && key in fresh ? fresh[key] : value])) as T;
}

/** The experiment on another dataset. Methods, training and seeds stay, except where they were only what the preset before had set. */
export function withDataset(spec: ExperimentSpec, dataset: DatasetSpec): ExperimentSpec {
  const [old, fresh] = [presetOf(spec.dataset), presetOf(dataset)];
  const training = follow(spec.training, old.training, fresh.training);
  // The batch of a table was chosen for its rows.
  if (spec.dataset.kind === 'table') training.batchSize = fresh.training.batchSize;
  const methods = spec.methods.map(({ id, settings }) => ({
    id,
    settings: follow(settings, publishedSettings(spec.dataset, id), publishedSettings(dataset, id)),
  }));
  return { ...spec, dataset, training, methods };
}

/** The simulator as published for the task and the levels chosen: only its knobs and numbers of rows go back. */
export function publishedSimulator(dataset: SimulatedDataset): SimulatedDataset {
  const { task, levels } = dataset;
  return { ...(presetOf(dataset).dataset as SimulatedDataset), task, levels, ...publishedSizes(Math.max(...levels)) };
}

/** Training as a fresh experiment on this kind of data has it. The batch of a table was chosen for its rows and stays. */
export function freshTraining({ dataset, training }: Pick<ExperimentSpec, 'dataset' | 'training'>): ExperimentSpec['training'] {
  const fresh = presetOf(dataset).training;
  return dataset.kind === 'table' ? { ...fresh, batchSize: training.batchSize } : fresh;
}

/** Every categorical feature gets q levels, and the rows their published numbers; the other knobs of the simulator stay. */
export function withLevels(spec: ExperimentSpec, q: number): ExperimentSpec {
  const { dataset } = spec;
  if (dataset.kind !== 'simulated') return spec;
  return withDataset(spec, { ...dataset, ...publishedSizes(q), levels: dataset.levels.map(() => q) });
}

/** The experiment on the dataset of a card. From one simulation to another the knobs stay, and q where it can. */
export function withCard(spec: ExperimentSpec, card: CardId): ExperimentSpec {
  if (card === cardOf(spec.dataset)) return spec;
  if (card === 'orange-trees') return withDataset(spec, preset('orange-trees').dataset);
  const base = preset(card === 'three-features' ? card : `${card}-${DEFAULT_Q}`).dataset as SimulatedDataset;
  const before = spec.dataset.kind === 'simulated' ? spec.dataset : base;
  // One feature keeps its q on the way between regression and classification; three features are published at q = 10,000.
  const keepsLevels = before.levels.length === base.levels.length;
  const { task, levels, trainRows, testRows } = base;
  return withDataset(spec, { ...before, task, ...(keepsLevels ? {} : { levels, trainRows, testRows }) });
}

/** The experiment with a method added (in the registry's order) or left out. */
export function withMethod(
  spec: ExperimentSpec,
  id: string,
  used: boolean,
  order: readonly string[],
  settings?: Record<string, unknown>,
): ExperimentSpec {
  const others = spec.methods.filter((method) => method.id !== id);
  const methods = used ? [...others, { id, settings: settings ?? publishedSettings(spec.dataset, id) }] : others;
  return { ...spec, methods: methods.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)) };
}
