import type * as tf from '@tensorflow/tfjs';

/**
 * The parts of tfjs's wasm and cpu backends that a kernel in JavaScript needs. Both keep their tensors in
 * memory this thread can read.
 */
export interface HeapBackend {
  /** wasm: allocates a tensor of undefined content. (cpu has a method of this name with other arguments.) */
  makeOutput?(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /** wasm: a view on the tensor's memory; detached when the memory grows. */
  typedArrayFromHeap?(info: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
  /** cpu */
  makeTensorInfo?(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
  /** cpu */
  data?: { get(id: tf.TensorInfo['dataId']): { values: Float32Array | Int32Array | Uint8Array } };
}

/**
 * A new float32 tensor: zeros on cpu, undefined content on wasm. Take views with `valuesOf` only after the
 * last call of this.
 */
export function newOutput(backend: HeapBackend, shape: number[]): tf.TensorInfo {
  if (backend.typedArrayFromHeap && backend.makeOutput) return backend.makeOutput(shape, 'float32');
  if (backend.makeTensorInfo) return backend.makeTensorInfo(shape, 'float32', new Float32Array(shape.reduce((a, b) => a * b, 1)));
  throw new Error('this backend keeps no tensors in memory that JavaScript can write');
}

/** The tensor's own memory, not a copy. */
export function valuesOf(backend: HeapBackend, info: tf.TensorInfo): Float32Array | Int32Array | Uint8Array {
  if (backend.typedArrayFromHeap) return backend.typedArrayFromHeap(info);
  if (backend.data) return backend.data.get(info.dataId).values;
  throw new Error('this backend keeps no tensors in memory that JavaScript can read');
}
