import { describe, expect, it } from 'vitest';
import { peersChart, peersHeight } from './peers-chart';
import { TEST_THEME } from './testing';

const ROWS = [
  { label: 'Factorization machine', torch: 6, tfjs: 16 },
  { label: 'Sequence transformer without tags and with a long name', torch: 0.7, tfjs: null },
];

describe('the chart of methods next to PyTorch', () => {
  it('has a mark for everything that was measured, in its method’s row, and a line where the lab is', () => {
    const { data, layout } = peersChart(ROWS)(TEST_THEME, 900);
    expect(data.filter(({ name }) => name).map(({ name, x, y }) => [name, x, y])).toEqual([
      ['Factorization machine, tfjs', [16], [0.5]],
      ['Factorization machine, torch', [6], [0.5]],
      ['Sequence transformer without tags and with a long name, torch', [0.7], [1.5]],
    ]);
    expect(data[0]).toMatchObject({ mode: 'lines', x: [1, 1], y: [0, 2] });
    const [low, high] = layout.xaxis.range.map((power) => 10 ** power);
    expect(low).toBeLessThan(0.7);
    expect(high).toBeGreaterThan(16);
    expect(layout.height).toBe(peersHeight(2)());
  });

  it('shows in another colour where PyTorch is faster', () => {
    const { data } = peersChart(ROWS)(TEST_THEME, 900);
    expect(data.filter(({ name }) => name?.endsWith('torch')).map(({ marker }) => marker?.color)).toEqual([TEST_THEME.ink, TEST_THEME.bad]);
  });

  it('cuts names on a phone and leaves the marks half of the width', () => {
    const { data, layout } = peersChart(ROWS)(TEST_THEME, 340);
    expect(data.at(-1)?.text?.some((text) => text.endsWith('…'))).toBe(true);
    expect(layout.xaxis.domain[0]).toBeLessThan(0.52);
  });
});
