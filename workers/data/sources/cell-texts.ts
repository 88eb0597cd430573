import { writeTags } from '../tags/cells';

const two = (value: number): string => String(value).padStart(2, '0');

const SECOND = 1000n;

/**
 * A time as the delimited reader has dates: 2024-01-31, or with its clock where that is not midnight. Years
 * that a date cannot have are left as a number of days.
 *
 * @param perSecond units of a second: 1,000 for milliseconds
 */
export function timeText(value: bigint, perSecond: bigint): string {
  const seconds = value >= 0n ? value / perSecond : (value - perSecond + 1n) / perSecond;
  const fraction = value - seconds * perSecond;
  const date = new Date(Number(seconds * SECOND));
  const year = date.getUTCFullYear();
  if (!(year > 0 && year < 10_000)) return `${(Number(seconds) / 86_400).toLocaleString('en', { useGrouping: false })} days`;
  const day = dayOf(date);
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  if (fraction === 0n) return clock === '00:00:00' ? day : `${day} ${clock}`;
  const digits = String(fraction).padStart(String(perSecond).length - 1, '0');
  return `${day} ${clock}.${digits.replace(/0+$/, '')}`;
}

/** Days since 1970 as a date. */
export const dateText = (days: number): string => timeText(BigInt(days) * 86_400n, 1n);

const dayOf = (date: Date): string => `${String(date.getUTCFullYear()).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;

/** What stands between the labels of a list as a cell. */
export const LIST_SEPARATOR = ';';

/**
 * A list as the cell of a column of tags; without labels it is an empty set, which is not missing.
 *
 * @throws RangeError for a label that no cell can hold
 */
export function listText(labels: readonly string[]): string {
  const kept = [...new Set(labels.map((label) => label.trim()).filter((label) => label !== ''))];
  return kept.length === 0 ? '[]' : writeTags(kept, LIST_SEPARATOR);
}

/**
 * A whole number and the place of its decimal point, as digits: 12345 with 2 is 123.45.
 */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '');
  return unscaled < 0n && whole !== '0' ? `-${whole}` : whole;
}
