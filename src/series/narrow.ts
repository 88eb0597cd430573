import type { NamedLine } from '../charts/lines-chart';

/** Charts narrower than this have their names above. */
export const NARROW = 640;

/** The lines without the names at their ends, which have no room in a narrow chart. */
export const withoutNames = (lines: readonly NamedLine[]): NamedLine[] => lines.map((line) => ({ ...line, label: '' }));
