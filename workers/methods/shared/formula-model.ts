import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import {
  type DatasetFit,
  datasetFormula,
  devianceOf,
  familyOf,
  fitDataset,
  type MixedSettings,
  modelOfDataset,
  tellDatasetFit,
} from '../../mixed/formula/fit-dataset';
import { columnsOfDataset, fillPieces, type Piece, piecesOf, placesOf, shareOf } from '../../mixed/formula/pieces';
import type { FormulaFit } from '../../mixed/formula/result';
import type { FormulaModel } from '../../mixed/formula/types';
import { thetaCount } from '../../mixed/terms/factor';
import type { TermFit } from '../../mixed/terms/linear';
import { binaryCrossEntropy, meanSquaredError } from '../../nn/losses';
import type { Estimate, LevelVectors, Model, OwnFit, Problem } from '../method';
import { formulaEstimates } from './formula-estimates';
import { disposeAll } from './lifetime';
import { allTrainingRows } from './training-rows';

/** Pieces by where their numbers are. */
function placed(pieces: readonly Piece[], features: number) {
  const scalars = pieces.flatMap((piece, at) => (piece.over.length === 0 ? [at] : []));
  const vectors = Array.from({ length: features }, (_, k) =>
    pieces.flatMap((piece, at) => (piece.over.length === 1 && piece.over[0] === k ? [at] : [])),
  );
  // Random effects first, so that a feature's first number is its intercept.
  for (const its of vectors)
    its.sort((a, b) => Number(pieces[b].random) - Number(pieces[a].random) || pieces[a].times.length - pieces[b].times.length);
  const tables = new Map<string, number[]>();
  for (const [at, { over }] of pieces.entries()) if (over.length > 1) tables.set(over.join(), [...(tables.get(over.join()) ?? []), at]);
  return { scalars, vectors, tables: [...tables.values()] };
}

/** Standard deviations and the like of the vectors of a feature: what its levels are known to. */
interface Knowledge {
  variances: Float32Array;
  prior: Float32Array;
}

/**
 * A mixed model by its formula as a model of the registry (docs/methods.md A23). Its predictor is a sum of
 * pieces: effects of one feature's levels are its vectors, all else are parameters. Fitted in double
 * precision in the columns' own units, whatever the dataset is scaled by.
 */
export function buildFormulaModel(problem: Problem, settings: MixedSettings, dataset: Dataset): Model {
  const family = familyOf(settings, dataset);
  const formula = datasetFormula(settings, dataset);
  const pieces = piecesOf(formula, dataset);
  const { scalars, vectors, tables } = placed(pieces, dataset.categorical.length);
  const { targetScale, targetMean } = dataset;
  const log = family === 'poisson' || family === 'negative-binomial';
  const variable = (shape: number[]): tf.Variable => tf.tidy(() => tf.variable(tf.zeros(shape)));
  const name = (over: readonly number[]): string => over.map((k) => dataset.categorical[k].name).join(':');
  const bias = variable([1]);
  const kernel = variable([scalars.length - 1, 1]);
  const effects = problem.levels.map((levels, k) => variable([levels, Math.max(1, vectors[k]?.length ?? 0)]));
  const together = tables.map((its) => variable([placesOf(dataset, pieces[its[0]].over), its.length]));
  const parameters = new Map<string, tf.Variable>([
    ['fixed/bias', bias],
    ...(scalars.length > 1 ? ([['fixed/kernel', kernel]] as const) : []),
    ...effects.map((one, k): [string, tf.Variable] => [`effects/${k}`, one]),
    ...together.map((one, t): [string, tf.Variable] => [`effects/${name(pieces[tables[t][0]].over)}`, one]),
  ]);
  const values = (numbers: readonly Float64Array[]): void =>
    tf.tidy(() => {
      const unit = family === 'gaussian' ? targetScale : 1;
      const shift = family === 'gaussian' ? targetMean : 0;
      const assign = (to: tf.Variable, of: (at: number) => number): void =>
        to.assign(
          tf.tensor(
            Float32Array.from({ length: to.size }, (_, at) => of(at)),
            to.shape,
          ),
        );
      assign(bias, () => (numbers[scalars[0]][0] - shift) / unit);
      assign(kernel, (at) => numbers[scalars[at + 1]][0] / unit);
      for (const [k, one] of effects.entries()) {
        const its = vectors[k] ?? [];
        // Place 0 is that of new levels, which have 0.
        assign(one, (at) => (its.length === 0 ? 0 : numbers[its[at % its.length]][Math.floor(at / its.length) + 1] / unit));
      }
      for (const [t, one] of together.entries()) {
        const its = tables[t];
        assign(one, (at) => numbers[its[at % its.length]][Math.floor(at / its.length)] / unit);
      }
    });

  let training: DatasetFit | null = null;
  let told: FormulaFit | null = null;
  let known: Knowledge[] = [];
  const take = (fit: DatasetFit): void => {
    const { model } = fit.fitted;
    const [beta, terms]: [Float64Array, readonly TermFit[]] =
      fit.kind === 'linear'
        ? [model.design.restoreBeta(fit.fitted.estimate.fit.beta, fit.fitted.shift), fit.fitted.estimate.fit.terms]
        : [model.design.restoreBeta(fit.fitted.fit.beta, fit.kind === 'iterative' ? fit.fitted.shift : 0), fit.fitted.fit.terms];
    values(fillPieces(pieces, model, { beta, modes: terms.map(({ effects: modes }) => modes) }, dataset, fit.rows));
    known = knowledgeOf(fit, terms);
    told = tellDatasetFit(fit, false);
  };

  /**
   * Variances of a feature's numbers given the rows, and without any: of its random effects on the dataset's
   * scale.
   */
  function knowledgeOf({ rows, fitted: { model } }: DatasetFit, terms: readonly TermFit[]): Knowledge[] {
    const unit = family === 'gaussian' ? targetScale ** 2 : 1;
    return problem.levels.map((levels, k) => {
      const its = vectors[k] ?? [];
      const d = Math.max(1, its.length);
      const found = { variances: new Float32Array(levels * d), prior: new Float32Array(d) };
      const feature = dataset.categorical[k];
      for (const [t, term] of model.terms.entries()) {
        if (!feature || term.columns.length !== 1 || term.columns[0] !== feature.name) continue;
        const r = term.width;
        const first = new Int32Array(levels).fill(-1);
        for (const [i, level] of term.codes.entries()) first[feature.codes[rows[model.rows[i]]]] = level;
        for (const [column, at] of its.entries()) {
          if (!pieces[at].random) continue;
          const weights = term.cells.map((cell) => weightIn(cell.levels.length > 0 ? null : cell.numeric, pieces[at].times));
          const quadratic = (V: ArrayLike<number>, from: number): number => {
            let sum = 0;
            for (let a = 0; a < r; a++) for (let b = 0; b < r; b++) sum += weights[a] * V[from + a * r + b] * weights[b];
            return sum / unit;
          };
          found.prior[column] += quadratic(terms[t].covariance, 0);
          for (let code = 0; code < levels; code++)
            found.variances[code * d + column] +=
              first[code] < 0 ? quadratic(terms[t].covariance, 0) : quadratic(terms[t].conditionalCovariances, first[code] * r * r);
        }
      }
      return found;
    });
  }

  /** How much a unit of an effect of these numbers adds to a piece: products of scales and means. */
  function weightIn(numeric: readonly string[] | null, times: readonly number[]): number {
    if (!numeric) return 0;
    const all = numeric.map((one) => numericPlace(one));
    if (!times.every((j) => all.includes(j))) return 0;
    return shareOf(dataset, all, times);
  }
  const numericPlace = columnsOfDataset(dataset).numeric;

  const fitOn = async (rows: Uint32Array, breathe: () => Promise<void>, model?: FormulaModel): Promise<DatasetFit> => {
    const fit = await fitDataset(settings, dataset, rows, breathe, model);
    take(fit);
    return fit;
  };
  // Data that cannot give the model are refused before anything trains.
  const first = modelOfDataset(settings, dataset, dataset.split.train);
  const ownFit: OwnFit = {
    get converged() {
      return training !== null;
    },
    async iterate(breathe) {
      training ??= await fitOn(dataset.split.train, breathe, first);
      const perRow = devianceOf(training) / 2 / dataset.split.train.length;
      return { training: perRow, objective: perRow };
    },
    async finish(breathe) {
      await fitOn(allTrainingRows(dataset), breathe);
    },
  };

  /** Products of numeric features, [rows, 1]; null: 1. */
  const monomials = (x: tf.Tensor2D) => {
    const column = (j: number): tf.Tensor2D => tf.slice2d(x, [0, j], [-1, 1]);
    return ({ times }: Piece): tf.Tensor2D | null =>
      times.length === 0 ? null : times.map(column).reduce((product, one) => tf.mul(product, one) as tf.Tensor2D);
  };
  /** Numbers of pieces of the same levels, [rows, pieces], each times its numeric features. */
  const timesNumbers = (numbers: tf.Tensor2D, its: readonly number[], monomial: (piece: Piece) => tf.Tensor2D | null): tf.Tensor2D[] =>
    its.map((at, column) => {
      const own = its.length === 1 ? numbers : tf.slice2d(numbers, [0, column], [-1, 1]);
      const factor = monomial(pieces[at]);
      return factor ? (tf.mul(own, factor) as tf.Tensor2D) : own;
    });
  const linear = (x: tf.Tensor2D, z: readonly tf.Tensor1D[], tablesOfLevels: readonly tf.Tensor2D[]): tf.Tensor2D => {
    const monomial = monomials(x);
    const products = scalars.slice(1).map((at) => monomial(pieces[at]) as tf.Tensor2D);
    const slopes =
      products.length === 0
        ? tf.zeros([x.shape[0], 1])
        : tf.matMul(products.length === 1 ? products[0] : tf.concat(products, 1), kernel as tf.Tensor2D);
    const parts: tf.Tensor2D[] = [tf.add(slopes, bias)];
    for (const [k, its] of vectors.entries()) if (its.length > 0) parts.push(...timesNumbers(tf.gather(tablesOfLevels[k], z[k]), its, monomial));
    for (const [t, its] of tables.entries()) {
      const { over } = pieces[its[0]];
      // Tables of floats, in which a level that no data have is place 0; whole numbers to 2²⁴ are exact.
      const places = over.map((k, at) => {
        const stride = placesOf(dataset, over.slice(at + 1));
        return tf.gather(tf.tensor1d(Float32Array.from({ length: dataset.categorical[k].cardinality }, (_, code) => (code + 1) * stride)), z[k]);
      });
      const place = tf.cast(places.length === 1 ? places[0] : tf.addN(places), 'int32') as tf.Tensor1D;
      parts.push(...timesNumbers(tf.gather(together[t], place) as tf.Tensor2D, its, monomial));
    }
    return parts.length === 1 ? parts[0] : tf.addN(parts);
  };
  const onScale = (eta: tf.Tensor2D): tf.Tensor2D => {
    if (family === 'binomial') return tf.sigmoid(eta);
    return log ? (tf.div(tf.sub(tf.exp(eta), targetMean), targetScale) as tf.Tensor2D) : eta;
  };

  return {
    parameters,
    epochLoss: 'by-rows',
    samplesPrediction: false,
    newLevel: 'zeros',
    ownFit,
    noiseShapes: () => [],
    parameterCount: countOf(first),
    mixed: () => told,
    // No step trains on it.
    loss({ x, y, z }) {
      const eta = linear(x, z, effects as unknown as tf.Tensor2D[]);
      const output = onScale(eta);
      const total = family === 'binomial' ? binaryCrossEntropy(y, eta) : meanSquaredError(y, output);
      return { total, terms: { error: total }, output };
    },
    levelVectors: async (): Promise<LevelVectors> => effects.map((one) => one.clone() as tf.Tensor2D),
    async levelPosterior() {
      return {
        means: effects.map((one) => one.clone() as tf.Tensor2D),
        variances: effects.map((one, k) => tf.tensor2d(known[k]?.variances ?? new Float32Array(one.size), one.shape as [number, number])),
        priorVariances: effects.map((one, k) => known[k]?.prior ?? new Float32Array(one.shape[1] as number)),
      };
    },
    estimates: async (): Promise<Estimate[]> => (told ? formulaEstimates(told, dataset) : []),
    predict: ({ x, z }, tablesOfLevels) => onScale(linear(x, z, tablesOfLevels)),
    dispose: () => {
      disposeAll(parameters);
      if (scalars.length === 1) kernel.dispose();
    },
  };
}

/**
 * Numbers that are estimated: fixed effects, variances and covariances, the residual variance or the shape.
 */
const countOf = ({ design, terms, family }: FormulaModel): number =>
  design.p + thetaCount(terms) + (family === 'gaussian' || family === 'negative-binomial' ? 1 : 0);
