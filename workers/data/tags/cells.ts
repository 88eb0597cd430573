/**
 * What may stand between the labels of a cell, in the order in which they are tried; ' ' is any white space.
 */
export const TAG_SEPARATORS = [';', '|', ',', ' '] as const;
export type TagSeparator = (typeof TAG_SEPARATORS)[number];

/** Name of a separator in words that follow "separated by". */
export const SEPARATOR_WORDS: Readonly<Record<TagSeparator, string>> = { ';': 'semicolons', '|': 'bars |', ',': 'commas', ' ': 'white space' };

const ENCLOSING = ['[]', '{}'];
const QUOTES = '"\'';

/**
 * The labels of a cell: trimmed, without one pair of enclosing [] or {}, split, each trimmed and without one
 * pair of quotes around it; empty labels and repeats left out (docs/methods.md F1). A separator between the
 * quotes of a label does not split it.
 */
export const parseTags = (cell: string, separator: TagSeparator): string[] => [...new Set(labelsOf(cell, separator))];

/** As `parseTags`, with repeats. */
export function labelsOf(cell: string, separator: TagSeparator): string[] {
  let text = cell.trim();
  if (text.length >= 2 && ENCLOSING.includes(text[0] + text[text.length - 1])) text = text.slice(1, -1);
  const quoted = text.includes('"') || text.includes("'");
  const parts = quoted ? partsOf(text, separator) : plainParts(text, separator);
  let count = 0;
  for (const part of parts) {
    const label = quoted ? unquoted(part.trim()) : part.trim();
    if (label !== '') parts[count++] = label;
  }
  parts.length = count;
  return parts;
}

const plainParts = (text: string, separator: TagSeparator): string[] => (separator === ' ' ? text.split(/\s+/) : text.split(separator));

const isBetween = (text: string, at: number, separator: TagSeparator): boolean => (separator === ' ' ? /\s/.test(text[at]) : text[at] === separator);

/** Splits where a separator stands outside the quotes of a label. */
function partsOf(text: string, separator: TagSeparator): string[] {
  const parts: string[] = [];
  let from = 0;
  /** Nothing but white space since the last separator. */
  let blank = true;
  /** Quotes that nothing closes from here on: they are not looked for again. */
  let unclosed = '';
  for (let at = 0; at <= text.length; at++) {
    if (at === text.length || isBetween(text, at, separator)) {
      parts.push(text.slice(from, at));
      from = at + 1;
      blank = true;
      continue;
    }
    const sign = text[at];
    if (blank && QUOTES.includes(sign) && !unclosed.includes(sign)) {
      const end = endOfQuotes(text, at, separator);
      if (end === at) unclosed += sign;
      at = end;
    }
    blank &&= /\s/.test(sign);
  }
  return parts;
}

/**
 * Where the quotes that open a label close: the first one like it with nothing but white space up to a
 * separator or the end. The opening place itself where none does: then it is a character like any other.
 */
function endOfQuotes(text: string, opening: number, separator: TagSeparator): number {
  for (let at = text.indexOf(text[opening], opening + 1); at > 0; at = text.indexOf(text[opening], at + 1)) {
    let after = at + 1;
    while (after < text.length && !isBetween(text, after, separator) && /\s/.test(text[after])) after++;
    if (after === text.length || isBetween(text, after, separator)) return at;
  }
  return opening;
}

function unquoted(label: string): string {
  const quoted = label.length >= 2 && label[0] === label[label.length - 1] && QUOTES.includes(label[0]);
  return quoted ? label.slice(1, -1).trim() : label;
}

/**
 * A cell with these labels: `parseTags` of it gives them back.
 *
 * @throws RangeError for a label that no cell can hold: empty, with white space at its ends, or with a
 * separator and both kinds of quotes
 */
export function writeTags(labels: readonly string[], separator: TagSeparator): string {
  const between = separator === ' ' ? ' ' : `${separator} `;
  const plain = labels.join(between);
  if (same(parseTags(plain, separator), labels)) return plain;
  const cell = labels.map((label) => withQuotes(label, separator)).join(between);
  if (!same(parseTags(cell, separator), labels)) throw new RangeError(`no cell holds these labels: ${JSON.stringify(labels)}`);
  return cell;
}

/** The label, in quotes where it needs them. */
function withQuotes(label: string, separator: TagSeparator): string {
  const brackets = ENCLOSING.some((pair) => label.startsWith(pair[0]) || label.endsWith(pair[1]));
  if (!brackets && same(parseTags(label, separator), [label])) return label;
  for (const quote of QUOTES) if (same(parseTags(quote + label + quote, separator), [label])) return quote + label + quote;
  throw new RangeError(`no cell holds the label ${JSON.stringify(label)}`);
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((label, i) => label === b[i]);
