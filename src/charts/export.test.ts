import { describe, expect, it } from 'vitest';
import { withKey, withLine } from './export';
import type { KeyItem } from './key';
import { TEST_THEME } from './testing';

const SVG =
  '<svg class="main-svg" xmlns="http://www.w3.org/2000/svg" width="300" height="200" style="" viewBox="0 0 300 200"><svg height="9"></svg></svg>';

describe('the line under an exported figure', () => {
  it('stands in room of its own below, and leaves the rest as it is', () => {
    const svg = withLine(SVG, 'Parameters; run 2', TEST_THEME, { width: 300, height: 200 });
    expect(svg).toContain('width="300" height="228" style="" viewBox="0 0 300 228"');
    expect(svg).toContain('<svg height="9"></svg>');
    expect(svg).toMatch(/y="218"[^>]*>Parameters; run 2<\/text><\/svg>$/);
    expect(svg).not.toContain('textLength');
  });

  it('escapes what a person named their file, and squeezes what is too long', () => {
    expect(withLine(SVG, '<b onload="x">&$&.csv', TEST_THEME, { width: 300, height: 200 })).toContain(
      '>&lt;b onload=&quot;x&quot;&gt;&amp;$&amp;.csv<',
    );
    expect(withLine(SVG, 'x'.repeat(200), TEST_THEME, { width: 300, height: 200 })).toContain('textLength="284"');
  });
});

describe('the key under an exported figure', () => {
  const item = (after: string): KeyItem => ({
    mark: '<svg width="20" height="8"><path d="M0 4H20"/></svg>',
    width: 20,
    height: 8,
    before: '',
    after,
  });

  it('stands under the figure, in as many rows as it needs', () => {
    const one = withKey(SVG, [item('Ignore')], TEST_THEME, { width: 300, height: 200 });
    expect(one.height).toBe(220);
    expect(one.svg).toContain('height="220" style="" viewBox="0 0 300 220"');
    expect(one.svg).toMatch(/translate\(8\.0 206\)"><svg width="20".*>Ignore<\/text><\/svg>$/);
    const many = withKey(
      SVG,
      Array.from({ length: 9 }, (_, i) => item(`Method ${i}`)),
      TEST_THEME,
      { width: 300, height: 200 },
    );
    expect(many.height).toBeGreaterThan(240);
    for (const x of [...many.svg.matchAll(/translate\(([\d.]+) /g)].map((match) => Number(match[1]))) expect(x).toBeLessThan(280);
  });

  it('leaves a figure without one as it is, and escapes names', () => {
    expect(withKey(SVG, [], TEST_THEME, { width: 300, height: 200 })).toEqual({ svg: SVG, height: 200 });
    expect(withKey(SVG, [item('<b>&')], TEST_THEME, { width: 300, height: 200 }).svg).toContain('>&lt;b&gt;&amp;<');
  });
});
