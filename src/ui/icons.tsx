import type { ReactNode } from 'react';

const SHAPES = {
  play: <path d="M6 4.2v11.6L15.5 10z" fill="currentColor" />,
  pause: <path d="M7 4.5v11M13 4.5v11" strokeWidth="3" />,
  step: (
    <>
      <path d="M5 4.8v10.4L12.5 10z" fill="currentColor" />
      <path d="M15.5 4.8v10.4" strokeWidth="2" />
    </>
  ),
  stop: <rect x="5" y="5" width="10" height="10" rx="1" fill="currentColor" />,
  reset: <path d="M4.5 8.5A6 6 0 1 1 4 11M4.2 4.5v4h4" />,
  table: <path d="M3.5 4.5h13v11h-13zM3.5 8.5h13M8 8.5v7" />,
  book: <path d="M10 5.5C8 4 5.5 3.8 3 4v11c2.5-.2 5 0 7 1.5 2-1.5 4.5-1.7 7-1.5V4c-2.5-.2-5 0-7 1.5zM10 5.5v11" />,
  undo: <path d="M6.5 4L3 7.5L6.5 11M3.4 7.5h8.1a4.25 4.25 0 0 1 0 8.5H7.5" />,
  redo: <path d="M13.5 4L17 7.5L13.5 11M16.6 7.5H8.5a4.25 4.25 0 0 0 0 8.5h4" />,
  more: <path d="M4.5 10h.1M10 10h.1M15.5 10h.1" strokeWidth="3" />,
  clock: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M10 5.8V10l3 2" />
    </>
  ),
  sun: (
    <>
      <circle cx="10" cy="10" r="3.2" />
      <path d="M10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M15.3 4.7l-1.4 1.4M6.1 13.9l-1.4 1.4" />
    </>
  ),
  moon: <path d="M16 11.8A6.5 6.5 0 0 1 8.2 4a6.5 6.5 0 1 0 7.8 7.8z" />,
  link: <path d="M8.5 11.5a3 3 0 0 0 4.2 0l2.6-2.6a3 3 0 0 0-4.2-4.2l-.9.9M11.5 8.5a3 3 0 0 0-4.2 0l-2.6 2.6a3 3 0 0 0 4.2 4.2l.9-.9" />,
  gear: (
    <>
      <path d="M3 6h7M14 6h3M3 14h3M10 14h7" />
      <circle cx="12" cy="6" r="2" />
      <circle cx="8" cy="14" r="2" />
    </>
  ),
  check: <path d="M4.5 10.5l3.7 3.7 7.3-8" />,
  down: <path d="M5.5 8l4.5 4.5L14.5 8" />,
  right: <path d="M8 5.5l4.5 4.5L8 14.5" />,
  left: <path d="M12 5.5L7.5 10l4.5 4.5" />,
  plus: <path d="M10 4.5v11M4.5 10h11" />,
  search: (
    <>
      <circle cx="9" cy="9" r="5" />
      <path d="M12.8 12.8l3.7 3.7" />
    </>
  ),
  close: <path d="M5.5 5.5l9 9M14.5 5.5l-9 9" />,
  copy: (
    <>
      <rect x="7" y="7" width="9.5" height="9.5" rx="1.5" />
      <path d="M13 7V5A1.5 1.5 0 0 0 11.5 3.5H5A1.5 1.5 0 0 0 3.5 5v6.5A1.5 1.5 0 0 0 5 13h2" />
    </>
  ),
  full: <path d="M4 7.5V4h3.5M12.5 4H16v3.5M16 12.5V16h-3.5M7.5 16H4v-3.5" />,
  download: <path d="M10 3.5v9M6.3 9l3.7 3.7L13.7 9M4 16.5h12" />,
  upload: <path d="M10 13V4M6.3 7.5L10 3.8l3.7 3.7M4 16.5h12" />,
  file: <path d="M5 2.8h6l4 4v10.4H5zM11 2.8v4h4" />,
  shield: (
    <>
      <path d="M10 2.8l6 2.2v4.6c0 3.6-2.5 6.3-6 7.6-3.5-1.3-6-4-6-7.6V5z" />
      <path d="M7.3 10l2 2 3.5-4" />
    </>
  ),
  lock: (
    <>
      <rect x="4.5" y="9" width="11" height="8" rx="1.5" />
      <path d="M7 9V6.5a3 3 0 0 1 6 0V9" />
    </>
  ),
  info: (
    <>
      <circle cx="10" cy="10" r="7.2" />
      <path d="M10 9.2v4.3M10 6.5v.1" strokeWidth="1.8" />
    </>
  ),
  warn: (
    <>
      <path d="M10 3.2l7.4 13H2.6z" />
      <path d="M10 8.2v3.8M10 14v.1" strokeWidth="1.8" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

/**
 * An icon of the lab: 20 px, or 16 px when small. Never alone: a word or an accessible name stands with it.
 */
export function Icon({ name, small = false }: { name: IconName; small?: boolean }) {
  return (
    <svg className={small ? 'ico s' : 'ico'} viewBox="0 0 20 20" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}
