import { timeText } from '../cell-texts';
import { attribute, type XmlHandler } from './xml';

/** A sheet of cells, and the file of the archive that holds it. */
export interface Sheet {
  name: string;
  hidden: boolean;
  id: string;
}

/** Collects what a part of a workbook holds. */
export interface Part<T> extends XmlHandler {
  readonly found: T;
}

const IGNORED = { close: () => undefined, text: () => undefined };

/** xl/workbook.xml: its sheets, and from which day on its days count. */
export function workbookPart(): Part<{ sheets: Sheet[]; from1904: boolean }> {
  const found = { sheets: [] as Sheet[], from1904: false };
  return {
    ...IGNORED,
    found,
    open(name, attributes) {
      if (name === 'sheet' && found.sheets.length < 10_000) {
        const state = attribute(attributes, 'state');
        found.sheets.push({
          name: attribute(attributes, 'name') ?? '',
          hidden: state === 'hidden' || state === 'veryHidden',
          id: attribute(attributes, 'id') ?? '',
        });
      } else if (name === 'workbookPr') found.from1904 = ['1', 'true'].includes(attribute(attributes, 'date1904') ?? '');
    },
  };
}

/** xl/_rels/workbook.xml.rels: files of the archive by their ids; those that are sheets of cells. */
export function relationsPart(): Part<Map<string, string>> {
  const found = new Map<string, string>();
  return {
    ...IGNORED,
    found,
    open(name, attributes) {
      if (name !== 'Relationship' || !attribute(attributes, 'Type')?.endsWith('/worksheet')) return;
      const target = attribute(attributes, 'Target') ?? '';
      found.set(attribute(attributes, 'Id') ?? '', target.startsWith('/') ? target.slice(1) : `xl/${target}`);
    },
  };
}

/**
 * Formats that Excel does not write down: 14 to 22, 45 and 47 are dates and times; the others of East Asia.
 * 46 is a duration, [h]:mm:ss.
 */
const isDateId = (id: number): boolean => (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id === 45 || id === 47 || (id >= 50 && id <= 58);

/**
 * Whether a format shows a date or a time; what stands in quotes, brackets or behind \ is text or colour.
 * [h], [m] and [s] are durations, beyond a day too: they stay numbers of days.
 */
function isDateFormat(code: string): boolean {
  const signs = code
    .slice(0, 255)
    .replace(/"[^"]*"|\\.|_.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
    .split(';')[0];
  return /[dmyhs]/i.test(signs) && !/general|\[/i.test(signs);
}

/** xl/styles.xml: 1 for each style of cells that shows a date or a time. */
export function stylesPart(): Part<number[]> {
  const found: number[] = [];
  const formats = new Map<number, boolean>();
  let inCells = false;
  return {
    text: () => undefined,
    found,
    open(name, attributes) {
      if (name === 'numFmt') formats.set(Number(attribute(attributes, 'numFmtId')), isDateFormat(attribute(attributes, 'formatCode') ?? ''));
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells && found.length < 100_000) {
        const id = Number(attribute(attributes, 'numFmtId') ?? 0);
        found.push((formats.get(id) ?? isDateId(id)) ? 1 : 0);
      }
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  };
}

/** xl/sharedStrings.xml: the texts that cells point at. Pronunciations are no part of them. */
export function stringsPart(onText: (characters: number) => void): Part<string[]> {
  const found: string[] = [];
  let [text, inside, spoken] = ['', false, 0];
  return {
    found,
    open(name) {
      if (name === 'si') text = '';
      else if (name === 't') inside = spoken === 0;
      else if (name === 'rPh') spoken++;
    },
    text(piece) {
      if (inside) text += piece;
    },
    close(name) {
      if (name === 't') inside = false;
      else if (name === 'rPh') spoken--;
      else if (name === 'si') {
        found.push(unescaped(text));
        onText(text.length);
      }
    },
  };
}

/** Characters that XML does not allow are written _x000D_. */
export const unescaped = (text: string): string =>
  text.includes('_x') ? text.replace(/_x([0-9a-f]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text;

const DAY = 86_400_000;

/**
 * A number of days as a date: 2024-01-31, with its clock where there is one; below one day, the clock alone.
 * The day after 28 February 1900 is one that never was.
 */
export function dayText(serial: number, from1904: boolean): string | null {
  if (!(serial >= 0 && serial < 2_958_466)) return null;
  const time = Math.round(serial * DAY);
  if (serial < 1 && !from1904) return timeText(BigInt(time % DAY), 1000n).replace(/^1970-01-01 ?/, '') || '00:00:00';
  const first = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  return timeText(BigInt(first + time), 1000n);
}
