/**
 * Texts of a person's file as literals of Python and R: whatever a column is called, it is data in the code
 * and never code.
 */

/** What does not print, or changes what is seen around it: escaped, so that the code reads as it runs. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** Longer texts are written in pieces. */
const PIECE = 60;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** Escapes that both languages have. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** A sign within a literal; `special` has those that a language writes otherwise. */
function escaped(sign: string, special: (code: number) => string | null): string {
  const known = ESCAPES.get(sign);
  if (known !== undefined) return known;
  if (!HIDDEN.test(sign)) return sign;
  const code = sign.codePointAt(0) as number;
  return special(code) ?? (code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`);
}

const pythonSign = (sign: string): string => escaped(sign, (code) => (code < 0x100 ? `\\x${hex(code, 2)}` : null));

// R has no half characters, and no text with a zero in it (`analysisRefusal` asks for that beforehand).
const rSign = (sign: string): string => escaped(sign, (code) => (code >= 0xd800 && code < 0xe000 ? '\\ufffd' : null));

/** The literals of a text's pieces; a piece never ends within an escape. */
function pieces(text: string, written: (sign: string) => string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const sign of text) {
    const next = written(sign);
    if (part.length + next.length > PIECE) {
      parts.push(`"${part}"`);
      part = '';
    }
    part += next;
  }
  parts.push(`"${part}"`);
  return parts;
}

/** A text as a Python literal; a long one in parentheses, a piece a line, from `indent` spaces on. */
export function pythonText(text: string, indent = 0): string {
  const parts = pieces(text, pythonSign);
  if (parts.length === 1) return parts[0];
  const space = ' '.repeat(indent);
  return `(\n${parts.map((part) => `${space}    ${part}`).join('\n')}\n${space})`;
}

/** A text as an R literal; a long one is pasted together. */
export function rText(text: string, indent = 0): string {
  const parts = pieces(text, rSign);
  if (parts.length === 1) return parts[0];
  const space = ' '.repeat(indent);
  return `paste0(\n${parts.map((part) => `${space}  ${part}`).join(',\n')}\n${space})`;
}

/** Items between brackets: on one line where there is room, else as many on a line as it takes. */
function listed(items: readonly string[], [open, close]: readonly [string, string], step: string, indent: number, lastComma: boolean): string {
  const line = `${open}${items.join(', ')}${close}`;
  if (line.length <= PIECE && !line.includes('\n')) return line;
  const space = ' '.repeat(indent);
  const lines: string[] = [];
  for (const [i, item] of items.entries()) {
    const one = i === items.length - 1 && !lastComma ? item : `${item},`;
    const last = lines[lines.length - 1];
    if (last !== undefined && !`${last}${one}`.includes('\n') && last.length + one.length < PIECE) lines[lines.length - 1] = `${last} ${one}`;
    else lines.push(one);
  }
  return `${open}\n${lines.map((one) => `${space}${step}${one}`).join('\n')}\n${space}${close}`;
}

/** `["a", "b"]`. */
export const pythonTexts = (texts: readonly string[], indent = 0): string =>
  listed(
    texts.map((text) => pythonText(text, indent + 4)),
    ['[', ']'],
    '    ',
    indent,
    true,
  );

/** Items of code, as `[a, b]` or with other brackets. */
export const pythonItems = (items: readonly string[], indent = 0, brackets: readonly [string, string] = ['[', ']']): string =>
  listed(items, brackets, '    ', indent, true);

/** `c("a", "b")`; a vector of no text is `character(0)`. */
export const rTexts = (texts: readonly string[], indent = 0): string =>
  texts.length === 0
    ? 'character(0)'
    : listed(
        texts.map((text) => rText(text, indent + 2)),
        ['c(', ')'],
        '  ',
        indent,
        false,
      );

/** A number as both languages read it back. */
export const numberText = (value: number): string => String(value);

/**
 * Row numbers in few words, ascending: '0 4-6 9' for 0, 4, 5, 6, 9.
 *
 * @param first number of the first row: 0 in Python, 1 in R
 */
export function rowNumbers(rows: Uint32Array, first: 0 | 1): string {
  const sorted = rows.slice().sort();
  const runs: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (end + 1 < sorted.length && sorted[end + 1] === sorted[end] + 1) end++;
    runs.push(end === i ? String(sorted[i] + first) : `${sorted[i] + first}-${sorted[end] + first}`);
    i = end + 1;
  }
  return runs.join(' ');
}

/** Words folded to lines of at most `width` characters. */
export function folded(text: string, width = 79): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines.join('\n');
}
