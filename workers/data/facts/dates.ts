/** Dates of a column, one for each of its texts. */
export interface Dates {
  /** Milliseconds since 1970 as if every clock showed UTC; NaN where a text is no date. */
  times: Float64Array;
  /** How the dates are written, for a note: "2024-01-31", "31.1.2024". */
  form: string;
  /** Some date has a time of day. */
  clock: boolean;
  /** Day and month could be the other way round in every cell. */
  ambiguous: boolean;
  dayFirst: boolean;
}

const TIME = '(?:[T ]\\s*(\\d{1,2}):(\\d{2})(?::(\\d{2}(?:[.,]\\d+)?))?\\s*([AaPp][Mm])?\\s*(?:Z|UTC|[+-]\\d{2}(?::?\\d{2})?)?)?';
const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})(?:\\2(\\d{1,2}))?${TIME}$`);
const YEAR_LAST = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})${TIME}$`);
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})$/;
const DAY_NAMED = new RegExp(`^(\\d{1,2})[-. ]+([A-Za-zäû.é]{3,9})[-. ,]+(\\d{4})${TIME}$`);
const MONTH_NAMED = new RegExp(`^([A-Za-z]{3,9})\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})${TIME}$`);

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** German and French beginnings that differ from the English ones. */
const OTHER_MONTHS: Readonly<Record<string, number>> = { mär: 3, mae: 3, mai: 5, okt: 10, dez: 12, jän: 1, fév: 2, avr: 4, aoû: 8, déc: 12 };
const WHOLE_MONTHS: Readonly<Record<string, number>> = { juin: 6, juillet: 7 };

function monthOf(word: string): number {
  const lower = word.toLowerCase();
  const start = lower.slice(0, 3);
  return WHOLE_MONTHS[lower] ?? OTHER_MONTHS[start] ?? MONTHS.indexOf(start) + 1;
}

/** Year, month, day (1-based) and the milliseconds of the clock. */
type Parts = [year: number, month: number, day: number, clock: number | null];

function clockOf([hour, minute, second, half]: (string | undefined)[]): number | null {
  if (hour === undefined || minute === undefined) return null;
  let hours = Number(hour);
  if (half) hours = (hours % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  if (hours > 24 || Number(minute) > 59) return Number.NaN;
  // To a nanosecond, which no product of a fraction in double precision is without rounding.
  const milliseconds = Math.round(Number((second ?? '0').replace(',', '.')) * 1e9) / 1e6;
  return (hours * 60 + Number(minute)) * 60_000 + milliseconds;
}

const fullYear = (text: string): number => (text.length === 4 ? Number(text) : Number(text) + (Number(text) < 70 ? 2000 : 1900));

/** Reads one cell; `dayFirst` settles 3/4/2024. */
function partsOf(cell: string, dayFirst: boolean): Parts | null {
  let found = YEAR_FIRST.exec(cell);
  if (found) return [Number(found[1]), Number(found[3]), Number(found[4] ?? 1), clockOf(found.slice(5, 9))];
  found = YEAR_LAST.exec(cell);
  if (found) {
    const [day, month] = dayFirst ? [found[1], found[3]] : [found[3], found[1]];
    return [fullYear(found[4]), Number(month), Number(day), clockOf(found.slice(5, 9))];
  }
  found = COMPACT.exec(cell);
  if (found) return [Number(found[1]), Number(found[2]), Number(found[3]), null];
  found = DAY_NAMED.exec(cell);
  if (found) return [Number(found[3]), monthOf(found[2]), Number(found[1]), clockOf(found.slice(4, 8))];
  found = MONTH_NAMED.exec(cell);
  return found ? [Number(found[3]), monthOf(found[1]), Number(found[2]), clockOf(found.slice(4, 8))] : null;
}

/** NaN unless the day exists. */
function timeOf(parts: Parts | null): number {
  if (!parts) return Number.NaN;
  const [year, month, day, clock] = parts;
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year > 0 ? time + (clock ?? 0) : Number.NaN;
}

/** Milliseconds since 1970 of a cell, as `datesOf` reads it; NaN where it is no date. */
export const timeReader =
  (dayFirst: boolean) =>
  (cell: string): number =>
    timeOf(partsOf(cell.trim(), dayFirst));

/** The first text is looked at before all others: most columns are no dates and cost nothing. */
const LEAST_DATES = 3;

/** Whether a text is written like a date. */
export const mayBeDate = (text: string): boolean => partsOf(text.trim(), true) !== null;

/**
 * Reads a column as dates where every text is one: 2024-01-31, 31.01.2024, 1/31/24, 31 Jan 2024, Jan 31,
 * 2024, 20240131, 2024-01, each with or without a time of day. Days that do not exist are no dates. A time
 * zone is not applied: a clock is read as it stands. Whole numbers of eight digits are dates only if all of
 * them are. Null for any other column.
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
  const times = Float64Array.from(cells, (cell) => (compact === COMPACT.test(cell) ? timeOf(partsOf(cell, first)) : Number.NaN));
  if (times.some(Number.isNaN)) return null;
  return { times, form: cells[0], clock: cells.some((cell) => cell.includes(':')), ambiguous, dayFirst: first };
}

export const DAY = 86_400_000;
