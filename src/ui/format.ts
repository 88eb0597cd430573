import { whole as count, fixed, MINUS } from '../text/numbers';

export { bytes, inWords, listed, short as shortCount, whole as count } from '../text/numbers';

/** Seconds as 0:23 or 1:02:03, rounded up so that a time left never reads 0:00 too early. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A loss or metric in three significant places at least, two decimals from 1 on: 3.36, 0.412, 0.0531. */
export function measure(value: number): string {
  if (!Number.isFinite(value)) return 'not a number';
  const size = Math.abs(value);
  const text =
    size >= 1e5 || (size > 0 && size < 1e-3)
      ? value.toExponential(1)
      : size >= 100
        ? fixed(value, 0)
        : size >= 1
          ? value.toFixed(2)
          : value.toFixed(3);
  return text.replace('e+', 'e').replace(/-/g, MINUS);
}

/** Rows per second, to three significant places so that it does not flicker: 391,000. */
export function rate(rowsPerSecond: number): string {
  if (rowsPerSecond <= 0) return '';
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(rowsPerSecond)) - 2);
  return `${count(Math.round(rowsPerSecond / unit) * unit)} rows/s`;
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/**
 * "28 November 2026" of an ISO date. By hand: the first date that a browser writes takes it 30 ms, which the
 * first picture would wait for.
 */
export function dayOf(date: string): string {
  const day = new Date(date);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "1 method", "5 methods". */
export const plural = (value: number, word: string): string => `${count(value)} ${word}${value === 1 ? '' : word === 'batch' ? 'es' : 's'}`;
