import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../../engine/testing';
import { selfTest } from './self-test';

describe.each(NODE_BACKENDS)('the start-up self-test on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const restores: (() => void)[] = [];
  afterEach(() => {
    for (const restore of restores.splice(0)) restore();
  });

  /**
   * A kernel that leaves its output as the memory was, where its first input is empty: as tfjs-wasm's own do.
   */
  function forget(kernelName: string): void {
    const right = tf.getKernel(kernelName, backend);
    const put = (config: tf.KernelConfig): void => {
      tf.unregisterKernel(kernelName, backend);
      tf.registerKernel(config);
    };
    restores.push(() => put(right));
    put({
      ...right,
      kernelFunc: (call) => {
        const result = right.kernelFunc(call);
        const [first] = Object.values(call.inputs) as tf.TensorInfo[];
        if (!first.shape.includes(0)) return result;
        const { shape, dtype } = result as tf.TensorInfo;
        return tf.getKernel('Fill', backend).kernelFunc({ inputs: {}, attrs: { shape, dtype, value: 0.25 }, backend: call.backend });
      },
    });
  }

  it('passes', async () => {
    const tensors = tf.memory().numTensors;
    expect(await selfTest()).toBeLessThan(1e-4);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it.each(['BatchMatMul', 'Sum'])('finds a %s that gives something for nothing, so that the ladder goes on to another backend', async (kernel) => {
    forget(kernel);
    expect(await selfTest()).toBeGreaterThanOrEqual(0.25);
  });
});
