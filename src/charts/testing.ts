import type { Theme } from './figure';

/** A theme for tests, with widths guessed from the number of characters. */
export const TEST_THEME: Theme = {
  dark: false,
  sheet: '#ffffff',
  sunk: '#efede8',
  ink: '#1a1b1e',
  ink2: '#4e5157',
  ink3: '#686b71',
  line: '#e4e1da',
  grid: '#eceae5',
  axis: '#b9b6af',
  bad: '#b3261e',
  sans: 'Inter',
  serif: 'Source Serif 4',
  textWidth: (text, size) => text.length * size * 0.56,
};
