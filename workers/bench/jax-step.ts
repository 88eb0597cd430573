import type { Array as JaxArray } from '@jax-js/jax';
import type { Contestant } from './contestant';
import type { BenchBackend } from './schema';
import { D, P } from './work';
import type { Workload } from './workload';

/** Steps between reads of a loss; jax-js is slower when its queue runs further ahead (its issue 151). */
const READ_EVERY = 4;

type Jax = typeof import('@jax-js/jax');
interface Layer {
  w: JaxArray;
  b: JaxArray;
}
type Tree = Record<string, Layer | JaxArray>;
type Step = ((
  p: Tree,
  m: Tree,
  v: Tree,
  rate: JaxArray,
  x: JaxArray,
  y: JaxArray,
  z: JaxArray,
  inverse: JaxArray,
  noise: JaxArray,
) => [JaxArray, Tree, Tree, Tree]) & {
  dispose(): void;
};

/** The jitted step of one workload in jax-js, forward, backward and Adam in one program, with its state. */
function build(jax: Jax, { method, q, batch, x: values, y: responses, codes }: Workload) {
  const { numpy: np, nn, vjp, valueAndGrad, jit, tree, random } = jax;
  const array = (data: Float32Array | Int32Array, shape: number[]): JaxArray => np.array(data).reshape(shape);
  const uniform = (shape: number[], limit: number): JaxArray =>
    array(
      Float32Array.from({ length: shape[0] * shape[1] }, () => (2 * Math.random() - 1) * limit),
      shape,
    );
  const layer = (inputs: number, outputs: number): Layer => ({
    w: uniform([inputs, outputs], Math.sqrt(6 / (inputs + outputs))),
    b: np.zeros([outputs]),
  });
  const dense = (l: Layer, x: JaxArray): JaxArray => np.matmul(x, l.w).add(l.b);
  const decoder = { d0: layer(P + D, 10), d1: layer(10, 10), d2: layer(10, 1) };
  const parameters: Tree =
    method === 'embeddings'
      ? { ...decoder, table: uniform([q, D], 0.05) }
      : { ...decoder, e0: layer(P + 1, 100), e1: layer(100, 100), mean: layer(100, D), logVar: layer(100, D) };
  const x = array(values.slice(0, batch * P), [batch, P]);
  const y = array(responses.slice(0, batch), [batch, 1]);
  const z = np.array(codes.slice(0, batch));
  const counts = new Float32Array(q);
  for (let i = 0; i < batch; i++) counts[codes[i]] += 1;
  const inverse = array(
    counts.map((count) => 1 / Math.max(1, count)),
    [q, 1],
  );

  /**
   * Sums of rows by level: the transpose of a lookup, which jax-js runs as one scatter-add; a product with
   * one-hot rows would cost batch × q.
   */
  const sumByLevel = (rows: JaxArray, ids: JaxArray, width: number): JaxArray => {
    const [lookup, transpose] = vjp((table: JaxArray) => np.take(table, ids, 0), [np.zeros([q, width])]);
    lookup.dispose();
    const [sums] = transpose(rows) as [JaxArray];
    return sums;
  };
  const decode = (p: Record<string, Layer>, input: JaxArray): JaxArray => dense(p.d2, nn.relu(dense(p.d1, nn.relu(dense(p.d0, input)))));
  const loss = (all: Tree, x: JaxArray, y: JaxArray, z: JaxArray, inverse: JaxArray, noise: JaxArray): JaxArray => {
    const p = all as Record<string, Layer>;
    if (method === 'embeddings') {
      inverse.dispose();
      noise.dispose();
      return np.square(decode(p, np.concatenate([x, np.take(all.table as JaxArray, z, 0)], 1)).sub(y)).mean();
    }
    const hidden = nn.relu(dense(p.e1, nn.relu(dense(p.e0, np.concatenate([x.ref, y.ref], 1)))));
    const mean = dense(p.mean, hidden.ref);
    const logVar = dense(p.logVar, hidden);
    const draws = mean.ref.add(noise.mul(np.exp(logVar.ref.mul(0.5))));
    const levels = sumByLevel(np.concatenate([draws, mean, logVar], 1), z.ref, 3 * D).mul(inverse);
    const [vectors, levelMean, levelLogVar] = np.split(levels, 3, 1);
    const output = decode(p, np.concatenate([x, np.take(vectors, z, 0)], 1));
    const kl = levelLogVar.ref
      .add(1)
      .sub(np.exp(levelLogVar))
      .sub(np.square(levelMean))
      .sum()
      .mul(-0.5 / batch);
    return np.square(output.sub(y)).mean().mul(0.5).add(kl.mul(0.001));
  };
  const program = (
    p: Tree,
    m: Tree,
    v: Tree,
    rate: JaxArray,
    x: JaxArray,
    y: JaxArray,
    z: JaxArray,
    inverse: JaxArray,
    noise: JaxArray,
  ): [JaxArray, Tree, Tree, Tree] => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(p), x, y, z, inverse, noise) as [JaxArray, Tree];
    const [ps, shape] = tree.flatten(p) as unknown as [JaxArray[], unknown];
    const [ms] = tree.flatten(m) as unknown as [JaxArray[]];
    const [vs] = tree.flatten(v) as unknown as [JaxArray[]];
    const [gs] = tree.flatten(gradients) as unknown as [JaxArray[]];
    const after: JaxArray[][] = [[], [], []];
    for (const [i, parameter] of ps.entries()) {
      const first = ms[i].mul(0.9).add(gs[i].ref.mul(0.1));
      const second = vs[i].mul(0.999).add(np.square(gs[i]).mul(0.001));
      after[1].push(first.ref);
      after[2].push(second.ref);
      after[0].push(parameter.sub(first.div(np.sqrt(second).add(1e-7)).mul(rate.ref)));
    }
    rate.dispose();
    const [p1, m1, v1] = after.map((leaves) => tree.unflatten(shape as never, leaves) as Tree);
    return [value, p1, m1, v1];
  };
  // jax-js types trees by structure, not by name: the cast says what its jit keeps.
  const step = jit(program as never) as unknown as Step;
  const zeros = (): Tree => tree.map((leaf: JaxArray) => np.zerosLike(leaf), tree.ref(parameters) as never) as unknown as Tree;
  const state = { p: parameters, m: zeros(), v: zeros(), t: 0 };
  return {
    /** Queues a step and hands back its loss. */
    step(): JaxArray {
      state.t += 1;
      const rate = (0.001 * Math.sqrt(1 - 0.999 ** state.t)) / (1 - 0.9 ** state.t);
      const noise = method === 'embeddings' ? np.zeros([1]) : random.normal(random.key(state.t), [batch, D]);
      const [value, p, m, v] = step(state.p, state.m, state.v, np.array(rate).astype(np.float32), x.ref, y.ref, z.ref, inverse.ref, noise);
      Object.assign(state, { p, m, v });
      return value;
    },
    dispose(): void {
      for (const one of [state.p, state.m, state.v]) tree.dispose(one as never);
      for (const one of [x, y, z, inverse]) one.dispose();
      step.dispose();
    },
  };
}

/** jax-js's compiled step on the same backend. Its package is loaded on first use. */
export function jaxContestant(backend: BenchBackend): Contestant {
  return {
    id: `jax-${backend}`,
    label: `jax-js, ${backend === 'wasm' ? 'WASM' : 'WebGPU'}`,
    role: 'peer',
    backend,
    async prepare(workload) {
      const jax = await import('@jax-js/jax');
      const devices = await jax.init(backend);
      if (!devices.includes(backend)) throw new Error(`jax-js offers ${devices.join(', ')} here`);
      jax.defaultDevice(backend);
      const program = build(jax, workload);
      return {
        async turn(steps) {
          jax.defaultDevice(backend);
          let javascript = 0;
          let last = 0;
          const began = performance.now();
          for (let i = 1; i <= steps; i++) {
            const at = performance.now();
            const value = program.step();
            javascript += performance.now() - at;
            if (i === steps || i % READ_EVERY === 0) last = ((await value.data()) as Float32Array)[0];
            else value.dispose();
          }
          return { milliseconds: performance.now() - began, javascript, order: null, loss: last };
        },
        dispose: () => program.dispose(),
      };
    },
  };
}
