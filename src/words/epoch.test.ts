import { expect, it } from 'vitest';
import { epochTag, keptWords, panelEpoch, sliderWords } from './epoch';

const at = { epoch: 12, last: 34 };

it('says where the slider is, and where the final model is', () => {
  expect(sliderWords(at, 34)).toBe('epoch 12 of 34, drag to the end for the final model');
  expect(sliderWords(null, 34)).toBe('final model, 34 epochs');
});

it('says in every panel which epoch it shows', () => {
  expect(panelEpoch(at)).toBe('epoch 12 of 34 marked');
  expect(panelEpoch(at, { epoch: 12, kind: 'snapshot' })).toBe('epoch 12 of 34');
  expect(panelEpoch(at, { epoch: 9, kind: 'snapshot' })).toBe('epoch 9, the last kept before epoch 12 of 34');
  expect(panelEpoch(at, { epoch: 10, kind: 'final' })).toBe('its end at epoch 10, at epoch 12 of 34');
  expect(panelEpoch(at, { epoch: 6, kind: 'stands' })).toBe('no epochs: as its results are');
  expect([epochTag(at), epochTag(at, { epoch: 10, kind: 'final' }), epochTag(at, { epoch: 6, kind: 'stands' })]).toEqual([
    'epoch 12',
    'epoch 10, its end',
    'no epochs',
  ]);
});

it('tells what was kept, what it takes, and who stands still', () => {
  const kept = { stops: 30, bytes: 2_400_000, testRows: 1600, allTestRows: 100_000, standing: [] };
  expect(keptWords(kept)).toMatch(/^30 epochs kept, 1,600 of 100,000 test rows: 2\.4 MB\. .* post-training comes at the end\.$/);
  expect(keptWords({ ...kept, standing: ['Linear mixed model', 'Mean'] })).toMatch(/ Linear mixed model and Mean have no epochs and stand still\.$/);
  expect(keptWords({ ...kept, stops: 1 })).toMatch(/^1 epoch kept, /);
  expect(keptWords({ ...kept, testRows: 0, standing: ['Mean'] })).toMatch(/^30 epochs kept: .* Mean has no epochs and stands still\.$/);
});
