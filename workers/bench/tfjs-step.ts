import * as tf from '@tensorflow/tfjs';
import type { Contestant } from './contestant';
import type { BenchBackend } from './schema';
import { D, P } from './work';
import type { Workload } from './workload';

/** Steps between reads of a loss: a user watches the curve, and the queue must not grow without bound. */
const READ_EVERY = 8;

interface Layer {
  kernel: tf.Variable<tf.Rank.R2>;
  bias: tf.Variable<tf.Rank.R1>;
}

function layer(inputs: number, outputs: number): Layer {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return tf.tidy(() => ({
    kernel: tf.variable(tf.randomUniform<tf.Rank.R2>([inputs, outputs], -limit, limit)),
    bias: tf.variable(tf.zeros<tf.Rank.R1>([outputs])),
  }));
}

const dense = (x: tf.Tensor2D, { kernel, bias }: Layer): tf.Tensor2D => tf.add(tf.matMul(x, kernel), bias);

/**
 * A step as a user of tfjs writes it: tf.matMul, tf.gather, tf.unsortedSegmentSum, tf.train.adam, on one
 * batch of tensors that are there already.
 */
function build({ method, q, batch, x: values, y: responses, codes }: Workload): {
  variables: tf.Variable[];
  loss: () => tf.Scalar;
  data: tf.Tensor[];
} {
  const x = tf.tensor2d(values.subarray(0, batch * P), [batch, P]);
  const y = tf.tensor2d(responses.subarray(0, batch), [batch, 1]);
  const z = tf.tensor1d(codes.subarray(0, batch), 'int32');
  const decoder = [layer(P + D, 10), layer(10, 10), layer(10, 1)];
  const decode = (vectors: tf.Tensor2D): tf.Tensor2D => {
    const first = tf.relu(dense(tf.concat([x, vectors], 1), decoder[0]));
    return dense(tf.relu(dense(first, decoder[1])), decoder[2]);
  };
  const variablesOf = (layers: Layer[]): tf.Variable[] => layers.flatMap(({ kernel, bias }) => [kernel, bias]);
  if (method === 'embeddings') {
    const table = tf.tidy(() => tf.variable(tf.randomUniform<tf.Rank.R2>([q, D], -0.05, 0.05)));
    return {
      variables: [table, ...variablesOf(decoder)],
      loss: () => tf.losses.meanSquaredError(y, decode(tf.gather(table, z))) as tf.Scalar,
      data: [x, y, z],
    };
  }
  const encoder = [layer(P + 1, 100), layer(100, 100)];
  const heads = [layer(100, D), layer(100, D)];
  const xy = tf.concat([x, y], 1);
  const count = tf.tidy(() => tf.maximum(tf.unsortedSegmentSum(tf.ones([batch, 1]), z, q), 1)) as tf.Tensor2D;
  const byLevel = (rows: tf.Tensor2D): tf.Tensor2D => tf.div(tf.unsortedSegmentSum(rows, z, q), count);
  return {
    variables: variablesOf([...encoder, ...heads, ...decoder]),
    loss: () => {
      const hidden = tf.relu(dense(tf.relu(dense(xy, encoder[0])), encoder[1]));
      const mean = dense(hidden, heads[0]);
      const logVar = dense(hidden, heads[1]);
      const draws: tf.Tensor2D = tf.add(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), tf.randomNormal([batch, D])));
      const output = decode(tf.gather(byLevel(draws), z));
      const levelMean = byLevel(mean);
      const levelLogVar = byLevel(logVar);
      const kl = tf.mul(tf.sum(tf.sub(tf.add(tf.exp(levelLogVar), tf.square(levelMean)), tf.add(levelLogVar, 1))), 0.5 / batch);
      return tf.add(tf.mul(tf.mean(tf.square(tf.sub(output, y))), 0.5), tf.mul(kl, 0.001));
    },
    data: [x, y, z, xy, count],
  };
}

export function tfjsContestant(backend: BenchBackend): Contestant {
  return {
    id: `tfjs-${backend}`,
    label: `plain tfjs, ${backend === 'wasm' ? 'WASM' : 'WebGPU'}`,
    role: 'peer',
    backend,
    async prepare(workload) {
      await tf.setBackend(backend);
      const { variables, loss, data } = build(workload);
      const adam = tf.train.adam(0.001, 0.9, 0.999, 1e-7);
      const step = (): tf.Scalar => adam.minimize(loss, true, variables) as tf.Scalar;
      let peak: number | null = null;
      return {
        async turn(steps) {
          await tf.setBackend(backend);
          let javascript = 0;
          let last = 0;
          const began = performance.now();
          for (let i = 1; i <= steps; i++) {
            const at = performance.now();
            const value = step();
            javascript += performance.now() - at;
            if (i === steps || i % READ_EVERY === 0) last = (await value.data())[0];
            value.dispose();
          }
          const milliseconds = performance.now() - began;
          // Once, and outside the time: what tfjs itself says is the peak of a step.
          if (backend === 'wasm') peak ??= (await tf.profile(() => tf.tidy(() => void step()))).peakBytes;
          return { milliseconds, javascript, order: null, loss: last };
        },
        memory: () => (peak === null ? null : { bytes: peak, kind: 'tensors' }),
        dispose() {
          tf.dispose([...data, ...variables]);
          adam.dispose();
        },
      };
    },
  };
}
