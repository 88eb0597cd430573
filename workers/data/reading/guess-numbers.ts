import type { NumberColumn } from '../bytes/number-column';
import type { Reading } from './interpret';
import { affixOf, isPlain, type NumberFormat, numberReader, PLAIN } from './numbers';

/** How the numbers of a column could be written. */
export interface NumberGuess {
  /** Formats that read the same share of cells as numbers, and read them differently; the plain one first. */
  formats: NumberFormat[];
  /** A text that tells the formats apart; '' where there is one format. */
  example: string;
}

/** A column is one of numbers when at least so many of its cells are, … */
const MOSTLY = 0.9;
/** … or half of them, and the others are a few words again and again ("n.d.", "below limit"). */
const HALF = 0.5;
const FEW_WORDS = 3;
/** Either way it has at least so many different numbers: else "1", "2", "3" and "other" are names. */
const DISTINCT = 10;

/** Whether a column is one of numbers though some of its cells are none. */
export function mostlyNumbers(cells: { good: number; bad: number }, distinct: { good: number; bad: number }): boolean {
  const share = cells.good / Math.max(1, cells.good + cells.bad);
  return distinct.good >= DISTINCT && (share >= MOSTLY || (share >= HALF && distinct.bad <= FEW_WORDS));
}

/** Texts looked at to rule a column of words out. */
const SAMPLE = 200;
const LOOKED = 20_000;
const LIKE_NUMBERS = /^[^\p{L}]*\d[^\p{L}]*(?:[eE][+-]?\d+)?(?:EUR|USD|CHF|GBP|kr|zł)?$|^(?:EUR|USD|CHF|GBP|Fr\.|kr|zł)\s*[^\p{L}]*\d[^\p{L}]*$/u;

/**
 * Formats under which a column is one of numbers; null when it is not. Counts are over the cells that are not
 * missing.
 */
export function guessNumbers(reading: Reading): NumberGuess | null {
  if (reading.held) return heldNumbers(reading.held);
  const { gone, raw } = reading;
  let cells = 0;
  for (let code = 0; code < raw.counts.length; code++) if (!gone?.[code]) cells += raw.counts[code];
  if (cells === 0) return null;
  return plainThroughout(reading) ?? guessFormats(reading, cells);
}

/** Numbers that are held row by row are plain; so are the cells between them, as far as they are numbers. */
function heldNumbers({ present, textLevels, cells }: NumberColumn): NumberGuess | null {
  const bad = cells.others.rows.length;
  return bad === 0 || mostlyNumbers({ good: present, bad }, { good: present, bad: textLevels }) ? { formats: [PLAIN], example: '' } : null;
}

/** "1.106" is plain, and could be 1106 where every number has three digits after its point. */
const POINT_THOUSANDS: NumberFormat = { decimal: ',', thousands: '.' };

/**
 * The guess for a column whose texts are all plain numbers; ends at the first text that has one meaning only.
 */
function plainThroughout(own: Reading): NumberGuess | null {
  const { numbers, gone, raw } = own;
  for (let code = 0; code < numbers.length; code++) if (Number.isNaN(numbers[code]) && !gone?.[code]) return null;
  if (raw.plain) return { formats: [PLAIN], example: '' };
  const reader = numberReader(POINT_THOUSANDS);
  let example = '';
  for (let code = 0; code < numbers.length; code++) {
    if (gone?.[code]) continue;
    const text = own.text(code);
    const value = reader(text);
    if (Number.isNaN(value)) return { formats: [PLAIN], example: '' };
    if (example === '' && value !== numbers[code]) example = text.trim();
  }
  return { formats: example === '' ? [PLAIN] : [PLAIN, POINT_THOUSANDS], example };
}

function guessFormats(own: Reading, cells: number): NumberGuess | null {
  const {
    numbers,
    gone,
    raw: { counts },
  } = own;
  const sample: string[] = [];
  for (let code = 0; code < numbers.length && sample.length < SAMPLE; code++) if (!gone?.[code]) sample.push(own.text(code));
  if (sample.filter((text) => LIKE_NUMBERS.test(text.trim())).length < 0.6 * sample.length) return null;
  const { texts } = own;
  const codes: number[] = [];
  for (let code = 0; code < texts.length; code++) if (!gone?.[code]) codes.push(code);
  const affix = commonAffix(sample) ?? undefined;
  const formats = candidates(signsIn(texts, codes)).map((bare) => (affix ? { ...bare, affix } : bare));
  // What reads fewer of the first texts than another format is not looked at further: there may be a million.
  const failing = formats.map((format) => {
    const reader = numberReader(format);
    return sample.reduce((bad, text) => bad + (Number.isFinite(reader(text)) ? 0 : 1), 0);
  });
  const fewest = Math.min(...failing);
  const likely = formats.filter((_, i) => failing[i] === fewest);
  // Where one format is left, the share of numbers shows in the first thousands of texts; bad cells after
  // these are found when all are read.
  const looked = likely.length > 1 ? codes.length : Math.min(codes.length, LOOKED);
  const read = likely.map((format) => {
    const reader = isPlain(format) ? null : numberReader(format);
    const values = new Float64Array(likely.length > 1 ? looked : 0);
    let [bad, distinct] = [0, 0];
    for (let i = 0; i < looked; i++) {
      const code = codes[i];
      const value = reader ? reader(texts[code]) : numbers[code];
      if (likely.length > 1) values[i] = value;
      if (Number.isFinite(value)) distinct++;
      else bad += counts[code];
    }
    return { format, values, bad, distinct };
  });
  const least = Math.min(...read.map(({ bad }) => bad));
  const best = read.filter(({ bad }) => bad === least);
  const { distinct } = best[0];
  const seen = looked === codes.length ? cells : codes.slice(0, looked).reduce((sum, code) => sum + counts[code], 0);
  if (least > 0 && !mostlyNumbers({ good: seen - least, bad: least }, { good: distinct, bad: looked - distinct })) return null;
  const different: typeof best = [];
  let example = '';
  for (const reading of best) {
    const tell = different.map((known) => reading.values.findIndex((value, i) => Number.isFinite(value) && value !== known.values[i]));
    if (tell.includes(-1)) continue;
    if (tell.length > 0) example ||= texts[codes[tell[0]]].trim();
    different.push(reading);
  }
  return { formats: different.map(({ format }) => format), example };
}

type Signs = Record<',' | '.' | ' ' | "'", boolean>;

/** Which signs some of the texts have; a space only between two other characters. */
function signsIn(texts: readonly string[], codes: readonly number[]): Signs {
  const signs: Signs = { ',': false, '.': false, ' ': false, "'": false };
  for (const code of codes) {
    const text = texts[code];
    signs[','] ||= text.includes(',');
    signs['.'] ||= text.includes('.');
    signs[' '] ||= /\S[ \u00a0\u2009\u202f]\S/.test(text);
    signs["'"] ||= text.includes("'") || text.includes('’');
  }
  return signs;
}

/** Formats whose signs occur, the simplest first. */
function candidates(signs: Signs): NumberFormat[] {
  const list: NumberFormat[] = [PLAIN];
  if (signs[',']) list.push({ decimal: ',', thousands: '' }, { decimal: '.', thousands: ',' });
  if (signs['.']) list.push(POINT_THOUSANDS);
  for (const thousands of [' ', "'"] as const) {
    if (signs[thousands]) list.push({ decimal: '.', thousands }, ...(signs[','] ? [{ decimal: ',' as const, thousands }] : []));
  }
  return list;
}

function commonAffix(texts: string[]): string | null {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const affix = affixOf(text);
    if (affix) counts.set(affix, (counts.get(affix) ?? 0) + 1);
  }
  for (const [affix, count] of counts) if (count >= MOSTLY * texts.length) return affix;
  return null;
}

/**
 * Whether every cell has the decimal sign or none has: amounts in thousands have it here and there ("691",
 * "1.106").
 */
export function signEverywhere({ texts, gone }: Reading, sign: string): boolean {
  return texts.every((text, code) => gone?.[code] || text.includes(sign));
}
