import { expect, it } from 'vitest';
import { DEFAULT_PRESET, PRESETS } from '../../../workers/spec/presets';
import { withCard } from '../../state/presets-on-page';
import { useSpec } from '../../state/spec';
import { chooseMethod, setMethodSettings } from './method-choice';

const settingsOf = (id: string) => useSpec.getState().spec.methods.find((method) => method.id === id)?.settings;

it('a method that was left out comes back on other data as it would have stayed: what the person chose, and else what is published there', () => {
  const three = PRESETS.get('three-features') ?? DEFAULT_PRESET;
  useSpec.setState({ spec: three, past: [], future: [] });
  const before = settingsOf('mmbeddings') ?? {};
  setMethodSettings('mmbeddings', { ...before, d: 7 });
  expect(chooseMethod('mmbeddings', false)).toBeNull();
  useSpec.getState().change((spec) => withCard(spec, 'regression'));
  expect(chooseMethod('mmbeddings', true)).toBeNull();
  const published = DEFAULT_PRESET.methods.find(({ id }) => id === 'mmbeddings')?.settings;
  expect(published?.beta).not.toBe(before.beta);
  expect(settingsOf('mmbeddings')).toEqual({ ...published, d: 7 });
});
