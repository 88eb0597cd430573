import type { FUNCTIONS } from '../recorded/instructions';

/** A number as a WGSL literal of the same float32; null where there is none. */
export const literal = (value: number): string | null => (Number.isFinite(value) ? Math.fround(value).toExponential() : null);

const truth = (condition: string): string => `select(0.0, 1.0, ${condition})`;

/** WGSL of functions of numbers, as tfjs-webgpu computes them. `numbers` are a function's own. */
export const WGSL: Readonly<Record<keyof typeof FUNCTIONS, (a: string, b: string, c: string, numbers: readonly string[]) => string>> = {
  load: (a) => a,
  copy: (a) => a,
  add: (a, b) => `${a} + ${b}`,
  subtract: (a, b) => `${a} - ${b}`,
  multiply: (a, b) => `${a} * ${b}`,
  divide: (a, b) => `${a} / ${b}`,
  maximum: (a, b) => `max(${a}, ${b})`,
  minimum: (a, b) => `min(${a}, ${b})`,
  squaredDifference: (a, b) => `(${a} - ${b}) * (${a} - ${b})`,
  greater: (a, b) => truth(`${a} > ${b}`),
  greaterEqual: (a, b) => truth(`${a} >= ${b}`),
  less: (a, b) => truth(`${a} < ${b}`),
  lessEqual: (a, b) => truth(`${a} <= ${b}`),
  equal: (a, b) => truth(`${a} == ${b}`),
  notEqual: (a, b) => truth(`${a} != ${b}`),
  and: (a, b) => truth(`${a} >= 1.0 && ${b} >= 1.0`),
  or: (a, b) => truth(`${a} >= 1.0 || ${b} >= 1.0`),
  not: (a) => truth(`!(${a} >= 1.0)`),
  select: (condition, yes, no) => `select(${no}, ${yes}, ${condition} >= 1.0)`,
  negate: (a) => `-${a}`,
  absolute: (a) => `abs(${a})`,
  exp: (a) => `exp(${a})`,
  expm1: (a) => `exp(${a}) - 1.0`,
  log: (a) => `log(${a})`,
  log1p: (a) => `log(1.0 + ${a})`,
  sqrt: (a) => `sqrt(${a})`,
  rsqrt: (a) => `inverseSqrt(${a})`,
  reciprocal: (a) => `1.0 / ${a}`,
  tanh: (a) => `hyperbolic(${a})`,
  sigmoid: (a) => `1.0 / (1.0 + exp(-1.0 * ${a}))`,
  relu: (a) => `select(${a}, 0.0, ${a} < 0.0)`,
  erf: (a) => `errorFunction(${a})`,
  square: (a) => `${a} * ${a}`,
  step: (a, _b, _c, [alpha]) => `select(${alpha}, 1.0, ${a} > 0.0)`,
  floor: (a) => `floor(${a})`,
  clip: (a, _b, _c, [least, most]) => `clamp(${a}, ${least}, ${most})`,
  softplus: (a) => `softplus(${a})`,
  sign: (a) => `sign(${a})`,
  leakyRelu: (a, _b, _c, [alpha]) => `select(${a}, ${alpha} * ${a}, ${a} < 0.0)`,
  truncate: (a) => `trunc(${a})`,
  isTrue: (a) => truth(`${a} != 0.0`),
};

/** What some of them call. */
export const HELPERS: Readonly<Record<string, string>> = {
  hyperbolic: `fn hyperbolic(a: f32) -> f32 {
  let e2x = exp(-2.0 * abs(a));
  return sign(a) * (1.0 - e2x) / (1.0 + e2x);
}`,
  // Abramowitz and Stegun 7.1.26, as tfjs has it.
  errorFunction: `fn errorFunction(a: f32) -> f32 {
  let size = abs(a);
  let t = 1.0 / (1.0 + 0.3275911 * size);
  return sign(a) * (1.0 - (((((1.061405429 * t + -1.453152027) * t) + 1.421413741) * t + -0.284496736) * t + 0.254829592) * t * exp(-size * size));
}`,
  softplus: `fn softplus(a: f32) -> f32 {
  let threshold = log(1.1920928955078125e-7) + 2.0;
  let power = exp(a);
  if (a > -threshold) { return a; }
  if (a < threshold) { return power; }
  return log(power + 1.0);
}`,
};
