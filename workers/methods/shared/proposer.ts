import * as tf from '@tensorflow/tfjs';
import type { DrawRule } from '../../nn/level-draws';
import { MixedEncoder, type RowPosterior } from '../../nn/mixed-encoder';
import { readWidth } from '../../nn/response-shape';
import { type Members, meanByLevel, membersOf, onceAPlace, type Pooling, pairsOf, rowsOfLevels, shares, vectorsOfRows } from '../../ops/members';
import { inverseCounts } from '../../ops/segment-mean';
import { type TagSets, vectorsOfTags } from '../../ops/tag-sum';
import type { RandomStream } from '../../random/random';
import type { Batch, LevelVectors, Problem } from '../method';
import { sizesOf } from './counts';
import { averageByLevel } from './level-average';

/** What a model that is about tags does otherwise than A10 with a column of tags as one more feature. */
export interface TagRule {
  /** How the vectors of a row's tags become the row's. */
  pooling: Pooling;
  /** Whether the encoder reads, beside a row, the average vectors of its other tags. */
  context: 'none' | 'others';
  /** Draws by row, or one a level. */
  draw: DrawRule['draw'];
  /** Heads of columns of tags are named after the columns, not after their place among the features. */
  ownHeads: boolean;
}

/** What rows propose for the vectors of a feature, and which of its levels these rows have. */
export interface Proposal {
  posterior: RowPosterior;
  members: Members;
}

/** Batches that can be gone through more than once. */
type Batches = AsyncIterable<Batch> | Iterable<Batch>;

/**
 * The encoder of MMbeddings with what it reads: [x, y], and with context *others* the average vectors of the
 * row's other tags (docs/methods.md A10, F3). These averages come from a first pass that reads zeros in their
 * place; the second pass encodes every pair of row and tag by itself.
 */
export class Proposer {
  readonly #encoder: MixedEncoder;
  readonly #rule: TagRule;
  readonly #levels: number;
  readonly #sizes: number[];
  readonly #d: number;
  readonly #read: (y: tf.Tensor2D) => tf.Tensor2D;

  /** @param read responses [rows, 1] as the encoder reads them */
  constructor(
    problem: Problem,
    { d, encoder }: { d: number; encoder: readonly number[] },
    rule: TagRule,
    random: RandomStream,
    read: (y: tf.Tensor2D) => tf.Tensor2D,
  ) {
    this.#read = read;
    this.#rule = rule;
    this.#levels = problem.levels.length;
    this.#sizes = sizesOf(problem);
    this.#d = d;
    this.#encoder = new MixedEncoder(
      {
        inputs: problem.p + readWidth(problem) + (this.#twice ? d : 0),
        widths: encoder,
        features: this.#sizes.length,
        tagColumns: rule.ownHeads ? this.#sizes.length - this.#levels : 0,
        d,
        learnedInputs: this.#twice,
      },
      random,
    );
  }

  parameters(): [string, tf.Variable][] {
    return this.#encoder.parameters();
  }

  get #twice(): boolean {
    return this.#rule.context === 'others';
  }

  /**
   * Proposals of each feature.
   *
   * @param averages averages of the first pass of each column of tags, [K, d]; absent: those of this batch
   */
  propose(batch: Batch, averages?: readonly tf.Tensor2D[]): Proposal[] {
    const members = membersOf(batch);
    let read: tf.Tensor2D | undefined;
    const head = (k: number): RowPosterior => {
      read ??= this.#first(batch);
      return this.#encoder.head(k, read);
    };
    return this.#sizes.map((q, k): Proposal => {
      if (!this.#twice || k < this.#levels) return { posterior: head(k), members: members[k] };
      const sets = members[k] as TagSets;
      const known = averages?.[k - this.#levels] ?? meanByLevel(head(k).mean, sets, inverseCounts(rowsOfLevels(sets, q)));
      return { posterior: this.#encoder.head(k, this.#second(batch, sets, known)), members: pairsOf(sets) };
    });
  }

  /**
   * Averages over all rows of what `values` makes of each row's proposal for feature k ([rows, width], within
   * tf.tidy), by level; with context *others*, in two passes over the batches.
   */
  async average(
    batches: Batches,
    width: number,
    values: (posterior: RowPosterior, k: number) => tf.Tensor2D,
    finish?: (averages: tf.Tensor2D, counts: tf.Tensor2D, k: number) => tf.Tensor2D,
  ): Promise<LevelVectors> {
    const averages = this.#twice ? await this.#firstAverages(batches) : undefined;
    try {
      return await averageByLevel(
        batches,
        this.#sizes,
        width,
        (batch) => this.propose(batch, averages).map(({ posterior }, k) => values(posterior, k)),
        finish,
        (batch) => membersOf(batch).map((members, k) => (this.#twice && k >= this.#levels ? pairsOf(members as TagSets) : members)),
      );
    } finally {
      tf.dispose(averages ?? []);
    }
  }

  /** What the heads read of the rows, with zeros for other tags: [rows, width]. */
  #first({ x, y }: Batch): tf.Tensor2D {
    const seen = this.#read(y);
    return this.#twice ? this.#encoder.trunk(x, seen, tf.zeros([x.shape[0], this.#d])) : this.#encoder.trunk(x, seen);
  }

  /**
   * What the heads read of every place of the rows' sets, given average vectors of the tags: [rows · places,
   * width].
   */
  #second({ x, y }: Batch, sets: TagSets, averages: tf.Tensor2D): tf.Tensor2D {
    const [rows, places] = sets.ids.shape;
    const d = this.#d;
    const all = vectorsOfRows(averages, sets, 'sum');
    const others = tf.sub(tf.expandDims(all, 1), vectorsOfTags(averages, sets));
    const shared = this.#rule.pooling === 'mean' ? tf.mul(others, tf.expandDims(shares(sets), 2)) : others;
    return this.#encoder.trunk(onceAPlace(x, places), onceAPlace(this.#read(y), places), tf.reshape(shared, [rows * places, d]));
  }

  /** Averages of the first pass over all rows, of each column of tags. */
  #firstAverages(batches: Batches): Promise<LevelVectors> {
    return averageByLevel(
      batches,
      this.#sizes.slice(this.#levels),
      this.#d,
      (batch) => {
        const first = this.#first(batch);
        return this.#sizes.slice(this.#levels).map((_, c) => this.#encoder.head(this.#levels + c, first).mean);
      },
      undefined,
      (batch) => membersOf(batch).slice(this.#levels),
    );
  }
}
