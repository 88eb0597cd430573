import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { afterPicture } from '../state/first-picture';
import { useSiteVersion } from '../state/site-version';
import { ErrorBoundary } from './error-boundary';
import { Brand, ThemeButton } from './header';
import { later } from './later';
import { mantineTheme, useTheme } from './theme';

/** Hints and the glossary are for a page that is there. */
const HintLayer = later(
  afterPicture(() => import('./hint-layer').then((module) => module.HintLayer)),
  null,
  true,
);

const Version = later(() => import('./version-line').then((module) => module.VersionLine), null, true);

/** Says that a newer version of the lab is here, when it is. */
export const NewVersion = () => (useSiteVersion((state) => state.offered) ? <Version /> : null);

/** What every page stands in: the theme, and a boundary that says what failed. */
export function PageFrame({ children }: { children: ReactNode }) {
  const theme = useTheme((state) => state.theme);
  return (
    <MantineProvider theme={mantineTheme} forceColorScheme={theme} withCssVariables={false} withGlobalClasses={false}>
      <ErrorBoundary>
        {children}
        <HintLayer />
      </ErrorBoundary>
    </MantineProvider>
  );
}

/** A page next to the lab: its header leads back. `badge` stands before the theme's button. */
export function SidePage({ badge, children }: { badge?: ReactNode; children: ReactNode }) {
  return (
    <PageFrame>
      <header className="top">
        <Brand />
        <a className="btn quiet" href="./">
          To the lab
        </a>
        {badge}
        <ThemeButton />
      </header>
      <NewVersion />
      {children}
    </PageFrame>
  );
}
