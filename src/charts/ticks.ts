import { fixed, scientific, short, whole } from '../text/numbers';

export interface Tick {
  at: number;
  text: string;
}

/** The round step (1, 2 or 5 times a power of ten) that divides a span into about `count` parts. */
export function roundStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  return (lead <= 1.02 ? 1 : lead <= 2.04 ? 2 : lead <= 5.1 ? 5 : 10) * power;
}

const decimalsOf = (step: number): number => Math.max(0, Math.min(10, -Math.floor(Math.log10(step) + 1e-9)));

/** Steps from and to which ticks are plain decimals; others are in scientific form. */
const PLAIN = { least: 1e-6, most: 1e12 };

/** A multiple of a step with the digits that tell it from its neighbours. */
function tickText(at: number, step: number): string {
  if (step >= PLAIN.least && step < PLAIN.most) return fixed(at, decimalsOf(step));
  if (Math.abs(at) < step / 2) return '0';
  const power = (value: number): number => Math.floor(Math.log10(value) + 1e-9);
  return scientific(at, Math.max(1, power(Math.abs(at)) - power(step) + 1));
}

/** Ticks at round numbers within [low, high]. */
export function linearTicks(low: number, high: number, count: number): Tick[] {
  const step = roundStep(high - low, count);
  const ticks: Tick[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) ticks.push({ at: k * step, text: tickText(k * step, step) });
  return ticks;
}

/** Ticks of an epoch axis: whole numbers from 0. */
export function epochTicks(epochs: number, count: number): Tick[] {
  const step = Math.max(1, roundStep(epochs, count));
  const ticks: Tick[] = [];
  for (let at = 0; at <= epochs; at += step) ticks.push({ at, text: whole(at) });
  return ticks;
}

/**
 * Ticks of a log axis: powers of ten when it spans several, else 1-2-5 steps, else round linear ones. All
 * values above 0.
 */
export function logTicks(low: number, high: number): Tick[] {
  const decades = Math.log10(high / low);
  if (decades < 0.7) return linearTicks(low, high, 5);
  const leads = decades > 3 ? [1] : [1, 2, 5];
  const ticks: Tick[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const lead of leads) {
      const at = lead * 10 ** power;
      if (at >= low * 0.999 && at <= high * 1.001) ticks.push({ at, text: powerText(at, power) });
    }
  }
  return ticks;
}

/** A whole multiple of a power of ten. */
function powerText(at: number, power: number): string {
  if (at < PLAIN.least || at >= PLAIN.most) return scientific(at, 1);
  return at >= 10_000 ? short(at) : fixed(at, Math.max(0, -power));
}
