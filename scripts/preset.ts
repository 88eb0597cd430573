import { LabFailure } from '../workers/data/failure';
import type { ExperimentSpec } from '../workers/spec/experiment';
import { PRESETS } from '../workers/spec/presets';

/** The experiment of a preset. @throws LabFailure 'bad-option', with the names that there are */
export function presetNamed(name: string): ExperimentSpec {
  const preset = PRESETS.get(name);
  if (preset) return preset;
  throw new LabFailure('bad-option', `No preset is called "${name}".`, `Choose one of ${[...PRESETS.keys()].join(', ')}.`);
}
