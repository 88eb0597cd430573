import './mantine.css';
import { createTheme, type MantineColorsTuple, MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTheme } from './theme';

const ink: MantineColorsTuple = ['#f6f5f2', '#efede8', '#e4e1da', '#b9b6af', '#8e8b84', '#686b71', '#4e5157', '#33353a', '#1a1b1e', '#121315'];

/** A check box with its label next to it: the whole line is the target, not the box alone. */
export const CHECK_LINE = { input: 'check-input', icon: 'check-icon', body: 'check-line', label: 'check-label' };

const INPUT = { classNames: { input: 'input', label: 'lab', error: 'refusal' } };

/**
 * Mantine in the tokens of tokens.css. Its CSS variables are set there, because a strict
 * Content-Security-Policy forbids its inline <style>.
 */
const mantineTheme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 1 },
  colors: { ink },
  defaultRadius: 6,
  fontFamily: 'var(--sans)',
  headings: { fontFamily: 'var(--serif)' },
  shadows: { xs: 'none', sm: 'none', md: 'none', lg: 'none', xl: 'none' },
  components: {
    TextInput: { defaultProps: INPUT },
    NativeSelect: { defaultProps: INPUT },
    Select: { defaultProps: INPUT },
    Checkbox: { defaultProps: { size: 'xs', classNames: { input: 'check-input', icon: 'check-icon' } } },
    Switch: { defaultProps: { size: 'sm', withThumbIndicator: false, classNames: { track: 'switch-track', thumb: 'switch-thumb' } } },
    Popover: { defaultProps: { classNames: { dropdown: 'pop' }, transitionProps: { duration: 0 } } },
    Tooltip: { defaultProps: { classNames: { tooltip: 'tip' }, transitionProps: { duration: 0 }, openDelay: 300, multiline: true, maw: 320 } },
    // Locking the scroll would inject a <style>, which the Content-Security-Policy forbids.
    Modal: { defaultProps: { lockScroll: false, centered: true, transitionProps: { duration: 0 } } },
  },
});

/** What stands in it may use Mantine, with its styles. */
export function Mantine({ children }: { children: ReactNode }) {
  const theme = useTheme((state) => state.theme);
  return (
    <MantineProvider theme={mantineTheme} forceColorScheme={theme} withCssVariables={false} withGlobalClasses={false}>
      {children}
    </MantineProvider>
  );
}
