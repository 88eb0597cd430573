import type { DateFormat, DateNumber } from './steps';

const YEAR = '(?<y>\\d{4})';
const MONTH = '(?<m>\\d{1,2})';
const DAY = '(?<d>\\d{1,2})';
const TIME = '(?:[T ]\\s*(?<h>\\d{1,2}):(?<i>\\d{2})(?::(?<s>\\d{2}(?:\\.\\d+)?))?\\s*(?<half>[AaPp][Mm])?(?:Z|[+-]\\d{2}:?\\d{2})?)?';

const SHAPES: Record<DateFormat, string> = {
  'YYYY-MM-DD': `${YEAR}-${MONTH}-${DAY}`,
  'YYYY/MM/DD': `${YEAR}/${MONTH}/${DAY}`,
  YYYYMMDD: '(?<y>\\d{4})(?<m>\\d{2})(?<d>\\d{2})',
  'DD.MM.YYYY': `${DAY}\\.\\s?${MONTH}\\.\\s?${YEAR}`,
  'DD/MM/YYYY': `${DAY}/${MONTH}/${YEAR}`,
  'DD-MM-YYYY': `${DAY}-${MONTH}-${YEAR}`,
  'MM/DD/YYYY': `${MONTH}/${DAY}/${YEAR}`,
  'MM-DD-YYYY': `${MONTH}-${DAY}-${YEAR}`,
};

const DAY_MILLISECONDS = 86_400_000;

/** Reads cells of one format as days since 1 January 1970, the time of day as a fraction (as written: time zones are not applied). NaN for any other. */
export function dateReader(format: DateFormat): (cell: string) => number {
  const shape = new RegExp(`^${SHAPES[format]}${TIME}$`);
  return (cell) => {
    const parts = shape.exec(cell.trim())?.groups;
    if (!parts) return Number.NaN;
    const [year, month, day] = [Number(parts.y), Number(parts.m), Number(parts.d)];
    const midnight = Date.UTC(year, month - 1, day);
    // 31 February is no date.
    const date = new Date(midnight);
    if (year < 1000 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
    if (parts.h === undefined) return midnight / DAY_MILLISECONDS;
    const hour = parts.half ? (Number(parts.h) % 12) + (/^p/i.test(parts.half) ? 12 : 0) : Number(parts.h);
    const seconds = Number(parts.s ?? 0);
    if (hour > 23 || Number(parts.i) > 59 || seconds >= 60) return Number.NaN;
    return midnight / DAY_MILLISECONDS + (hour * 3600 + Number(parts.i) * 60 + seconds) / 86_400;
  };
}

/** A number of a day: `days` counts from `first`, the earliest of the column. */
export function dateNumber(day: number, as: DateNumber, first: number): number {
  if (Number.isNaN(day)) return day;
  if (as === 'days') return day - first;
  // Rounded to the second, so that a time of day survives its way through a fraction.
  const date = new Date(Math.round(day * 86_400) * 1000);
  switch (as) {
    case 'year':
      return date.getUTCFullYear();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'weekday':
      return date.getUTCDay() === 0 ? 7 : date.getUTCDay();
    case 'hour':
      return date.getUTCHours();
    case 'day-of-year':
      return Math.floor(date.getTime() / DAY_MILLISECONDS) - Date.UTC(date.getUTCFullYear(), 0, 1) / DAY_MILLISECONDS + 1;
  }
}
