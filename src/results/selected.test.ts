import { expect, it } from 'vitest';
import { shownLevels } from '../charts/posterior-chart';
import { nameAt, numberAt, placesOf } from './selected';

it('finds selected levels among all, and among a sample', () => {
  const all = { feature: 0, drawn: 5, labels: null };
  expect(placesOf(all, [3, 9])).toEqual([3]);
  const sample = { feature: 0, drawn: 3, labels: null, numbers: Uint32Array.of(4, 70, 900) };
  expect(placesOf(sample, [70, 1])).toEqual([1]);
  expect([numberAt(sample, 2), nameAt(sample, 2)]).toEqual([900, '900']);
  expect(nameAt({ ...sample, labels: ['a', 'b', 'c'] }, 2)).toBe('c');
});

it('draws the uncertainty of a selected level besides those of even ranks', () => {
  const levels = 200;
  const means = Array.from({ length: levels }, (_, j) => j);
  const input = { levels, width: 1, means, variances: means.map(() => 1), prior: null, effects: null, color: '' };
  const usual = shownLevels(input);
  const other = means.find((j) => !usual.includes(j)) as number;
  const shown = shownLevels({ ...input, also: [other] });
  expect(shown).toHaveLength(usual.length + 1);
  expect(shown).toEqual([...usual, other].sort((a, b) => a - b));
  expect(shownLevels({ ...input, also: [usual[3]] })).toEqual(usual);
});
