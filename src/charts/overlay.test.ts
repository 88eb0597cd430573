import { describe, expect, it } from 'vitest';
import { chartAxis, domains, emptyFigure, labelTrace, lineTrace, markerTrace } from './figure';
import { splitFigure } from './overlay';
import { TEST_THEME } from './testing';

const WIDTH = 300;
const many = Array.from({ length: 100 }, (_, i) => i);

describe('splitFigure', () => {
  it('takes large clouds out and places them where Plotly would', () => {
    const figure = emptyFigure(TEST_THEME, WIDTH, 200);
    const plot = { left: 40, right: 240, top: 20, bottom: 180 };
    const domain = domains(plot, WIDTH, 200);
    figure.layout.xaxis = chartAxis(TEST_THEME, 'x', { domain: domain.x, range: [1, 1000], log: true, ticks: [] });
    figure.layout.yaxis = chartAxis(TEST_THEME, 'y', { domain: domain.y, range: [0, 10], ticks: [] });
    const marker = { symbol: 'circle', size: 4, color: '#123456', opacity: 0.5 };
    const x = many.map(() => 10);
    const y = many.map(() => 2.5);
    figure.data.push(markerTrace([1], [1], marker), markerTrace(x, y, marker), markerTrace(many, many, marker, { pixels: true }));
    const { rest, dots } = splitFigure(figure);
    // Of the px cloud an unseen mark stays, which holds its axes; on the main axes the single mark does.
    expect(rest.map((trace) => [trace.xaxis, trace.x.length, trace.marker?.opacity])).toEqual([
      [undefined, 1, 0.5],
      ['x2', 1, 0],
    ]);
    expect(dots).toHaveLength(2);
    expect(dots[0]).toMatchObject({ size: 4, color: '#123456', opacity: 0.5 });
    // A third of the way along a log axis of three decades, and a quarter of the way up.
    expect(dots[0].x[0]).toBeCloseTo(40 + 200 / 3, 6);
    expect(dots[0].y[0]).toBeCloseTo(180 - 160 / 4, 6);
    // The second pair of axes counts px from the top left.
    expect(dots[1].x[7]).toBeCloseTo(7, 6);
    expect(dots[1].y[7]).toBeCloseTo(7, 6);
  });

  it('keeps the axes of a figure that is nothing but a cloud', () => {
    const figure = emptyFigure(TEST_THEME, WIDTH, 200);
    figure.data.push(markerTrace(many, many, { symbol: 'circle', size: 4, color: '#123456', opacity: 0.5 }));
    const { rest, dots } = splitFigure(figure);
    expect(dots[0].x).toHaveLength(100);
    expect(rest).toHaveLength(1);
    expect(rest[0]).toMatchObject({ x: [0], y: [0], marker: { opacity: 0 } });
  });

  it('leaves marks of several sizes or symbols to Plotly', () => {
    const figure = emptyFigure(TEST_THEME, WIDTH, 200);
    figure.data.push(markerTrace(many, many, { symbol: many.map(() => 'circle'), size: 4 }), markerTrace(many, many, { symbol: 'x-thin', size: 4 }));
    expect(splitFigure(figure).rest).toHaveLength(2);
  });

  it('takes labels, and lines in px, that lie over everything else', () => {
    const figure = emptyFigure(TEST_THEME, WIDTH, 200);
    const line = { color: '#123456', width: 1 };
    const under = lineTrace([1, 2], [3, 4], line, { pixels: true });
    const main = lineTrace([0, 1], [0, 1], line);
    const label = { x: 5, y: 7, text: 'a &amp;lt; &lt;b&gt;', anchor: 'end', size: 13, weight: 600, color: '#654321' } as const;
    figure.data.push(
      under,
      main,
      lineTrace([1, 2, null, 4, 5.5], [1, 2, null, 4, 5], line, { pixels: true, opacity: 0.7 }),
      labelTrace(TEST_THEME, [label, { x: 1, y: 2, text: 'q', serif: true }]),
    );
    const { rest, leaders, words } = splitFigure(figure);
    expect(rest).toEqual([under, main]);
    expect(leaders).toEqual([{ path: 'M1.00 1.00L2.00 2.00M4.00 4.00L5.50 5.00', color: '#123456', width: 1, opacity: 0.7 }]);
    // Read as Plotly reads it: once.
    expect(words[0]).toMatchObject({
      x: 5,
      y: 7,
      text: 'a &lt; <b>',
      anchor: 'end',
      font: { size: 13, weight: 600, color: '#654321', style: 'normal' },
    });
    expect(words[1]).toMatchObject({ text: 'q', anchor: 'start', font: { family: TEST_THEME.serif, style: 'italic', weight: 400 } });
  });

  it('leaves dashed, filled and covered lines to Plotly', () => {
    const figure = emptyFigure(TEST_THEME, WIDTH, 200);
    const px = { pixels: true };
    const traces = [
      lineTrace([1, 2], [1, 2], { color: '#123456' }, px),
      markerTrace([1], [1], { symbol: 'circle', size: 4 }, px),
      lineTrace([1, 2], [1, 2], { color: '#123456' }, { ...px, fill: 'toself' }),
    ];
    figure.data.push(...traces);
    expect(splitFigure(figure)).toMatchObject({ rest: traces, leaders: [] });
    figure.data.push(lineTrace([1, 2], [1, 2], { color: '#123456', dash: 'dot' }, px));
    expect(splitFigure(figure).rest).toHaveLength(4);
  });
});
