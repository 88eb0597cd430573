import { create } from 'zustand';
import type { DatasetSpec } from '../../../workers/data/schema';
import type { DatasetFacts } from '../../../workers/spec/facts';
import { ABOUTS, type MethodAbout, refusedMethods } from '../../../workers/spec/methods';
import { settingsUnder, type TrainingSettings } from '../../../workers/spec/protocol';
import { publishedSettings, settingsOn, withMethod } from '../../state/presets-on-page';
import { useSpec } from '../../state/spec';

export type Settings = Record<string, unknown>;

/**
 * What the page remembers of methods that are left out, so that they come back as they were and stay in
 * sight.
 */
interface LeftOut {
  /** Settings with the dataset that they were chosen on. */
  settings: Readonly<Record<string, { settings: Settings; dataset: DatasetSpec }>>;
  /** Ids in the order they were left out. */
  ids: readonly string[];
}

export const useLeftOut = create<LeftOut>(() => ({ settings: {}, ids: [] }));

const ORDER = ABOUTS.map(({ id }) => id);

/**
 * The settings that a method comes back with. What was only published for its dataset of then is what is
 * published for that of now, as in a method that stayed.
 */
function settingsBack(id: string, left: LeftOut['settings'][string] | undefined, dataset: DatasetSpec): Settings {
  return left ? settingsOn(id, left.settings, left.dataset, dataset) : publishedSettings(dataset, id);
}

/** Takes a method into the experiment or leaves it out. Returns why it cannot be, or null. */
export function chooseMethod(id: string, used: boolean): string | null {
  const { spec, change } = useSpec.getState();
  const { settings, ids } = useLeftOut.getState();
  const own = spec.methods.find((method) => method.id === id)?.settings;
  const refusal = change((current) => withMethod(current, id, used, ORDER, settingsBack(id, settings[id], current.dataset)));
  if (refusal !== null) return 'At least one method is needed.';
  const { dataset } = spec;
  if (!used && own)
    useLeftOut.setState({ settings: { ...settings, [id]: { settings: own, dataset } }, ids: [...ids.filter((other) => other !== id), id] });
  return null;
}

/** Changes the settings of a method of the experiment. Returns why they cannot be, or null. */
export function setMethodSettings(id: string, settings: Settings): string | null {
  return useSpec.getState().change((spec) => ({ ...spec, methods: spec.methods.map((method) => (method.id === id ? { id, settings } : method)) }));
}

/**
 * The settings a method has in the experiment, or would come back with, and how its width is chosen there.
 */
export function useMethodSettings(id: string): { used: boolean; settings: Settings; dimensions: TrainingSettings['dimensions'] } {
  const own = useSpec((state) => state.spec.methods.find((method) => method.id === id)?.settings);
  const dataset = useSpec((state) => state.spec.dataset);
  const left = useLeftOut((state) => state.settings[id]);
  const dimensions = useSpec((state) => state.spec.training.dimensions);
  return { used: own !== undefined, settings: own ?? settingsBack(id, left, dataset), dimensions };
}

/**
 * Trainable numbers of a method on this data, its width as the protocol has it; null where the data, or the
 * method on it, is not possible.
 */
export function countOn(
  about: MethodAbout,
  facts: DatasetFacts | null,
  settings: Settings,
  dimensions: TrainingSettings['dimensions'],
): number | null {
  // What a formula has is known when it is fitted.
  if (!facts || refusalOn(about.id, facts) !== null || settings.formula) return null;
  return about.parameterCount(facts, settingsUnder({ dimensions }, settings, facts.levels) as never);
}

/**
 * Why a method cannot be used on this data, as a sentence; null when it can, or when the data is not known
 * yet.
 */
export function refusalOn(id: string, facts: DatasetFacts | null): string | null {
  return facts ? (refusedMethods([{ id }], facts)[0]?.sentence ?? null) : null;
}
