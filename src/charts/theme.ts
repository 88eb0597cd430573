import { useSyncExternalStore } from 'react';
import type { LineStyle } from '../../workers/spec/methods';
import type { Theme } from './figure';

const SANS = 'Inter Variable, Inter, ui-sans-serif, system-ui, sans-serif';
const SERIF = 'Source Serif 4 Variable, Source Serif 4, Charter, Georgia, serif';

/** Light values of the mock's tokens: what is used where a variable is not defined. */
const FALLBACK = {
  sheet: '#FFFFFF',
  sunk: '#EFEDE8',
  ink: '#1A1B1E',
  ink2: '#4E5157',
  ink3: '#686B71',
  line: '#E4E1DA',
  grid: '#ECEAE5',
  axis: '#B9B6AF',
  bad: '#B3261E',
};

let current: Theme | null = null;
let context: CanvasRenderingContext2D | null = null;

function textWidth(text: string, size: number, weight = 400, serif = false): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context || !current) return text.length * size * 0.56;
  context.font = `${serif ? 'italic ' : ''}${weight} ${size}px ${serif ? current.serif : current.sans}`;
  return context.measureText(text).width;
}

function readTheme(): Theme {
  const root = document.documentElement;
  const style = getComputedStyle(root);
  const read = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  return {
    dark: root.dataset.theme === 'dark',
    sheet: read('--sheet', FALLBACK.sheet),
    sunk: read('--sunk', FALLBACK.sunk),
    ink: read('--ink', FALLBACK.ink),
    ink2: read('--ink-2', FALLBACK.ink2),
    ink3: read('--ink-3', FALLBACK.ink3),
    line: read('--line', FALLBACK.line),
    grid: read('--grid', FALLBACK.grid),
    axis: read('--axis', FALLBACK.axis),
    bad: read('--bad', FALLBACK.bad),
    sans: read('--sans', SANS),
    serif: read('--serif', SERIF),
    isolated,
    textWidth,
  };
}

let isolated: LineStyle | null = null;

/** Lets the line of one method stand out in all charts of several; null: none. */
export function isolateLine(line: LineStyle | null): void {
  if (line === isolated) return;
  isolated = line;
  if (current) current = { ...current, isolated };
  for (const each of listeners) each();
}

const listeners = new Set<() => void>();
let observer: MutationObserver | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  observer ??= new MutationObserver(() => {
    current = readTheme();
    for (const each of listeners) each();
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-mantine-color-scheme'] });
  return () => {
    listeners.delete(listener);
  };
}

function snapshot(): Theme {
  current ??= readTheme();
  return current;
}

/** The theme as it stands now: on paper nobody waits for an observer. */
export const themeNow = (): Theme => readTheme();

/**
 * Colours and fonts of the page's theme as a chart needs them; changes when `data-theme` of the root element
 * does.
 */
export function useChartTheme(): Theme {
  return useSyncExternalStore(subscribe, snapshot);
}

/** How much of a line is left beside one that stands out. */
const PALE = 0.18;

/** A method's colour where several are drawn: pale beside one that stands out. */
export function lineColor(line: { light: string; dark: string }, theme: Theme): string {
  const color = methodColor(line, theme);
  if (!theme.isolated || theme.isolated === line) return color;
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${PALE})`;
}

/** A method's colour in this theme. */
export const methodColor = (line: { light: string; dark: string }, theme: Theme): string => (theme.dark ? line.dark : line.light);
