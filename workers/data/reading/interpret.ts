import { levelColumn } from '../bytes/level-column';
import { NumberColumn } from '../bytes/number-column';
import { textOf, type Utf8Texts } from '../bytes/utf8-texts';
import { LabFailure } from '../failure';
import { quote } from '../refusals';
import { MISSING, type RawColumn, type TableColumn } from '../table';
import { atOnce, type Work } from '../work';
import { Beginnings } from './beginnings';
import { type DateStep, dateNumbers } from './dates';
import { wordOf } from './missing';
import { isPlain, numberReader, plainNumber } from './numbers';
import type { ColumnStep } from './steps';
import { partName } from './words';

/** A column between two steps: what each text of the file stands for by now. */
export class Reading {
  name: string;
  raw: RawColumn;
  /** Numbers that are held row by row: until a step asks for their texts, there is nothing else. */
  held: NumberColumn | null;
  /** 1 where the code is missing; null where none is. */
  gone: Uint8Array | null = null;
  #texts: string[] | null = null;
  #numbers: Float64Array | null = null;

  constructor(raw: RawColumn, name = raw.name) {
    this.name = name;
    this.raw = raw;
    this.held = raw instanceof NumberColumn ? raw : null;
  }

  /** Text of each code; the file's own list until a step changes it. */
  get texts(): string[] {
    return this.#texts ?? this.raw.texts;
  }

  set texts(texts: string[]) {
    this.#texts = texts;
  }

  /** The file's own texts in bytes, until a step changes them. */
  get utf8(): Utf8Texts | undefined {
    return this.#texts ? undefined : this.raw.utf8;
  }

  /** The text of a code. */
  text(code: number): string {
    return this.#texts ? this.#texts[code] : textOf(this.raw, code);
  }

  /** Number of each code; NaN where it is none. */
  get numbers(): Float64Array {
    return this.#numbers ?? this.raw.numbers;
  }

  set numbers(numbers: Float64Array) {
    this.#numbers = numbers;
  }

  /** From here on the column is read by its texts. */
  asTexts(): void {
    if (this.held) this.raw = this.held;
    this.held = null;
  }

  copy(name: string): Reading {
    this.asTexts();
    const copy = new Reading(this.raw, name);
    copy.held = null;
    if (this.#texts) copy.texts = this.#texts;
    copy.numbers = this.numbers;
    copy.gone = this.gone?.slice() ?? null;
    return copy;
  }
}

/**
 * Columns of a file as steps make them. Texts of the file stay as they are; only what each stands for
 * changes, so the cost is that of the distinct texts, and columns that no step touches share their arrays
 * with the file's.
 *
 * @throws LabFailure 'no-column' for a step about a column that is not there, 'name-taken' for two columns of
 * one name
 */
export const interpret = (columns: readonly RawColumn[], steps: readonly ColumnStep[]): TableColumn[] => atOnce(interpreting(columns, steps));

/** As `interpret`. */
export function* interpreting(columns: readonly RawColumn[], steps: readonly ColumnStep[]): Work<TableColumn[]> {
  const made: TableColumn[] = [];
  for (const reading of yield* readingColumns(columns, steps)) {
    made.push(finished(reading));
    yield;
  }
  return made;
}

/** As `interpreting`, before levels are numbered anew. */
export function* readingColumns(columns: readonly RawColumn[], steps: readonly ColumnStep[]): Work<Reading[]> {
  const readings = columns.map((raw) => new Reading(raw));
  const byName = new Map(readings.map((reading) => [reading.name, reading]));
  const named = (name: string): Reading => {
    const reading = byName.get(name);
    if (!reading)
      throw new LabFailure('no-column', `The table has no column ${quote(name)}.`, 'Undo the changes to this column, or open the file again.');
    return reading;
  };
  for (const step of steps) {
    if (step.kind === 'missing-words') {
      for (const name of step.columns) {
        missing(named(name), step.words);
        yield;
      }
      continue;
    }
    yield;
    const reading = named(step.column);
    if (step.kind !== 'bad-cells' && step.kind !== 'rename' && !(step.kind === 'decimal' && isPlain(step))) reading.asTexts();
    switch (step.kind) {
      case 'decimal':
        if (!reading.held) reading.numbers = finite(Float64Array.from(reading.texts, numberReader(step)));
        break;
      case 'bad-cells':
        if (reading.held) {
          reading.held = reading.held.without(() => true);
          break;
        }
        reading.numbers.forEach((value, code) => {
          if (Number.isNaN(value)) drop(reading, code);
        });
        break;
      case 'category':
        reading.numbers = new Float64Array(reading.numbers.length).fill(Number.NaN);
        break;
      case 'merge-levels':
        merge(reading, step.from, step.into);
        break;
      case 'date':
        Object.assign(reading, dated(reading, step));
        break;
      case 'date-part':
        add(Object.assign(reading.copy(partName(step.column, step.as)), dated(reading, step)));
        break;
      case 'rename':
        if (step.to === step.column) break;
        if (byName.has(step.to)) throw taken(step.to);
        byName.delete(step.column);
        reading.name = step.to;
        byName.set(step.to, reading);
        break;
    }
  }
  return readings;

  function add(reading: Reading): void {
    if (byName.has(reading.name)) throw taken(reading.name);
    readings.push(reading);
    byName.set(reading.name, reading);
  }
}

const taken = (name: string) => new LabFailure('name-taken', `The table already has a column ${quote(name)}.`, 'Choose another name.');

/** What is too large for a double is no number. */
export function finite(numbers: Float64Array): Float64Array {
  for (let code = 0; code < numbers.length; code++) if (!Number.isFinite(numbers[code])) numbers[code] = Number.NaN;
  return numbers;
}

function drop(reading: Reading, code: number): void {
  reading.gone ??= new Uint8Array(reading.numbers.length);
  reading.gone[code] = 1;
}

function missing(reading: Reading, words: readonly string[]): void {
  const wanted = new Set(words.map(wordOf));
  const longest = Math.max(0, ...[...wanted].map((word) => word.length)) + 16;
  // A column of numbers has a million different texts more easily than a column of words.
  const numbers = words.map(plainNumber).filter((number) => !Number.isNaN(number));
  const alsoNumbers = numbers.length > 0;
  if (reading.held) {
    reading.held = reading.held.without((text) => wanted.has(wordOf(text)), new Set(numbers));
    return;
  }
  const look = (code: number): void => {
    if (!alsoNumbers && !Number.isNaN(reading.numbers[code])) return;
    const text = reading.text(code);
    if (text.length <= longest && wanted.has(wordOf(text))) drop(reading, code);
  };
  const { utf8 } = reading;
  const beginnings = new Beginnings(wanted);
  if (utf8) for (const code of utf8.where(beginnings.mayBe)) look(code);
  else for (let code = 0; code < reading.numbers.length; code++) if (beginnings.mayBeText(reading.texts[code])) look(code);
}

function merge(reading: Reading, from: readonly string[], into: string): void {
  const spellings = new Set(from);
  const known = reading.texts.indexOf(into);
  const number = known >= 0 ? reading.numbers[known] : finite(Float64Array.of(plainNumber(into)))[0];
  const numbers = reading.numbers.slice();
  reading.texts = reading.texts.map((text, code) => {
    if (!spellings.has(text)) return text;
    numbers[code] = number;
    return into;
  });
  reading.numbers = numbers;
}

/** Days keep the dates as their labels; months, weekdays and the like are labelled by their numbers. */
function dated({ texts, gone }: Reading, step: DateStep): Pick<Reading, 'texts' | 'numbers'> {
  const numbers = dateNumbers(texts, step, gone);
  return { numbers, texts: step.as === 'days' ? texts : texts.map((text, code) => (Number.isNaN(numbers[code]) ? text : String(numbers[code]))) };
}

/** Numbers the levels anew, in order of first appearance, where some are missing or have become one. */
function finished(reading: Reading): TableColumn {
  if (reading.held) return reading.held.called(reading.name);
  const { name, raw, numbers, gone, utf8 } = reading;
  if (utf8) return gone ? remaining(name, raw, numbers, gone, utf8) : levelColumn(name, { ...ofRows(raw), numbers }, utf8);
  const { texts } = reading;
  if (!gone && texts === raw.texts) {
    return { name, codes: raw.codes, dictionary: raw.texts, numbers, counts: raw.counts, missing: raw.missing, textLevels: textLevels(numbers) };
  }
  const place = new Int32Array(texts.length).fill(MISSING);
  const index = new Map<string, number>();
  const dictionary: string[] = [];
  const kept: number[] = [];
  const counts: number[] = [];
  let absent = raw.missing;
  texts.forEach((text, code) => {
    if (gone?.[code]) {
      absent += raw.counts[code];
      return;
    }
    let at = index.get(text);
    if (at === undefined) {
      at = dictionary.push(text) - 1;
      index.set(text, at);
      kept.push(numbers[code]);
      counts.push(0);
    }
    counts[at] += raw.counts[code];
    place[code] = at;
  });
  const codes = raw.codes.map((code) => (code === MISSING ? MISSING : place[code]));
  const values = Float64Array.from(kept);
  return { name, codes, dictionary, numbers: values, counts: Uint32Array.from(counts), missing: absent, textLevels: textLevels(values) };
}

const ofRows = ({ codes, counts, missing }: RawColumn): Pick<RawColumn, 'codes' | 'counts' | 'missing'> => ({ codes, counts, missing });

/** A column some of whose texts are missing; the others are as they were. */
function remaining(name: string, raw: RawColumn, numbers: Float64Array, gone: Uint8Array, utf8: Utf8Texts): TableColumn {
  const place = new Int32Array(gone.length);
  let [size, missing] = [0, raw.missing];
  for (let code = 0; code < gone.length; code++) {
    if (gone[code] === 1) missing += raw.counts[code];
    place[code] = gone[code] === 1 ? MISSING : size++;
  }
  const kept = (_: number, code: number): boolean => gone[code] === 0;
  const codes = new Int32Array(raw.codes.length);
  for (let row = 0; row < codes.length; row++) codes[row] = raw.codes[row] === MISSING ? MISSING : place[raw.codes[row]];
  return levelColumn(name, { codes, numbers: numbers.filter(kept), counts: raw.counts.filter(kept), missing }, utf8.without(gone));
}

function textLevels(numbers: Float64Array): number {
  let texts = 0;
  for (const value of numbers) if (Number.isNaN(value)) texts++;
  return texts;
}
