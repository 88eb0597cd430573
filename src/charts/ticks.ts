import { fixed, short, whole } from '../text/numbers';

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

/** Ticks at round numbers within [low, high]. */
export function linearTicks(low: number, high: number, count: number): Tick[] {
  const step = roundStep(high - low, count);
  const decimals = decimalsOf(step);
  const ticks: Tick[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) ticks.push({ at: k * step, text: fixed(k * step, decimals) });
  return ticks;
}

/** Ticks of an epoch axis: whole numbers from 0. */
export function epochTicks(epochs: number, count: number): Tick[] {
  const step = Math.max(1, roundStep(epochs, count));
  const ticks: Tick[] = [];
  for (let at = 0; at <= epochs; at += step) ticks.push({ at, text: whole(at) });
  return ticks;
}

/** Ticks of a log axis: powers of ten when it spans several, else 1-2-5 steps, else round linear ones. All values above 0. */
export function logTicks(low: number, high: number): Tick[] {
  const decades = Math.log10(high / low);
  if (decades < 0.7) return linearTicks(low, high, 5);
  const leads = decades > 3 ? [1] : [1, 2, 5];
  const ticks: Tick[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const lead of leads) {
      const at = lead * 10 ** power;
      if (at >= low * 0.999 && at <= high * 1.001) ticks.push({ at, text: at >= 10_000 ? short(at) : fixed(at, Math.max(0, -power)) });
    }
  }
  return ticks;
}
