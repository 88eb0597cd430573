import { describe, expect, it } from 'vitest';
import { ABOUTS } from '../../workers/spec/methods';

/** Grounds that a method's line is drawn on: paper, sheet and the tracks of tokens.css. */
const GROUNDS = { light: ['#f6f5f2', '#ffffff'], dark: ['#121315', '#191b1e'] } as const;

/** Relative luminance of WCAG 2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe('the lines of the methods', () => {
  it.each(['light', 'dark'] as const)('no two have the same colour and dash in the %s theme', (theme) => {
    const seen = new Map<string, string>();
    for (const { id, line } of ABOUTS) {
      const key = `${line[theme].toLowerCase()} ${line.dash}`;
      expect(seen.get(key), `${id} is drawn as`).toBeUndefined();
      seen.set(key, id);
    }
  });

  it.each(ABOUTS.map(({ id, line }) => [id, line] as const))('%s can be seen on every ground', (_, line) => {
    for (const theme of ['light', 'dark'] as const) {
      for (const ground of GROUNDS[theme]) expect(contrast(line[theme], ground), `${line[theme]} on ${ground}`).toBeGreaterThanOrEqual(3);
    }
  });

  it.each(ABOUTS.map(({ id, line }) => [id, line.dash] as const))('%s has a dash that Plotly and SVG both know', (_, dash) => {
    expect(dash).toMatch(/^(solid|dot|\d+(\.\d+)?px(,\d+(\.\d+)?px)*)$/);
  });
});
