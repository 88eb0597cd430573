import type { Dataset } from '../data/dataset';
import { LabFailure } from '../data/failure';
import { aboutMethod } from '../methods/registry';
import { numbersAt } from '../numbers/typed-arrays';
import { isAdditive } from '../training/check-view';
import type { Finished } from '../training/results';
import type { Run } from '../training/run';
import type { FeatureLevels } from './feature';
import { labelBlob } from './label-index';
import { type Components, type LevelVectors, principalComponents } from './pca';
import { expectedRanks } from './rank';
import type { EffectKind, LevelRanks, LevelTableView } from './types';

/** What the room needs of a run: its data, its plan and what its methods left. */
export type LevelsRun = Pick<Run, 'dataset' | 'plan' | 'finished'>;

/** Standardised numbers of the response in its own unit; probabilities stay. */
const ownUnit = ({ task, targetScale, targetMean }: Dataset, values: Float32Array): Float64Array<ArrayBuffer> =>
  Float64Array.from(values, task === 'binary' ? undefined : (value) => value * targetScale + targetMean);

/** One feature as one method sees it: computed when it is asked for, and kept. */
export class MethodLevels {
  /** Null for a method without vectors of the feature. */
  readonly vectors: (LevelVectors & { values: Float32Array }) | null;
  /** Posterior variances of the vectors' numbers (q × d); null without. */
  readonly variances: Float32Array | null;
  #components: Components | null = null;
  #effect: LevelTableView['effect'] | undefined;
  #ranks: LevelRanks | null | undefined;
  #residual: Float64Array<ArrayBuffer> | null = null;
  #deviations: Float64Array<ArrayBuffer> | null | undefined;

  constructor(
    readonly run: LevelsRun,
    readonly of: FeatureLevels,
    readonly finished: Finished,
  ) {
    const { feature } = of;
    const table = finished.vectors[feature];
    this.vectors = table?.levels === of.levels && table.d > 0 ? { values: table.values, d: table.d } : null;
    const variances = finished.posterior?.variances[feature];
    this.variances = this.vectors && variances?.d === this.vectors.d ? variances.values : null;
  }

  get method(): string {
    return this.finished.result.method;
  }

  /** Vectors, or a refusal by name. */
  get needed(): LevelVectors & { values: Float32Array } {
    if (this.vectors) return this.vectors;
    const { name } = this.of.about;
    throw new LabFailure(
      'no-level-vectors',
      `${aboutMethod(this.method).label} has no vectors of the levels of "${name}".`,
      'Choose a method that learns them, such as Embeddings.',
    );
  }

  /** Components of the levels that training rows have: others stand where training left them. */
  get components(): Components {
    this.#components ??= principalComponents(this.needed, this.of.seen.length > 1 ? this.of.seen : undefined);
    return this.#components;
  }

  /** What the vector's only number is multiplied by to be in the unit that `effect` has. */
  get #unit(): { kind: EffectKind; scale: number } {
    const { result } = this.finished;
    // A mixed model's only number of a level is an effect too, unless it is on a log scale.
    if (!isAdditive(result) && !['gaussian', 'binomial'].includes(result.mixed?.family ?? '')) return { kind: 'number', scale: 1 };
    return { kind: 'effect', scale: this.run.dataset.task === 'binary' ? 1 : this.run.dataset.targetScale };
  }

  get effect(): LevelTableView['effect'] {
    this.#effect ??= this.#effects();
    return this.#effect;
  }

  #effects(): LevelTableView['effect'] {
    if (!this.vectors) return null;
    const { values, d } = this.vectors;
    if (d === 1) {
      const { kind, scale } = this.#unit;
      return { kind, values: Float64Array.from(values, (value) => value * scale) };
    }
    const { mean } = this.components;
    const lengths = new Float64Array(this.of.levels);
    for (let j = 0; j < lengths.length; j++) {
      let squares = 0;
      for (let m = 0; m < d; m++) squares += (values[j * d + m] - mean[m]) ** 2;
      lengths[j] = Math.sqrt(squares);
    }
    return { kind: 'length', values: lengths };
  }

  get posteriorSd(): Float64Array<ArrayBuffer> | null {
    if (this.#deviations === undefined) this.#deviations = this.#posteriorDeviations();
    return this.#deviations;
  }

  #posteriorDeviations(): Float64Array<ArrayBuffer> | null {
    const { vectors, variances } = this;
    if (!vectors || !variances) return null;
    const { d } = vectors;
    const scale = d === 1 ? this.#unit.scale : 1;
    return Float64Array.from({ length: this.of.levels }, (_, j) => {
      let sum = 0;
      for (let m = 0; m < d; m++) sum += variances[j * d + m];
      return scale * Math.sqrt(sum / d);
    });
  }

  /** Ranks among the levels that training rows have; null for vectors of several numbers. */
  get rank(): LevelRanks | null {
    if (this.#ranks === undefined) this.#ranks = this.#rankings();
    return this.#ranks;
  }

  #rankings(): LevelRanks | null {
    const { effect } = this;
    if (!effect || effect.kind === 'length') return null;
    const { seen, levels } = this.of;
    const spread = this.posteriorSd;
    const means = numbersAt(Float64Array, effect.values, seen);
    const found = expectedRanks(means, spread ? numbersAt(Float64Array, spread, seen) : new Float64Array(seen.length));
    const placed = (values: Float64Array): Float64Array => {
      const all = new Float64Array(levels).fill(Number.NaN);
      for (const [i, level] of seen.entries()) all[level] = values[i];
      return all;
    };
    return { expected: placed(found.expected), low: spread && placed(found.low), high: spread && placed(found.high) };
  }

  get meanResidual(): Float64Array<ArrayBuffer> {
    this.#residual ??= this.of.meanResidual(this.finished.predictions);
    return this.#residual;
  }

  /** What the method predicts for each level in a typical row; null where that was not asked. */
  get typical(): Float64Array<ArrayBuffer> | null {
    const values = this.finished.typical?.[this.of.feature];
    return values ? ownUnit(this.run.dataset, values) : null;
  }
}

/**
 * Everything the list shows. Arrays are copies, so that the message can take them away.
 *
 * @param all every finished method in the order of the experiment
 */
export function tableView(levels: MethodLevels, all: readonly MethodLevels[]): LevelTableView {
  const { of, effect, rank, posteriorSd } = levels;
  return {
    method: levels.method,
    feature: of.feature,
    featureName: of.about.name,
    kind: of.about.kind,
    levels: of.levels,
    width: levels.vectors?.d ?? 0,
    labels: labelBlob(of.about.labels),
    rows: of.rows.slice(),
    testRows: of.testRows.slice(),
    meanResponse: of.meanResponse.slice(),
    meanResidual: levels.meanResidual.slice(),
    effect: effect && { kind: effect.kind, values: effect.values.slice() },
    posteriorSd: posteriorSd?.slice() ?? null,
    rank: rank && { expected: rank.expected.slice(), low: rank.low?.slice() ?? null, high: rank.high?.slice() ?? null },
    typical: all.flatMap((one) => {
      const values = one.typical;
      return values ? [{ method: one.method, values }] : [];
    }),
  };
}
