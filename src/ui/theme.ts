import { createTheme, type MantineColorsTuple } from '@mantine/core';
import { create } from 'zustand';
import { isVolatile } from '../state/volatile';

export type ThemeName = 'light' | 'dark';

/** The same key is read by public/first-paint.js before the first paint. */
const STORAGE_KEY = 'lab-theme';

const systemTheme = (): ThemeName => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

/** Storage may be full or forbidden; then the theme lasts as long as the page. */
function keptTheme(): ThemeName | null {
  try {
    const kept = localStorage.getItem(STORAGE_KEY);
    return kept === 'light' || kept === 'dark' ? kept : null;
  } catch {
    return null;
  }
}

function apply(theme: ThemeName): void {
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.mantineColorScheme = theme;
}

interface ThemeState {
  theme: ThemeName;
  toggle(): void;
}

/** The theme on the page: the system's until the person chooses one, which is remembered. */
export const useTheme = create<ThemeState>((set, get) => ({
  theme: keptTheme() ?? systemTheme(),
  toggle() {
    const theme = get().theme === 'dark' ? 'light' : 'dark';
    try {
      if (!isVolatile()) localStorage.setItem(STORAGE_KEY, theme);
    } catch {
      // See keptTheme.
    }
    set({ theme });
  },
}));

/** Keeps the document in step with the store and, until a choice is made, the store with the system. */
export function followTheme(): void {
  apply(useTheme.getState().theme);
  useTheme.subscribe(({ theme }) => apply(theme));
  // Paper is light; charts follow it (src/charts/print.ts).
  addEventListener('beforeprint', () => apply('light'));
  addEventListener('afterprint', () => apply(useTheme.getState().theme));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    if (keptTheme() === null) useTheme.setState({ theme: systemTheme() });
  });
}

const ink: MantineColorsTuple = ['#f6f5f2', '#efede8', '#e4e1da', '#b9b6af', '#8e8b84', '#686b71', '#4e5157', '#33353a', '#1a1b1e', '#121315'];

/** A check box with its label next to it: the whole line is the target, not the box alone. */
export const CHECK_LINE = { input: 'check-input', icon: 'check-icon', body: 'check-line', label: 'check-label' };

const INPUT = { classNames: { input: 'input', label: 'lab', error: 'refusal' } };

/**
 * Mantine in the tokens of tokens.css. Its CSS variables are set there, because a strict
 * Content-Security-Policy forbids its inline <style>.
 */
export const mantineTheme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 1 },
  colors: { ink },
  defaultRadius: 6,
  fontFamily: 'var(--sans)',
  headings: { fontFamily: 'var(--serif)' },
  shadows: { xs: 'none', sm: 'none', md: 'none', lg: 'none', xl: 'none' },
  components: {
    TextInput: { defaultProps: INPUT },
    NumberInput: { defaultProps: { ...INPUT, hideControls: true, clampBehavior: 'none' } },
    NativeSelect: { defaultProps: INPUT },
    Select: { defaultProps: INPUT },
    SegmentedControl: {
      defaultProps: {
        withItemsBorders: false,
        transitionDuration: 120,
        classNames: { root: 'seg', indicator: 'seg-indicator', control: 'seg-control', label: 'seg-label' },
      },
    },
    Checkbox: { defaultProps: { size: 'xs', classNames: { input: 'check-input', icon: 'check-icon' } } },
    Switch: { defaultProps: { size: 'sm', withThumbIndicator: false, classNames: { track: 'switch-track', thumb: 'switch-thumb' } } },
    Popover: { defaultProps: { classNames: { dropdown: 'pop' }, transitionProps: { duration: 0 } } },
    Tooltip: { defaultProps: { classNames: { tooltip: 'tip' }, transitionProps: { duration: 0 }, openDelay: 300, multiline: true, maw: 320 } },
    // Locking the scroll would inject a <style>, which the Content-Security-Policy forbids.
    Modal: { defaultProps: { lockScroll: false, centered: true, transitionProps: { duration: 0 } } },
  },
});
