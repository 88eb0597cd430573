import { describe, expect, it } from 'vitest';
import { escapeMarkup } from './escape';
import { BLEED, chartAxis, domains, emptyFigure, type Figure, labelTrace, lineTrace, markerTrace } from './figure';
import { figureSvg } from './svg';
import { TEST_THEME } from './testing';

/** Axes from 0 to 10 and from 1 to 1,000 (log) over a plot of 100 × 80 px, 20 px from the top left corner. */
function framed(): Figure {
  const plot = { left: 20, right: 120, top: 20, bottom: 100 };
  const figure = emptyFigure(TEST_THEME, 140, 120);
  const { x, y } = domains(plot, 140, 120);
  figure.layout.xaxis = chartAxis(TEST_THEME, 'x', { domain: x, range: [0, 10], ticks: [-2, 0, 5, 12].map((at) => ({ at, text: `t${at}` })) });
  figure.layout.yaxis = chartAxis(TEST_THEME, 'y', { domain: y, range: [1, 1000], log: true, ticks: [{ at: 10, text: 'ten' }] });
  return figure;
}

const svgOf = (figure: Figure): string => figureSvg(figure, 'A "chart"', 'f');

describe('a figure as SVG without Plotly', () => {
  it('has values where the axes say, on a log axis too, and nothing beyond them', () => {
    const figure = framed();
    figure.data.push(lineTrace([0, 5, null, 10], [1, 10, null, 1000], { color: '#123456', width: 2, dash: '10px,4px' }));
    const svg = svgOf(figure);
    // A third of the way up is the first of three decades: 100 − 80 / 3.
    expect(svg).toContain('d="M20 100L70 73.3M120 20"');
    expect(svg).toContain('stroke="#123456" stroke-width="2" stroke-dasharray="10 4"');
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="140" height="120" viewBox="0 0 140 120" role="img" aria-label="A &quot;chart&quot;">/,
    );
    expect(svg).toContain('<clipPath id="f-clip"><rect x="19" y="19" width="102" height="82"/></clipPath>');
    expect(svg).toContain('<g clip-path="url(#f-clip)"><path d="M20 100');
    // Ticks within the axis alone, with their words.
    expect(svg).toContain('M20 100v4M70 100v4"');
    expect(svg.match(/>t-?\d+</g)).toEqual(['>t0<', '>t5<']);
    // The grid is that of y alone.
    expect(svg).toContain('d="M20 73.3H120"');
    expect(svg).not.toMatch(/M20 20V/);
    expect(svg).toMatch(/<text x="13" y="76\.3"[^>]*text-anchor="end">ten</);
  });

  it('has areas, dots, rings, crosses and words as the chart asks', () => {
    const figure = framed();
    const pixels = { pixels: true };
    figure.data.push(
      lineTrace(
        [0, 10, 10, null],
        [0, 0, 10, null],
        { color: 'var(--a)', width: 0 },
        { ...pixels, fill: 'toself', fillcolor: 'var(--a)', opacity: 0.5 },
      ),
      markerTrace([30, 40, 50], [30, 40, 50], { symbol: 'circle', color: 'red', size: 4, opacity: 0.4, line: { width: 0 } }, pixels),
      markerTrace([30, 40], [30, 40], { symbol: 'circle', color: 'white', size: 8, line: { color: ['red', 'blue'], width: 2 } }, pixels),
      markerTrace([60], [60], { symbol: 'x-thin', color: ['red'], size: 10, line: { color: ['red'], width: 2 } }, pixels),
      labelTrace(TEST_THEME, [{ x: 5, y: 8, text: escapeMarkup('<b>&"'), anchor: 'end', weight: 600, size: 12 }]),
    );
    const svg = svgOf(figure);
    expect(svg).toContain('<path d="M0 0L10 0L10 10Z" fill="var(--a)" opacity="0.5"/>');
    expect(svg).toContain('<path d="M30 30h0" fill="none" stroke="red" stroke-width="4" stroke-linecap="round" opacity="0.4"/>');
    expect(svg).toContain('<g fill="white" stroke="blue" stroke-width="2"><circle cx="40" cy="40" r="4"/></g>');
    expect(svg).toContain('<path d="M60 60m-5 -5l10 10m0 -10l-10 10" fill="none"/>');
    expect(svg).toMatch(/<text x="5" y="11"[^>]*text-anchor="end" font-weight="600">&lt;b&gt;&amp;&quot;<\/text>/);
    expect(svg).not.toContain('clip-path="url');
    expect(BLEED).toBe(4);
  });

  it('has no axis that is not visible, dots in a line of dots, and what an axis does not cut off', () => {
    const figure = framed();
    figure.layout.xaxis = { ...figure.layout.xaxis, visible: false };
    figure.data.push(
      lineTrace([0, 5], [1, 10], { color: 'red', width: 1.5, dash: 'dot' }),
      markerTrace([10], [1000], { symbol: 'circle', color: 'red', size: 4 }, { cliponaxis: false }),
      labelTrace({ ...TEST_THEME, serif: 'serif' }, [{ x: 5, y: 8, text: 'q', serif: true }]),
    );
    const svg = svgOf(figure);
    expect(svg).not.toMatch(/>t\d|M20 100[Hv]/);
    expect(svg).toContain('stroke-dasharray="0.1 4.2" stroke-linecap="round"');
    expect(svg.match(/clip-path="url/g)).toHaveLength(1);
    expect(svg).toMatch(/<text [^>]* class="m">q</);
  });
});
