import * as tf from '@tensorflow/tfjs';
import { type HeapBackend, newOutput, valuesOf } from './heap';

/** Shape of an attention over the tokens of each row. */
export interface AttentionShape {
  /** Tokens of a row, K. */
  tokens: number;
  heads: number;
  /** Width of a head. */
  width: number;
  /** Rate of dropout on the attention probabilities; 0 for none. */
  rate: number;
  /** A token attends to itself and to those before it alone. Absent: to all of its row. */
  causal?: boolean;
}

export const ATTENTION = 'TokenAttention';
export const ATTENTION_GRADIENT = 'TokenAttentionGradient';

/** How many of the row's tokens the token at this place attends to: the first so many. */
const seenBy = (place: number, { tokens, causal }: AttentionShape): number => (causal ? place + 1 : tokens);

/**
 * Attention probabilities of one token of one head to the first `seen` tokens, and what dropout keeps of
 * them.
 *
 * @param at where the token's query begins in `qkv`, and `keys` where the head's key of the row's first token
 * does
 * @param draw where its uniforms begin; null without dropout
 */
function attend(
  qkv: Float32Array,
  at: number,
  keys: number,
  seen: number,
  { heads, width, rate }: AttentionShape,
  uniform: Float32Array | null,
  draw: number,
  probabilities: Float64Array,
  kept: Float64Array,
): void {
  const stride = 3 * heads * width;
  const scale = 1 / Math.sqrt(width);
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < seen; j++) {
    let dot = 0;
    for (let m = 0, key = keys + j * stride; m < width; m++) dot += qkv[at + m] * qkv[key + m];
    probabilities[j] = dot * scale;
    if (probabilities[j] > largest) largest = probabilities[j];
  }
  let sum = 0;
  for (let j = 0; j < seen; j++) {
    probabilities[j] = Math.exp(probabilities[j] - largest);
    sum += probabilities[j];
  }
  for (let j = 0; j < seen; j++) {
    probabilities[j] /= sum;
    kept[j] = uniform ? (uniform[draw + j] >= rate ? 1 / (1 - rate) : 0) : 1;
  }
}

/**
 * out (rows · K × heads · width) from qkv (rows · K × 3 · heads · width: queries, keys, values; heads one
 * after the other).
 */
export function forward(qkv: Float32Array, uniform: Float32Array | null, shape: AttentionShape, out: Float32Array): void {
  const { tokens, heads, width } = shape;
  const stride = 3 * heads * width;
  const rows = qkv.length / (stride * tokens);
  const probabilities = new Float64Array(tokens);
  const kept = new Float64Array(tokens);
  out.fill(0);
  for (let row = 0, draw = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const keys = row * tokens * stride + (heads + head) * width;
      const values = keys + heads * width;
      for (let i = 0; i < tokens; i++, draw += tokens) {
        const seen = seenBy(i, shape);
        attend(qkv, (row * tokens + i) * stride + head * width, keys, seen, shape, uniform, draw, probabilities, kept);
        const to = ((row * tokens + i) * heads + head) * width;
        for (let j = 0; j < seen; j++) {
          const weight = probabilities[j] * kept[j];
          for (let m = 0, value = values + j * stride; m < width; m++) out[to + m] += weight * qkv[value + m];
        }
      }
    }
  }
}

/** Gradient of qkv from that of the output, both as in `forward`. */
export function backward(qkv: Float32Array, dy: Float32Array, uniform: Float32Array | null, shape: AttentionShape, out: Float32Array): void {
  const { tokens, heads, width } = shape;
  const stride = 3 * heads * width;
  const rows = qkv.length / (stride * tokens);
  const scale = 1 / Math.sqrt(width);
  const probabilities = new Float64Array(tokens);
  const kept = new Float64Array(tokens);
  const share = new Float64Array(tokens);
  out.fill(0);
  for (let row = 0, draw = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const keys = row * tokens * stride + (heads + head) * width;
      const values = keys + heads * width;
      for (let i = 0; i < tokens; i++, draw += tokens) {
        const query = (row * tokens + i) * stride + head * width;
        const from = ((row * tokens + i) * heads + head) * width;
        const seen = seenBy(i, shape);
        attend(qkv, query, keys, seen, shape, uniform, draw, probabilities, kept);
        let mean = 0;
        for (let j = 0; j < seen; j++) {
          const weight = probabilities[j] * kept[j];
          let dot = 0;
          for (let m = 0, value = values + j * stride; m < width; m++) {
            dot += dy[from + m] * qkv[value + m];
            out[value + m] += weight * dy[from + m];
          }
          share[j] = dot * kept[j];
          mean += probabilities[j] * share[j];
        }
        for (let j = 0; j < seen; j++) {
          const slope = probabilities[j] * (share[j] - mean) * scale;
          for (let m = 0, key = keys + j * stride; m < width; m++) {
            out[query + m] += slope * qkv[key + m];
            out[key + m] += slope * qkv[query + m];
          }
        }
      }
    }
  }
}

/**
 * Registers both kernels on a backend whose tensors lie in this thread's memory: tfjs would need
 * transpositions, which cost it more than the attention.
 */
export function registerTokenAttention(backendName: 'wasm' | 'cpu'): void {
  if (tf.getKernel(ATTENTION, backendName)) return;
  const read = (backend: HeapBackend, info: tf.TensorInfo): Float32Array => valuesOf(backend, info) as Float32Array;
  tf.registerKernel({
    kernelName: ATTENTION,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const heap = backend as HeapBackend;
      const { qkv, uniform } = inputs;
      const shape = attrs as unknown as AttentionShape;
      const out = newOutput(heap, [(qkv as tf.TensorInfo).shape[0], shape.heads * shape.width]);
      forward(read(heap, qkv as tf.TensorInfo), uniform ? read(heap, uniform as tf.TensorInfo) : null, shape, read(heap, out));
      return out;
    },
  });
  tf.registerKernel({
    kernelName: ATTENTION_GRADIENT,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const heap = backend as HeapBackend;
      const { qkv, dy, uniform } = inputs;
      const out = newOutput(heap, (qkv as tf.TensorInfo).shape);
      const draws = uniform ? read(heap, uniform as tf.TensorInfo) : null;
      backward(read(heap, qkv as tf.TensorInfo), read(heap, dy as tf.TensorInfo), draws, attrs as unknown as AttentionShape, read(heap, out));
      return out;
    },
  });
}
