import * as tf from '@tensorflow/tfjs';

/** As tfjs's packages register them. */
const PRIORITY = { wasm: 2, cpu: 1 } as const;

/**
 * Drops what tfjs has of a backend, with its tensors, so that its next start is a fresh one. While tfjs waits
 * for a backend it has none, and no other can be used: one that was given up has to be dropped. What comes of
 * it later counts no more.
 */
export function forgetBackend(name: 'wasm' | 'cpu'): void {
  const factory = tf.findBackendFactory(name);
  tf.removeBackend(name);
  tf.registerBackend(name, factory, PRIORITY[name]);
}
