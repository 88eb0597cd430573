import type { DatasetSpec, DrawnDataset, SeriesChoice, SplitChoice } from '../../workers/data/schema';
import { isSeries } from '../../workers/spec/division';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { aboutMethod } from '../../workers/spec/methods';
import { PRESETS, publishedSizes } from '../../workers/spec/presets';
import { PROTOCOLS, type ProtocolId } from '../../workers/spec/protocol';

export type CardId =
  | 'regression'
  | 'classification'
  | 'three-features'
  | 'users-items'
  | 'random-intercepts'
  | 'crossed-intercepts'
  | 'growth-curves'
  | 'tags'
  | 'series'
  | 'orange-trees';

/**
 * The cards of the Data section. `about`: whom it is for, as an example. `presets`: the published experiments
 * behind a card, the first of them for a first look.
 */
export const CARDS: readonly { id: CardId; label: string; about: string; presets: readonly string[] }[] = [
  { id: 'regression', label: 'Regression', about: 'prices by shop', presets: [1_000, 100, 10_000, 100_000].map((q) => `regression-${q}`) },
  {
    id: 'classification',
    label: 'Classification',
    about: 'who buys again',
    presets: [1_000, 100, 10_000, 100_000].map((q) => `classification-${q}`),
  },
  { id: 'three-features', label: 'Three features', about: 'shop, brand, town', presets: ['three-features'] },
  { id: 'users-items', label: 'Users × items', about: 'who likes what', presets: ['collaborative', 'collaborative-binary'] },
  {
    id: 'random-intercepts',
    label: 'Intercepts',
    about: 'pupils in schools',
    presets: [
      ...['lmmnn-1000', 'lmmnn-100', 'lmmnn-10000', 'lmmnn-binary', 'lmmnn-classes', 'lmmnn-ordinal', 'lmmnn-counts', 'lmmnn-times'],
      ...['lmmnn-time', 'lmmnn-places', 'new-places', 'new-nodes', 'lmmnn-hidden'],
    ],
  },
  { id: 'crossed-intercepts', label: 'Crossed effects', about: 'pupils × teachers', presets: ['lmmnn-two', 'lmmnn-three'] },
  { id: 'growth-curves', label: 'Growth curves', about: 'height over age', presets: ['growth', 'growth-10000'] },
  { id: 'tags', label: 'Tags', about: 'films with genres', presets: ['tags-17', 'tags-many'] },
  { id: 'series', label: 'Series', about: 'what comes next', presets: ['series-next-step', 'series-timexer'] },
  { id: 'orange-trees', label: 'Orange trees', about: 'real data, 5 trees', presets: ['orange-trees'] },
];

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const preset = (id: string): ExperimentSpec => {
  const found = PRESETS.get(id);
  if (!found) throw new Error(`no preset has the id "${id}"`);
  return found;
};

/** Published experiments of a card, by id. */
export function presetsOf(card: CardId): { id: string; spec: ExperimentSpec }[] {
  return (CARDS.find(({ id }) => id === card)?.presets ?? []).map((id) => ({ id, spec: preset(id) }));
}

/** The card a dataset belongs to; null for a table. */
export function cardOf(dataset: DatasetSpec): CardId | null {
  switch (dataset.kind) {
    case 'table':
    case 'series-table':
      return null;
    case 'orange':
      return 'orange-trees';
    case 'growth':
      return 'growth-curves';
    case 'tags':
      return 'tags';
    case 'tag-series':
      return 'series';
    case 'collaborative':
      return 'users-items';
    case 'lmmnn':
      return dataset.levels.length > 1 ? 'crossed-intercepts' : 'random-intercepts';
    case 'simulated':
      if (dataset.levels.length > 1) return 'three-features';
      return dataset.task === 'regression' ? 'regression' : 'classification';
  }
}

/**
 * The published experiment behind a dataset: what its settings are measured against. Of those of its card it
 * is the one with its task, response and levels, else the first with its task, else the first. A table is
 * measured against the regression.
 */
export function presetOf(dataset: DatasetSpec): ExperimentSpec {
  const card = isSeries(dataset) ? 'series' : (cardOf(dataset) ?? 'regression');
  const specs = presetsOf(card).map(({ spec }) => spec);
  // What is predicted decides which methods there are and how they train.
  if (isSeries(dataset)) return specs.find((spec) => isSeries(spec.dataset) && isForecast(spec.dataset) === isForecast(dataset)) ?? specs[0];
  if (dataset.kind === 'table' || dataset.kind === 'orange') return specs[0];
  const sameEffects = specs.filter(
    ({ dataset: other }) => other.kind === dataset.kind && other.task === dataset.task && effectsOf(other) === effectsOf(dataset),
  );
  const sameResponse = sameEffects.filter(({ dataset: other }) => responseOf(other) === responseOf(dataset));
  const alike = sameResponse.length > 0 ? sameResponse : sameEffects;
  const exact = alike.find(({ dataset: published }) => same(levelsOf(published), levelsOf(dataset)));
  const sameWidth = alike.find(({ dataset: published }) => levelsOf(published).length === levelsOf(dataset).length);
  return exact ?? sameWidth ?? alike[0] ?? specs[0];
}

const isForecast = ({ predicts }: SeriesChoice): boolean => predicts === 'forecast';

/** Datasets of one kind are for the same methods: few can use two of them. */
const methodsFor = (dataset: DatasetSpec): string =>
  isSeries(dataset) ? (isForecast(dataset) ? 'forecast' : 'windows') : dataset.kind === 'tags' ? 'tags' : 'rows';

/** Which random effects the LMMNN simulation has: there is a method for each. */
const effectsOf = (dataset: DatasetSpec): string | undefined =>
  dataset.kind === 'lmmnn' && dataset.effects !== 'intercepts' ? dataset.effects : undefined;

/** Counts and times are numbers too, with methods and batches of their own. */
const responseOf = (dataset: DatasetSpec): string => (dataset.kind === 'lmmnn' && dataset.response) || 'normal';

/** Levels of each feature; of tags the leaves of each group. */
const levelsOf = (dataset: DatasetSpec): number[] => ('levels' in dataset ? dataset.levels : dataset.kind === 'tags' ? dataset.groups : []);

/** A method's settings as published for this kind of data. */
export function publishedSettings(dataset: DatasetSpec, id: string): Record<string, unknown> {
  const choice = presetOf(dataset).methods.find((method) => method.id === id);
  return choice?.settings ?? (aboutMethod(id).settings.parse({}) as Record<string, unknown>);
}

/** What the person changed stays; what the old preset had set becomes what the new one sets. */
function follow<T extends Record<string, unknown>>(values: T, old: Record<string, unknown>, fresh: Record<string, unknown>): T {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, same(value, old[key]) && key in fresh ? fresh[key] : value])) as T;
}

/** A method's settings on another dataset than they were chosen on. */
export const settingsOn = (id: string, settings: Record<string, unknown>, before: DatasetSpec, now: DatasetSpec): Record<string, unknown> =>
  follow(settings, publishedSettings(before, id), publishedSettings(now, id));

/** Which methods an experiment has, whatever their settings. */
const broughtBy = ({ methods }: Pick<ExperimentSpec, 'methods'>): string => methods.map(({ id }) => id).join();

/**
 * The experiment on another dataset. Methods, training and seeds stay, except where they were only what the
 * preset before had set: who has the methods of the old preset gets those of the new one. From rows to
 * simulated tags or to series the methods change in any case.
 */
export function withDataset(spec: ExperimentSpec, dataset: DatasetSpec): ExperimentSpec {
  const fresh = presetOf(dataset);
  // What a protocol set follows the protocol that is chosen, and only a table brought its own.
  const stays = spec.dataset.kind !== 'table' && spec.training.protocol === 'recommended';
  const training = follow(spec.training, freshTraining(spec), stays ? freshTraining({ dataset, training: spec.training }) : fresh.training);
  // A table of an earlier link has a batch that was chosen for its rows.
  if (spec.dataset.kind === 'table') training.batchSize = fresh.training.batchSize;
  const across = methodsFor(spec.dataset) !== methodsFor(dataset);
  const brings = broughtBy(presetOf(spec.dataset)) !== broughtBy(fresh) && broughtBy(spec) === broughtBy(presetOf(spec.dataset));
  const methods = across
    ? fresh.methods
    : (brings ? fresh : spec).methods.map((method) => {
        const { id, settings } = spec.methods.find((own) => own.id === method.id) ?? method;
        return { id, settings: settingsOn(id, settings, spec.dataset, dataset) };
      });
  return { ...spec, dataset, training, methods };
}

/**
 * How the rows of a dataset are divided: no part of what is drawn, so it stays where another dataset is
 * chosen.
 */
const splitOf = ({ split, validation, splitFeature }: DatasetSpec): SplitChoice =>
  // What only a table's own columns can say has no meaning elsewhere.
  ({ split: split === 'by-level' ? split : 'rows', validation: validation === 'by-tag' ? 'rows' : validation, splitFeature });

/**
 * The simulator as published for the task and the levels chosen: only its knobs and numbers of rows go back.
 */
export function publishedSimulator<Drawn extends DrawnDataset>(dataset: Drawn): Drawn {
  const published = presetOf(dataset).dataset as Drawn;
  if (dataset.kind === 'tag-series') return { ...published, predicts: dataset.predicts };
  const sizes = dataset.kind === 'simulated' ? publishedSizes(Math.max(...dataset.levels)) : {};
  const chosen = dataset.kind === 'tags' ? { groups: dataset.groups } : { levels: dataset.levels };
  const { split, validation, splitFeature } = dataset;
  return withinFeatures({ ...published, task: dataset.task, ...chosen, ...sizes, split, validation, splitFeature });
}

/** A simulation without the number of a feature that it does not have. */
function withinFeatures<Drawn extends DrawnDataset>(dataset: Drawn): Drawn {
  const beyond = 'levels' in dataset && dataset.splitFeature !== null && dataset.splitFeature > dataset.levels.length;
  return beyond ? { ...dataset, splitFeature: null } : dataset;
}

/** A simulation with one of its knobs at another value. */
export const withKnob = (dataset: DrawnDataset, key: string, value: unknown): DrawnDataset =>
  withinFeatures({ ...dataset, [key]: value } as DrawnDataset);

/**
 * Training as a fresh experiment on this kind of data has it under the protocol that is chosen. The batch of
 * a table follows its rows.
 */
export function freshTraining({ dataset, training }: Pick<ExperimentSpec, 'dataset' | 'training'>): ExperimentSpec['training'] {
  const fresh = presetOf(dataset).training;
  if (training.protocol === 'recommended') return { ...fresh, protocol: 'recommended', ...PROTOCOLS.recommended };
  return dataset.kind === 'table' ? { ...fresh, batchSize: 'auto' } : fresh;
}

/** Training under another protocol: what protocols set becomes as the other has it, the rest stays. */
export function withProtocol(spec: ExperimentSpec, protocol: ProtocolId): ExperimentSpec {
  const fresh = freshTraining({ dataset: spec.dataset, training: { ...spec.training, protocol } });
  const ruled = Object.fromEntries(Object.keys(PROTOCOLS[protocol]).map((key) => [key, fresh[key as keyof typeof fresh]]));
  return { ...spec, training: { ...spec.training, ...ruled, protocol } };
}

/**
 * Every categorical feature gets q levels, and the rows their published numbers; the other knobs of the
 * simulator stay.
 */
export function withLevels(spec: ExperimentSpec, q: number): ExperimentSpec {
  const { dataset } = spec;
  if (dataset.kind !== 'simulated') return spec;
  return withDataset(spec, { ...dataset, ...publishedSizes(q), levels: dataset.levels.map(() => q) });
}

/**
 * The experiment on the dataset of a card. From one simulation of the paper to another the knobs stay, and q
 * where it can. How rows are divided stays.
 */
export function withCard(spec: ExperimentSpec, card: CardId): ExperimentSpec {
  if (card === cardOf(spec.dataset)) return spec;
  const base = presetsOf(card)[0].spec.dataset;
  if (base.kind !== 'simulated') return withPublished(spec, base);
  const before = spec.dataset.kind === 'simulated' ? spec.dataset : { ...base, ...dividedAs(spec.dataset, base) };
  // One feature keeps its q on the way between regression and classification; three features are published at
  // q = 10,000.
  const keepsLevels = before.levels.length === base.levels.length;
  const { task, levels, trainRows, testRows } = base;
  return withDataset(spec, { ...before, ...dividedAs(before, base), task, ...(keepsLevels ? {} : { levels, trainRows, testRows }) });
}

/** The experiment on a published dataset, with the rows divided as they are now. */
export function withPublished(spec: ExperimentSpec, dataset: DatasetSpec): ExperimentSpec {
  if (dataset.kind === 'tags' && spec.dataset.kind === 'tags') {
    const { split, splitFeature } = spec.dataset;
    return withDataset(spec, { ...dataset, split, splitFeature });
  }
  // Windows of series are divided by time alone.
  return withDataset(spec, isSeries(dataset) ? dataset : { ...dataset, ...dividedAs(spec.dataset, dataset) });
}

/**
 * How the rows of one dataset are divided, for another: a feature by its number means nothing among fewer or
 * more of them.
 */
function dividedAs(from: DatasetSpec, to: DatasetSpec): SplitChoice {
  // Simulated tags have no levels to divide.
  if ((from.kind === 'tags') !== (to.kind === 'tags')) return { split: 'rows', validation: 'rows', splitFeature: null };
  const split = splitOf(from);
  return levelsOf(from).length === levelsOf(to).length ? split : { ...split, splitFeature: null };
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
