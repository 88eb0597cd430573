/** Parts that all kernels share: the uniform of a step, bindings, noise, sums over a workgroup. */

export type Access = 'r' | 'w';
/** Storage buffers of a kernel by name, in binding order after the uniform. */
export type Bindings = Record<string, readonly [Access, string]>;

/** Fields of a step, u32 each. */
export const STEP_FIELDS = [
  'lossAt',
  'stamp',
  'noiseSeed',
  'noiseStep',
  'flags',
  'rows',
  'slots',
  'chunks',
  'sourceAt',
  'referenceAt',
  'startAt',
  'memberAt',
  'slotLevelAt',
  'chunkAt',
  'slotChunkAt',
  'parts',
  'lossParts',
  'sideParts',
] as const;
/** The f32 fields that follow: Adam's rate with its bias correction, and the KL term of absent levels. */
export const STEP_BYTES = (STEP_FIELDS.length + 2) * 4;
/** The smallest alignment of dynamic offsets that every adapter accepts. */
export const STEP_STRIDE = 256;

/** Bits of `flags`: compute gradients; draw around given vectors. */
export const BACKWARD = 1;
export const DRAW = 2;

/** A WGSL f32 literal: never without a point or exponent, which would make it an integer. */
export function f32(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}

export const THREAD = '@builtin(local_invocation_index) li: u32, @builtin(workgroup_id) wg: vec3u, @builtin(num_workgroups) groups: vec3u';

export function header(bindings: Bindings): string {
  const lines = Object.entries(bindings).map(
    ([name, [access, type]], i) => `@group(0) @binding(${i + 1}) var<storage, ${access === 'r' ? 'read' : 'read_write'}> ${name}: array<${type}>;`,
  );
  return `struct Step { ${STEP_FIELDS.map((field) => `${field}: u32,`).join(' ')} rate: f32, klAbsent: f32 };
@group(0) @binding(0) var<uniform> u: Step;
${lines.join('\n')}
`;
}

/**
 * pcg4d (Jarzynski & Olano 2020, JCGT 9(3)), exact: the numbers of workers/random/random.ts, any row of any
 * step by itself.
 */
const COUNTER = `
fn pcg4d(key: vec4u) -> vec4u {
  var v = key * 1664525u + 1013904223u;
  v.x += v.y * v.w; v.y += v.z * v.x; v.z += v.x * v.y; v.w += v.y * v.z;
  v ^= v >> vec4u(16u);
  v.x += v.y * v.w; v.y += v.z * v.x; v.z += v.x * v.y; v.w += v.y * v.z;
  return v;
}`;

/**
 * Counter-based normals. WGSL promises only 2⁻¹¹ for cos (SwiftShader's log and cos moved gradients by
 * 2·10⁻⁴), hence series of our own: devices agree to a few 10⁻⁷.
 */
const NORMAL = `
// x = 2^e m with m in [sqrt(1/2), sqrt(2)); log m = 2 atanh((m - 1) / (m + 1)), to 1e-9
fn logarithm(x: f32) -> f32 {
  let shifted = bitcast<u32>(x) - 0x3f3504f3u;
  let m = bitcast<f32>((shifted & 0x007fffffu) + 0x3f3504f3u);
  let s = (m - 1.0) / (m + 1.0); let z = s * s;
  let series = 1.0 + z * (${f32(1 / 3)} + z * (0.2 + z * (${f32(1 / 7)} + z * ${f32(1 / 9)})));
  return f32(bitcast<i32>(shifted) >> 23u) * ${f32(Math.LN2)} + 2.0 * s * series;
}
// cos(2 pi (t - 1/2)) for t in [0, 1) as a sine within a quarter turn, to 6e-8
fn turn(t: f32) -> f32 {
  let s = (0.25 - abs(t - 0.5)) * ${f32(2 * Math.PI)}; let z = s * s;
  return s * (1.0 + z * (${f32(-1 / 6)} + z * (${f32(1 / 120)} + z * (${f32(-1 / 5040)}
    + z * (${f32(1 / 362880)} + z * ${f32(-1 / 39916800)})))));
}
fn normal(row: u32, column: u32) -> f32 {
  let bits = pcg4d(vec4u(column, row, u.noiseStep, u.noiseSeed)) >> vec4u(8u);
  return sqrt(-2.0 * logarithm(f32(bits.x + 1u) * ${f32(2 ** -24)})) * turn(f32(bits.y) * ${f32(2 ** -24)});
}`;

/**
 * Inverted dropout by the counter: the factor of a number, 0 where it is dropped. Without gradients nothing
 * is.
 */
const KEPT = `
fn kept(row: u32, column: u32, keepFrom: u32, scale: f32) -> f32 {
  if ((u.flags & ${BACKWARD}u) == 0u) { return 1.0; }
  return select(0.0, scale, (pcg4d(vec4u(column, row, u.noiseStep, u.noiseSeed)).x >> 9u) >= keepFrom);
}`;

/** Functions of what is random in a kernel: `normal(row, column)`, `kept(row, column, keepFrom, scale)`. */
export const randomness = (normals: boolean, dropout: boolean): string =>
  `${normals || dropout ? COUNTER : ''}${normals ? NORMAL : ''}${dropout ? KEPT : ''}`;

/**
 * exp(x) − 1 − x without the loss of digits near 0, where WGSL has no expm1: the KL terms of a million
 * entries at the prior add up to 0.
 */
export const EXPM1_MINUS = `
fn expm1Minus(x: f32) -> f32 {
  if (abs(x) < 0.25) {
    return 0.5 * x * x * (1.0 + x * (${f32(1 / 3)} + x * (${f32(1 / 12)} + x * (${f32(1 / 60)} + x * (${f32(1 / 360)} + x * ${f32(1 / 2520)})))));
  }
  return exp(x) - 1.0 - x;
}`;

/** Sums shares[0 .. threads) into shares[0], in one order. All threads take part. */
export const sumShares = (threads: number): string => `workgroupBarrier();
  if (li < 16u) { for (var j = li + 16u; j < ${threads}u; j += 16u) { shares[li] += shares[j]; } }
  workgroupBarrier();
  if (li == 0u) { for (var j = 1u; j < 16u; j++) { shares[0] += shares[j]; } }
  workgroupBarrier();`;

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
/** line(0) … line(3) */
export const four = (line: (i: number) => string): string => range(4).map(line).join(' ');
export const XYZW = ['x', 'y', 'z', 'w'];
