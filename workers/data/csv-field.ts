/**
 * A text that a spreadsheet would take for a formula: it begins with = + - @, tab or carriage return and is
 * no plain number. Labels come from a file that somebody else may have written, and a downloaded CSV or a
 * copied table is usually opened in a spreadsheet, so such cells get an apostrophe in front, as OWASP
 * advises. Numbers, negative ones included, are never touched.
 */
export const FORMULA = /^(?![+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$)[=+\-@\t\r]/;

/** A text that no spreadsheet takes for a formula (see FORMULA). */
export const guarded = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/**
 * A field of a CSV file: empty for null, no formula, and quoted where it must be (RFC 4180: a comma, a quote
 * or a line break in it).
 */
export function csvField(cell: string | number | null): string {
  if (cell === null) return '';
  const text = typeof cell === 'number' ? String(cell) : guarded(cell);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
