import { expect, it } from 'vitest';
import type { MixedView } from '../../workers/protocol';
import { linesOf, slopesTwin } from './twins';

const fixed = [
  { name: '(Intercept)', estimate: 10, standardError: 1, statistic: 10 },
  { name: 'x', estimate: 2, standardError: 1, statistic: 2 },
];
const part = (effects: string[], values: number[]): MixedView['levels'][number] => ({
  group: 'g',
  effects,
  labels: ['a', 'b'],
  values: Float64Array.from(values),
  errors: new Float64Array(values.length),
});
const viewOf = (levels: MixedView['levels']) => ({ levels, fit: { fixed } }) as unknown as MixedView;

it('lines of levels in the figure and in its file begin where their intercepts say, correlated with the slopes or not', () => {
  const together = viewOf([part(['(Intercept)', 'x'], [1, 0.5, -1, -0.5])]);
  const apart = viewOf([part(['(Intercept)'], [1, -1]), part(['x'], [0.5, -0.5])]);
  for (const [view, own, slope] of [[together, 0, 1] as const, [apart, 1, 0] as const]) {
    expect(slopesTwin(view, own, slope).rows).toEqual([
      ['a', 11, 2.5],
      ['b', 9, 1.5],
    ]);
    expect(linesOf(view, own, slope).mean).toEqual({ intercept: 10, slope: 2 });
  }
  expect(slopesTwin(viewOf([part(['x'], [0.5, -0.5])]), 0, 0).rows[0]).toEqual(['a', 10, 2.5]);
});
