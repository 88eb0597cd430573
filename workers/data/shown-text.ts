/**
 * Texts of a person's file as they may stand in a sentence, a chart, a title or on a terminal: names and
 * values come from files that somebody else may have written, and control characters move a terminal's cursor
 * or colour it, and direction marks turn the words that follow them.
 */

/** ALM, LRM, RLM, embeddings, overrides, isolates, and the byte order mark, as in a class of characters. */
const MARK = '\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff';
const MARKS = /*#__PURE__*/ new RegExp(`[${MARK}]`, 'g');

/** C0, DEL, C1, and the separators of lines and paragraphs. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;

/** The text without direction marks; each control character is a space, and half a character is U+FFFD. */
export const printable = (text: string): string =>
  text
    .replace(MARKS, '')
    .replace(CONTROLS, ' ')
    .replace(/\p{Cs}/gu, '\ufffd');

/** The same in at most `limit` characters, of which the last is … where something is left out. */
export function shortened(text: string, limit: number): string {
  // What nobody will see need not be looked at; marks take no room.
  const most = 8 * limit;
  const shown = printable(text.length > most ? text.slice(0, most) : text);
  if (shown.length <= limit && text.length <= most) return shown;
  return `${shown.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Lines for a terminal: as `printable`, with its line ends. */
export const printableLines = (text: string): string => text.split(/\r?\n/).map(printable).join('\n');

/** What JSON leaves as it is and `printable` takes out: C0 is escaped already. */
const UNESCAPED = /*#__PURE__*/ new RegExp(`[\u007f-\u009f\u2028\u2029${MARK}]`, 'g');

/** A text of JSON that parses to the same value and moves no terminal: what does not print is escaped. */
export const printableJson = (json: string): string => json.replace(UNESCAPED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
