import { expect, it } from 'vitest';
import { highlighted } from './highlight';
import { levelsChart, levelsGeometry } from './levels-chart';
import { splitFigure } from './overlay';
import { TEST_THEME } from './testing';

const input = { counts: [1, 2, 3], values: [1, 2, 3], title: 'Length', color: '#000000' };
const chart = levelsChart(input, TEST_THEME, 600);
const { at } = levelsGeometry(input, 600);

it('rings a point at its own place, and names it as text', () => {
  const figure = highlighted(chart, [{ ...at(1), name: '<b>bold</b>' }], TEST_THEME);
  const ring = figure.data.find(({ marker }) => marker?.symbol === 'circle-open');
  expect([ring?.x[0], ring?.y[0]]).toEqual([at(1).x, at(1).y]);
  expect(figure.data.at(-1)?.text?.[0]).toBe('&lt;b&gt;bold&lt;/b&gt;');
  // Labels are still drawn next to Plotly, all of them.
  const split = splitFigure(figure);
  expect(split.words.map(({ text }) => text)).toContain('<b>bold</b>');
  expect(split.rest.some(({ mode }) => mode === 'text')).toBe(false);
});

it('cuts a long name, and turns it to the left at the right edge', () => {
  const figure = highlighted(chart, [{ x: 590, y: 100, name: 'x'.repeat(10_000) }], TEST_THEME);
  expect(figure.data.at(-1)?.text?.[0]).toHaveLength(28);
  expect(figure.data.at(-1)?.textposition).toEqual(['middle left']);
});

it('leaves a figure alone where nothing selected lies in it', () => {
  expect(highlighted(chart, [], TEST_THEME)).toBe(chart);
  expect(highlighted(chart, [{ x: -1e6, y: -1e6, name: 'a' }], TEST_THEME)).toBe(chart);
});
