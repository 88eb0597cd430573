/** Dates of a column, one for each of its texts. */
export interface Dates {
  /**
   * Moments, in milliseconds since 1970: a clock with an offset (+02:00) counts from UTC, one without as if
   * it showed UTC. NaN where a text is no date.
   */
  times: Float64Array;
  /** How the dates are written, for a note: "2024-01-31", "31.1.2024". */
  form: string;
  /** Some date has a time of day. */
  clock: boolean;
  /** Day and month could be the other way round in every cell. */
  ambiguous: boolean;
  dayFirst: boolean;
}

const TIME = '(?:[T ]\\s*(\\d{1,2}):(\\d{2})(?::(\\d{2}(?:[.,]\\d+)?))?\\s*([AaPp][Mm])?\\s*(?:Z|UTC|([+-]\\d{2}(?::?\\d{2})?))?)?';
const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})(?:\\2(\\d{1,2}))?${TIME}$`);
const YEAR_LAST = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})${TIME}$`);
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})$/;
const DAY_NAMED = new RegExp(`^(\\d{1,2})[-. ]+([A-Za-zäû.é]{3,9})[-. ,]+(\\d{4}|\\d{2})${TIME}$`);
const MONTH_NAMED = new RegExp(`^([A-Za-z]{3,9})\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})${TIME}$`);
/** As spreadsheets write a month: Jan-24, January 2024. */
const MONTH_ALONE = /^([A-Za-zäûé]{3,9})(?:-| |\.|\. )(?:(\d{4})|(?<=-)(\d{2}))$/;

/** English, German and French names of the months, from January on. */
const MONTHS: readonly (readonly string[])[] = [
  ['january', 'januar', 'jänner', 'janvier'],
  ['february', 'februar', 'février', 'fevrier'],
  ['march', 'märz', 'maerz', 'mars'],
  ['april', 'avril'],
  ['may', 'mai'],
  ['june', 'juni', 'juin'],
  ['july', 'juli', 'juillet'],
  ['august', 'août', 'aout'],
  ['september', 'septembre'],
  ['october', 'oktober', 'octobre'],
  ['november', 'novembre'],
  ['december', 'dezember', 'décembre', 'decembre'],
];

/** Months (from 1) by every beginning of three letters or more that only they have; 0 for one of two. */
const MONTH_OF = new Map<string, number>();
MONTHS.forEach((names, index) => {
  for (const name of names) {
    for (let end = 3; end <= name.length; end++) {
      const start = name.slice(0, end);
      const known = MONTH_OF.get(start);
      MONTH_OF.set(start, known === undefined || known === index + 1 ? index + 1 : 0);
    }
  }
});

const monthOf = (word: string): number => MONTH_OF.get(word.toLowerCase().replace(/\.$/, '')) ?? 0;

/** What a clock shows, and how far it is ahead of UTC, in milliseconds. */
interface Clock {
  shown: number;
  ahead: number;
}

/** Year, month, day (1-based) and the clock. */
type Parts = [year: number, month: number, day: number, clock: Clock | null];

/** Milliseconds of an offset: +02:00, -0330, +01. */
function offsetOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3).replace(':', ''));
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}

function clockOf([hour, minute, second, half, offset]: (string | undefined)[]): Clock | null {
  if (hour === undefined || minute === undefined) return null;
  let hours = Number(hour);
  if (half) hours = (hours % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  if (hours > 24 || Number(minute) > 59) return { shown: Number.NaN, ahead: 0 };
  // To a nanosecond, which no product of a fraction in double precision is without rounding.
  const milliseconds = Math.round(Number((second ?? '0').replace(',', '.')) * 1e9) / 1e6;
  return { shown: (hours * 60 + Number(minute)) * 60_000 + milliseconds, ahead: offsetOf(offset) };
}

const fullYear = (text: string): number => (text.length === 4 ? Number(text) : Number(text) + (Number(text) < 70 ? 2000 : 1900));

/** Null where the word is no month. */
function named(word: string, year: number, day: number, clock: Clock | null): Parts | null {
  const month = monthOf(word);
  return month > 0 ? [year, month, day, clock] : null;
}

/** Reads one cell; `dayFirst` settles 3/4/2024. */
function partsOf(cell: string, dayFirst: boolean): Parts | null {
  let found = YEAR_FIRST.exec(cell);
  if (found) return [Number(found[1]), Number(found[3]), Number(found[4] ?? 1), clockOf(found.slice(5, 10))];
  found = YEAR_LAST.exec(cell);
  if (found) {
    const [day, month] = dayFirst ? [found[1], found[3]] : [found[3], found[1]];
    return [fullYear(found[4]), Number(month), Number(day), clockOf(found.slice(5, 10))];
  }
  found = COMPACT.exec(cell);
  if (found) return [Number(found[1]), Number(found[2]), Number(found[3]), null];
  found = DAY_NAMED.exec(cell);
  if (found) return named(found[2], fullYear(found[3]), Number(found[1]), clockOf(found.slice(4, 9)));
  found = MONTH_NAMED.exec(cell);
  if (found) return named(found[1], Number(found[3]), Number(found[2]), clockOf(found.slice(4, 9)));
  found = MONTH_ALONE.exec(cell);
  return found ? named(found[1], fullYear(found[2] ?? found[3]), 1, null) : null;
}

/** NaN unless the day exists. `moment`: less the offset, else the clock as it stands. */
function timeOf(parts: Parts | null, moment: boolean): number {
  if (!parts) return Number.NaN;
  const [year, month, day, clock] = parts;
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year > 0
    ? time + (clock ? clock.shown - (moment ? clock.ahead : 0) : 0)
    : Number.NaN;
}

/** The moment of a cell in milliseconds since 1970, as `datesOf` reads it; NaN where it is no date. */
export const timeReader =
  (dayFirst: boolean) =>
  (cell: string): number =>
    timeOf(partsOf(cell.trim(), dayFirst), true);

/** What clock and calendar show in a cell, whatever its offset, in milliseconds since 1970. */
export const clockReader =
  (dayFirst: boolean) =>
  (cell: string): number =>
    timeOf(partsOf(cell.trim(), dayFirst), false);

/** The first text is looked at before all others: most columns are no dates and cost nothing. */
const LEAST_DATES = 3;

/** Whether a text is written like a date. */
export const mayBeDate = (text: string): boolean => partsOf(text.trim(), true) !== null;

/**
 * Reads a column as dates where every text is one: 2024-01-31, 31.01.2024, 1/31/24, 31 Jan 2024, 31-Jan-24,
 * Jan 31, 2024, 20240131, each with or without a time of day, and months: 2024-01, Jan-24, January 2024. Days
 * that do not exist are no dates. Offsets count, so that the hour that a clock shows twice when summer time
 * ends is two hours. Whole numbers of eight digits are dates only if all of them are. Null for any other
 * column.
 *
 * @param dayFirst settles 3/4/2024; left out, a part above 12 decides, else a stroke means month first and a
 * dot or hyphen day first
 */
export function datesOf(dictionary: readonly string[], dayFirst?: boolean): Dates | null {
  if (dictionary.length < LEAST_DATES) return null;
  if (!mayBeDate(dictionary[0])) return null;
  const cells = dictionary.map((text) => text.trim());
  const compact = COMPACT.test(cells[0]);
  const numbered = YEAR_LAST.exec(cells[0]);
  let [dayAbove, monthAbove] = [false, false];
  if (numbered) {
    for (const cell of cells) {
      const found = YEAR_LAST.exec(cell);
      if (found && Number(found[1]) > 12) dayAbove = true;
      if (found && Number(found[3]) > 12) monthAbove = true;
    }
  }
  const ambiguous = numbered !== null && !dayAbove && !monthAbove;
  const first = dayFirst ?? (ambiguous ? numbered[2] !== '/' : dayAbove);
  const times = Float64Array.from(cells, (cell) => (compact === COMPACT.test(cell) ? timeOf(partsOf(cell, first), true) : Number.NaN));
  if (times.some(Number.isNaN)) return null;
  return { times, form: cells[0], clock: cells.some((cell) => cell.includes(':')), ambiguous, dayFirst: first };
}

export const DAY = 86_400_000;
