import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import { KerasAdam } from '../../engine/adam';
import { drawNoise } from '../../engine/noise';
import type { Breathe } from '../../mixed/dense';
import type { DropoutNetwork } from '../../nn/dropout-network';
import { meanSquaredError } from '../../nn/losses';
import { numbersAt } from '../../numbers/typed-arrays';
import { RandomStream } from '../../random/random';
import type { OwnFit, Problem } from '../method';

/** Rows of which features are computed at once. */
const ROWS_AT_ONCE = 16_384;

/** Last hidden layer φ (n × h), fixed part f (n), response and levels of rows. */
export interface Featured {
  features: Float32Array;
  fixed: Float32Array;
  y: Float32Array;
  codes: Int32Array;
}

/** φ and f of rows x [n, p] with the weights of now. */
export async function featuresOf(network: DropoutNetwork, x: tf.Tensor2D): Promise<Pick<Featured, 'features' | 'fixed'>> {
  const [hidden, output] = tf.tidy(() => {
    const last = network.hidden(x, []);
    return [last, network.output(last)];
  });
  const [features, fixed] = (await Promise.all([hidden.data(), output.data()])) as Float32Array[];
  tf.dispose([hidden, output]);
  return { features, fixed };
}

/** Parts one after the other. */
export function joined(parts: readonly Featured[]): Featured {
  const size = (read: (part: Featured) => ArrayLike<number>): number => parts.reduce((sum, part) => sum + read(part).length, 0);
  const all: Featured = {
    features: new Float32Array(size((part) => part.features)),
    fixed: new Float32Array(size((part) => part.fixed)),
    y: new Float32Array(size((part) => part.y)),
    codes: new Int32Array(size((part) => part.codes)),
  };
  let rows = 0;
  let entries = 0;
  for (const { features, fixed, y, codes } of parts) {
    all.features.set(features, entries);
    all.fixed.set(fixed, rows);
    all.y.set(y, rows);
    all.codes.set(codes, rows);
    rows += y.length;
    entries += features.length;
  }
  return all;
}

/** New slopes (levels × h) and the criterion on the validation rows, from the features of both parts. */
export type ExpectAndMaximise = (train: Featured, validation: Featured, breathe: Breathe) => Promise<{ means: Float64Array; criterion: number }>;

/** The alternation: an epoch of the network on y less the slopes' part, then expectation and maximisation. */
export class MenetsFit implements OwnFit {
  /** Never by itself: the run's patience ends it. */
  readonly converged = false;
  readonly #problem: Problem;
  readonly #network: DropoutNetwork;
  readonly #weights: ReadonlyMap<string, tf.Variable>;
  readonly #dataset: Dataset | undefined;
  readonly #random: RandomStream;
  readonly #noiseSeed: number;
  readonly #expectAndMaximise: ExpectAndMaximise;
  readonly #learningRate: number;
  #adam: KerasAdam | null = null;
  #steps = 0;
  /** φ'b of each training row from the epoch before. */
  #offsets: Float64Array | null = null;

  constructor(
    problem: Problem,
    learningRate: number,
    network: DropoutNetwork,
    weights: ReadonlyMap<string, tf.Variable>,
    dataset: Dataset | undefined,
    random: RandomStream,
    expectAndMaximise: ExpectAndMaximise,
  ) {
    this.#problem = problem;
    this.#learningRate = learningRate;
    this.#network = network;
    this.#weights = weights;
    this.#dataset = dataset;
    this.#random = new RandomStream(random.uint32(), 'MeNets order');
    this.#noiseSeed = random.uint32();
    this.#expectAndMaximise = expectAndMaximise;
  }

  async iterate(breathe: Breathe): Promise<{ training: number; objective: number }> {
    if (!this.#dataset) throw new Error('MeNets need their dataset to be fitted');
    const { train, validation } = this.#dataset.split;
    const training = await this.#epoch(this.#dataset, train, breathe);
    const rows = await this.#features(this.#dataset, train, breathe);
    const { means, criterion } = await this.#expectAndMaximise(rows, await this.#features(this.#dataset, validation, breathe), breathe);
    const h = means.length / this.#problem.levels[0];
    this.#offsets = Float64Array.from(train, (_, i) => {
      let sum = 0;
      for (let a = 0; a < h; a++) sum += rows.features[i * h + a] * means[rows.codes[i] * h + a];
      return sum;
    });
    return { training, objective: criterion };
  }

  dispose(): void {
    this.#adam?.dispose();
    this.#adam = null;
  }

  /** An epoch of squared error on y − φ'b, the network alone. Returns the mean loss of its rows. */
  async #epoch({ x, y }: Dataset, train: Uint32Array, breathe: Breathe): Promise<number> {
    const { p, batchSize } = this.#problem;
    this.#adam ??= new KerasAdam(this.#weights, this.#learningRate);
    const adam = this.#adam;
    const order = Uint32Array.from(train, (_, i) => i);
    this.#random.shuffle(order);
    const losses: { loss: tf.Scalar; rows: number }[] = [];
    for (let from = 0; from < order.length; from += batchSize) {
      const places = order.subarray(from, from + batchSize);
      const inputs = rowsOf(x, p, places, train);
      const targets = Float32Array.from(places, (place) => y[train[place]] - (this.#offsets?.[place] ?? 0));
      const noise = drawNoise(this.#network.noiseShapes(places.length), this.#noiseSeed, this.#steps++);
      const loss = tf.tidy(() => {
        const batch = tf.tensor2d(inputs, [places.length, p]);
        const target = tf.tensor2d(targets, [places.length, 1]);
        const { value, grads } = tf.variableGrads(() => meanSquaredError(target, this.#network.apply(batch, noise)), [...this.#weights.values()]);
        adam.step(grads);
        return value;
      });
      tf.dispose(noise);
      losses.push({ loss, rows: places.length });
      await breathe();
    }
    const values = await Promise.all(losses.map(async ({ loss, rows }) => (await loss.data())[0] * rows));
    tf.dispose(losses.map(({ loss }) => loss));
    return values.reduce((sum, value) => sum + value, 0) / order.length;
  }

  /** Features and fixed part of rows of the dataset with the weights of now. */
  async #features({ x, y, categorical }: Dataset, rows: Uint32Array, breathe: Breathe): Promise<Featured> {
    const { p } = this.#problem;
    const parts: Featured[] = [];
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const some = rows.subarray(from, from + ROWS_AT_ONCE);
      const inputs = tf.tensor2d(rowsOf(x, p, some), [some.length, p]);
      const both = await featuresOf(this.#network, inputs);
      inputs.dispose();
      parts.push({
        ...both,
        y: numbersAt(Float32Array, y, some),
        codes: Int32Array.from(some, (row) => categorical[0].codes[row]),
      });
      await breathe();
    }
    return joined(parts);
  }
}

/** Numeric features of rows (or of the rows at places of a list), row-major. */
function rowsOf(x: Float32Array, p: number, places: Uint32Array, list?: Uint32Array): Float32Array {
  const values = new Float32Array(places.length * p);
  places.forEach((place, i) => {
    const row = list ? list[place] : place;
    values.set(x.subarray(row * p, (row + 1) * p), i * p);
  });
  return values;
}
