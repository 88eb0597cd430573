/**
 * The parts of a table whose rows may be cards on a phone (`.res.as-cards` in src/results/results.css). Their
 * roles are said again: laid out as cards, a table is none to every browser.
 */
export const asTable = { role: 'table' } as const;
export const asGroup = { role: 'rowgroup' } as const;
export const asRow = { role: 'row' } as const;
export const asColumnHead = { role: 'columnheader', scope: 'col' } as const;
export const asRowHead = { role: 'rowheader', scope: 'row' } as const;

/** A cell; its column's name stands beside it in a card, for the eye alone: a screen reader has the head. */
export const asCell = (column?: string) => ({ role: 'cell', 'data-column': column }) as const;

/**
 * A cell across so many columns, or rows: laid out as cards, Chromium passes on only what ARIA says of it.
 */
export const acrossColumns = (count: number) => ({ colSpan: count, 'aria-colspan': count });
export const acrossRows = (count: number) => ({ rowSpan: count, 'aria-rowspan': count });

/** So many columns fit a phone side by side. */
const FIT = 4;

/** The class of a table of so many columns. */
export const tableClass = (columns: number, more = ''): string => ['res', more, columns > FIT ? 'as-cards' : ''].filter(Boolean).join(' ');
