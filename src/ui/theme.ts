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
