import type { ReactNode } from 'react';
import { BackendBadge } from './backend-badge';
import { Icon, type IconName } from './icons';
import { useTheme } from './theme';

function Glyph() {
  return (
    <svg className="glyph" viewBox="0 0 28 28" aria-hidden="true">
      <rect width="28" height="28" rx="6" fill="var(--solid)" />
      <path d="M7 21L21 7" stroke="var(--on-solid)" strokeWidth="1.2" strokeDasharray="2 2" opacity=".6" />
      <g fill="var(--on-solid)">
        <circle cx="8.5" cy="17.2" r="1.9" />
        <circle cx="12.2" cy="16.6" r="1.9" />
        <circle cx="15" cy="11.4" r="1.9" />
        <circle cx="19.4" cy="10.2" r="1.9" />
      </g>
    </svg>
  );
}

export function Brand() {
  return (
    <div className="brand">
      <Glyph />
      <h1>
        MMbeddings <span>Lab</span>
      </h1>
    </div>
  );
}

export function ThemeButton() {
  const { theme, toggle } = useTheme();
  const label = theme === 'dark' ? 'Light theme' : 'Dark theme';
  return (
    <button type="button" className="btn quiet icon" aria-label={label} title={label} onClick={toggle}>
      <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
    </button>
  );
}

/** A way to another page of the lab: a name on a desk, an icon on a phone. */
function PageLink({ href, icon, label, title }: { href: string; icon: IconName; label: string; title: string }) {
  return (
    <a className="btn quiet page-link" href={href} title={title} aria-label={label}>
      <Icon name={icon} small />
      <span>{label}</span>
    </a>
  );
}

/** @param children what stands at its end */
export function Header({ children }: { children?: ReactNode }) {
  return (
    <header className="top">
      <Brand />
      <PageLink href="?lessons" icon="book" label="Lessons" title="Eight short lessons: predict, train, compare" />
      <PageLink href="?experiment" icon="table" label="Experiments" title="The papers’ tables and the lab’s own, fitted again in the page" />
      <BackendBadge />
      <ThemeButton />
      {children}
    </header>
  );
}
