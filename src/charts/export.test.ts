import { describe, expect, it } from 'vitest';
import { withLine } from './export';
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
