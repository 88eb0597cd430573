import type { CSSProperties } from 'react';
import { ABOUTS, type LineStyle } from '../../workers/spec/methods';

const UNKNOWN: LineStyle = { light: '#6C6E73', dark: '#94979C', dash: 'solid' };

export const lineOf = (id: string): LineStyle => ABOUTS.find((about) => about.id === id)?.line ?? UNKNOWN;

export const labelOf = (id: string): string => ABOUTS.find((about) => about.id === id)?.label ?? id;

/** What a method is in one line: the first sentence of its card. */
export function glossOf(id: string): string {
  const idea = ABOUTS.find((about) => about.id === id)?.idea ?? '';
  return /^.*?[.](?= [A-Z]|$)/.exec(idea)?.[0] ?? idea;
}

/** Gives an element of class `method` both colours of a method; CSS picks the theme's as --method. */
export const methodColours = (id: string): CSSProperties => {
  const { light, dark } = lineOf(id);
  return { '--method-light': light, '--method-dark': dark } as CSSProperties;
};

/**
 * Stroke of a method's line: colour, dash and caps. Dots are round caps on almost nothing, and a little wider
 * so that they weigh the same.
 */
export function methodStroke(id: string, width: number) {
  const { dash } = lineOf(id);
  const dots = dash === 'dot';
  return {
    stroke: 'var(--method)',
    strokeWidth: dots ? width + 0.25 : width,
    strokeLinecap: dots || dash === 'solid' ? ('round' as const) : ('butt' as const),
    strokeDasharray: dots ? '0.1 4.2' : dash === 'solid' ? undefined : dash.replace(/px/g, '').replace(/,/g, ' '),
    fill: 'none',
  };
}

/** A short piece of a method's line, next to its name. */
export function Swatch({ id, width = 28 }: { id: string; width?: number }) {
  return (
    <svg className="method" style={methodColours(id)} width={width} height="8" aria-hidden="true">
      <path d={`M1 4H${width - 1}`} {...methodStroke(id, 2.25)} />
    </svg>
  );
}
