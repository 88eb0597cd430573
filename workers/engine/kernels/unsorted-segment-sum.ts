import * as tf from '@tensorflow/tfjs';
import { type HeapBackend, newOutput, valuesOf } from './heap';

/**
 * Adds each row of x (rows × d) to the row of `out` (segments × d) that `ids` names. An id outside 0 …
 * segments−1 is skipped, as TensorFlow does.
 */
export function addSegments(x: Float32Array, ids: Int32Array, d: number, segments: number, out: Float32Array): void {
  for (let i = 0, from = 0; i < ids.length; i++, from += d) {
    const id = ids[i];
    if (id < 0 || id >= segments) continue;
    for (let j = 0, to = id * d; j < d; j++, to++) out[to] += x[from + j];
  }
}

/**
 * tfjs-wasm lacks this kernel, without which the gradient of a lookup throws; tfjs-cpu's compares every row
 * with every segment.
 */
export function registerUnsortedSegmentSum(backendName: 'wasm' | 'cpu'): void {
  if (tf.getKernel('UnsortedSegmentSum', backendName)) tf.unregisterKernel('UnsortedSegmentSum', backendName);
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const heap = backend as HeapBackend;
      const { x, segmentIds } = inputs as Record<'x' | 'segmentIds', tf.TensorInfo>;
      const segments = (attrs as unknown as { numSegments: number }).numSegments;
      const tail = x.shape.slice(segmentIds.shape.length);
      const out = newOutput(heap, [segments, ...tail]);
      const values = valuesOf(heap, out) as Float32Array;
      values.fill(0);
      addSegments(
        valuesOf(heap, x) as Float32Array,
        valuesOf(heap, segmentIds) as Int32Array,
        tail.reduce((a, b) => a * b, 1),
        segments,
        values,
      );
      return out;
    },
  });
}
