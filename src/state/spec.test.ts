import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { useSpec } from './spec';

const withEpochs = (epochs: number) => useSpec.getState().change((spec) => ({ ...spec, training: { ...spec.training, epochs } }));
const epochs = () => useSpec.getState().spec.training.epochs;

describe('settings with undo', () => {
  beforeEach(() => useSpec.setState({ spec: DEFAULT_PRESET, past: [], future: [] }));

  it('takes one undo for one change, also when the change is made twice', () => {
    withEpochs(12);
    withEpochs(12);
    useSpec.getState().undo();
    expect(epochs()).toBe(DEFAULT_PRESET.training.epochs);
    expect(useSpec.getState().past).toEqual([]);
  });

  it('keeps what can be redone when nothing changes', () => {
    withEpochs(12);
    useSpec.getState().undo();
    withEpochs(DEFAULT_PRESET.training.epochs);
    useSpec.getState().redo();
    expect(epochs()).toBe(12);
  });

  it('refuses what the schema refuses, and changes nothing', () => {
    expect(withEpochs(0)).not.toBeNull();
    expect(useSpec.getState()).toMatchObject({ spec: DEFAULT_PRESET, past: [] });
  });
});
