import type { LabFailure } from '../../data/failure';
import { Constant, captureFailure, type Operation, type Resource, type Trace } from './resources';
import { Scratch } from './scratch';

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function numbers({ bytes, dtype }: Constant): string {
  const values = dtype === 'float32' ? new Float32Array(bytes.buffer) : new Int32Array(bytes.buffer);
  const shown = [...values.subarray(0, 4)].map((value) => Number(value.toPrecision(7))).join(', ');
  return values.length > 4 ? `${shown} …` : shown;
}

/** What differs between two resources of the same place, or null. */
function resourceDifference(a: Resource, b: Resource): string | null {
  if (a instanceof Constant && b instanceof Constant) {
    if (a.dtype === b.dtype && sameBytes(a.bytes, b.bytes)) return null;
    return `uses numbers of JavaScript that change from step to step (${numbers(a)}, then ${numbers(b)})`;
  }
  if (a instanceof Scratch && b instanceof Scratch) {
    return a.index === b.index && a.capacity === b.capacity ? null : 'takes its memory in another order';
  }
  return a === b ? null : 'reads another tensor';
}

function operationDifference(a: Operation, b: Operation): string | null {
  if (a.kernel !== b.kernel) return `is "${b.kernel}" in another`;
  if (a.key !== b.key) return 'runs with other types or shapes';
  if (a.bindings.length !== b.bindings.length) return 'has another number of inputs';
  for (const [i, { resource }] of a.bindings.entries()) {
    const difference = resourceDifference(resource, b.bindings[i].resource);
    if (difference) return difference;
  }
  if (!sameBytes(a.uniforms, b.uniforms) || a.workgroups.some((n, i) => n !== b.workgroups[i])) return 'runs with other shapes or settings';
  return null;
}

/** Why a repetition of a trace is not the same step, naming the kernel; null when it is. */
export function traceDifference(first: Trace, again: Trace): LabFailure | null {
  for (const [i, operation] of first.operations.entries()) {
    const other = again.operations[i];
    if (!other) return captureFailure('capture-changing', `a step has ${first.operations.length} kernels, another ${again.operations.length}`);
    const difference = operationDifference(operation, other);
    if (difference) return captureFailure('capture-changing', `kernel ${i + 1}, "${operation.kernel}", ${difference}`);
  }
  if (again.operations.length > first.operations.length) {
    const extra = again.operations[first.operations.length].kernel;
    return captureFailure('capture-changing', `a step ends after ${first.operations.length} kernels, another goes on with "${extra}"`);
  }
  const ends: [Resource | null, Resource | null][] = [
    [first.loss, again.loss],
    ...first.gradients.map((g, i): [Resource | null, Resource | null] => [g, again.gradients[i]]),
  ];
  for (const [a, b] of ends) {
    const difference = a && b ? resourceDifference(a, b) : a === b ? null : 'is there in one step and not in another';
    if (difference) return captureFailure('capture-changing', `the loss or a gradient ${difference}`);
  }
  return null;
}

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);

/**
 * Largest difference of arrays that lie one after the other, each over its largest expected number, or a
 * hundredth of the largest of all: a gradient far below the others may be rounding alone. Numbers that are no
 * numbers in both are equal.
 */
export function largestDifference(actual: Float32Array, expected: Float32Array, lengths: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const least = Math.max(1e-6, largest(expected) / 100);
  let difference = 0;
  let from = 0;
  for (const length of lengths) {
    const scale = Math.max(least, largest(expected.subarray(from, from + length)));
    for (let i = from; i < from + length; i++) {
      if (Object.is(actual[i], expected[i])) continue;
      if (!Number.isFinite(actual[i]) || !Number.isFinite(expected[i])) return Number.POSITIVE_INFINITY;
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]) / scale);
    }
    from += length;
  }
  return difference;
}
