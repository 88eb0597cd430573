const MINUS = '\u2212';

/** Built once: `toLocaleString` builds one at every call. */
const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Whole number with comma groups and a true minus sign: 10,331. */
export function count(value: number): string {
  return GROUPED.format(Math.round(value)).replace('-', MINUS);
}

/** A cardinality, short: 100, 1k, 10k, 1M. Only where q stands on an axis or a switch. */
export function shortCount(value: number): string {
  if (value >= 1_000_000 && value % 100_000 === 0) return `${value / 1_000_000}M`;
  if (value >= 1_000 && value % 100 === 0) return `${value / 1_000}k`;
  return String(value);
}

/** Seconds as 0:23 or 1:02:03, rounded up so that a time left never reads 0:00 too early. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Bytes in decimal units: 2.1 MB. */
export function bytes(value: number): string {
  if (value < 1_000) return `${value} bytes`;
  const [amount, unit] = value < 1e6 ? [value / 1e3, 'kB'] : value < 1e9 ? [value / 1e6, 'MB'] : [value / 1e9, 'GB'];
  return `${amount.toFixed(amount < 10 ? 1 : 0)} ${unit}`;
}

/** A loss or metric in three significant places at least, two decimals from 1 on: 3.36, 0.412, 0.0531. */
export function measure(value: number): string {
  if (!Number.isFinite(value)) return 'not a number';
  const size = Math.abs(value);
  const text =
    size >= 1e5 || (size > 0 && size < 1e-3)
      ? value.toExponential(1)
      : size >= 100
        ? value.toFixed(0)
        : size >= 1
          ? value.toFixed(2)
          : value.toFixed(3);
  return text.replace(/-/g, MINUS);
}

/** Rows per second, to three significant places so that it does not flicker: 391,000. */
export function rate(rowsPerSecond: number): string {
  if (rowsPerSecond <= 0) return '';
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(rowsPerSecond)) - 2);
  return `${count(Math.round(rowsPerSecond / unit) * unit)} rows/s`;
}

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** A small count as a word: two, eleven as 11. */
export const inWords = (value: number): string => WORDS[value] ?? count(value);

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "1 method", "5 methods". */
export const plural = (value: number, word: string): string => `${count(value)} ${word}${value === 1 ? '' : word === 'batch' ? 'es' : 's'}`;
