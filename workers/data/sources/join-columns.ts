import { grouped, MOST_OTHERS, ReadAsLevels } from '../bytes/column-store';
import { ByteDictionary } from '../bytes/dictionary';
import { levelColumn } from '../bytes/level-column';
import { FIRST_CELLS, NumberColumn } from '../bytes/number-column';
import { likeName } from '../facts/long-numbers';
import { MISSING, type RawColumn } from '../table';

/**
 * A column of several files, one after the other, as if it had been read from one.
 *
 * @param rows of each file
 * @throws ReadAsLevels where one file has too many numbers for a list, and another has names that look like
 * numbers, numbers that may have thousands, or too many other texts
 */
export function joined(parts: readonly RawColumn[], rows: readonly number[]): RawColumn {
  if (parts.length === 1) return parts[0];
  return parts.some((part) => part instanceof NumberColumn) ? joinedNumbers(parts, rows) : joinedTexts(parts, rows);
}

function joinedTexts(parts: readonly RawColumn[], rows: readonly number[]): RawColumn {
  const codes = new Int32Array(rows.reduce((sum, own) => sum + own, 0));
  const known = new ByteDictionary();
  const [numbers, counts]: number[][] = [[], []];
  let [at, missing] = [0, 0];
  for (const part of parts) {
    const { utf8 } = part;
    const codeOf = (bytes: Uint8Array, start: number, end: number): number => known.code(bytes, start, end);
    const into = new Int32Array(part.numbers.length);
    for (let code = 0; code < part.numbers.length; code++) {
      const own = utf8 ? utf8.is(code, codeOf) : known.codeOf(part.texts[code]);
      if (own === numbers.length) {
        numbers.push(part.numbers[code]);
        counts.push(0);
      }
      counts[own] += part.counts[code];
      into[code] = own;
    }
    for (let row = 0; row < part.codes.length; row++) codes[at++] = part.codes[row] === MISSING ? MISSING : into[part.codes[row]];
    missing += part.missing;
  }
  const all = {
    ...{ codes, numbers: Float64Array.from(numbers), counts: Uint32Array.from(counts), missing },
    ...(numbersAlone(parts) && { plain: true as const }),
    ...(parts.some(({ category }) => category) && { category: true as const }),
  };
  return levelColumn(parts[0].name, all, known.utf8());
}

/** The files say that the cells are numbers; where one has none it says nothing. */
const numbersAlone = (parts: readonly RawColumn[]): boolean =>
  parts.some(({ plain }) => plain) && parts.every(({ plain, counts }) => plain || counts.length === 0);

function joinedNumbers(parts: readonly RawColumn[], rows: readonly number[]): RawColumn {
  const [{ name }] = parts;
  const values = new Float64Array(rows.reduce((sum, own) => sum + own, 0));
  const others = { rows: [] as number[], codes: [] as number[] };
  const texts = new Map<string, number>();
  const first: (string | null)[] = [];
  /** Some number has a point; some has one that cannot stand between thousands. */
  let [at, points, decimal] = [0, false, false];
  const other = (row: number, text: string): void => {
    const code = texts.get(text) ?? texts.size;
    texts.set(text, code);
    if (texts.size > MOST_OTHERS) throw new ReadAsLevels(name);
    others.rows.push(row);
    others.codes.push(code);
    values[row] = Number.NaN;
  };
  for (const [i, part] of parts.entries()) {
    if (part instanceof NumberColumn) {
      const { cells } = part;
      values.set(cells.values, at);
      for (let k = 0; k < cells.others.rows.length; k++) other(at + cells.others.rows[k], cells.others.texts[cells.others.codes[k]]);
      points ||= cells.points;
      // Its own reader has seen to it.
      decimal ||= cells.points;
      if (i === 0) first.push(...cells.first);
    } else {
      part.texts.forEach((text, code) => {
        if (!part.plain && likeName(text, part.numbers[code])) throw new ReadAsLevels(name);
        if (decimal || Number.isNaN(part.numbers[code]) || !text.includes('.')) return;
        points = true;
        decimal = part.plain === true || Number.isNaN(grouped(text));
      });
      for (let row = 0; row < rows[i]; row++) {
        const code = part.codes[row];
        if (code === MISSING) values[at + row] = Number.NaN;
        else if (Number.isNaN(part.numbers[code])) other(at + row, part.texts[code]);
        else values[at + row] = part.numbers[code];
        if (i === 0 && row < FIRST_CELLS) first.push(code === MISSING ? null : part.texts[code]);
      }
    }
    at += rows[i];
  }
  // Every number with a point could be one of thousands: its texts are needed.
  if (points && !decimal) throw new ReadAsLevels(name);
  return new NumberColumn(name, {
    values,
    others: { rows: Uint32Array.from(others.rows), codes: Uint32Array.from(others.codes), texts: [...texts.keys()] },
    first,
    points,
  });
}
