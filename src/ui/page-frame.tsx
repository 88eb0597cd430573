import type { ReactNode } from 'react';
import { useSiteVersion } from '../state/site-version';
import { ErrorBoundary } from './error-boundary';
import { Brand, ThemeButton } from './header';
import { later } from './later';

/** Hints and the glossary are for a page that is there. */
const HintLayer = later(() => import('./hint-layer').then((module) => module.HintLayer), null, true);

const Version = later(() => import('./version-line').then((module) => module.VersionLine), null, true);

/** Says that a newer version of the lab is here, when it is. */
export const NewVersion = () => (useSiteVersion((state) => state.offered) ? <Version /> : null);

/** What every page stands in: a boundary that says what failed. */
export function PageFrame({ children }: { children: ReactNode }) {
  return (
    <ErrorBoundary>
      {children}
      <HintLayer />
    </ErrorBoundary>
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
