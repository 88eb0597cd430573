import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { Breathe } from '../mixed/dense';
import type { GrowthFit, VarianceEstimates } from '../mixed/growth-fit';
import { growthRows } from '../mixed/growth-rows';
import { LindstromBates } from '../mixed/lindstrom-bates';
import { RandomAsymptote } from '../mixed/random-asymptote';
import { gatherRows } from '../ops/gather-rows';
import { logistic } from '../ops/logistic';
import type { Estimate, MethodAbout, Model, OwnFit, Problem } from './method';
import { CURVE_NAMES, growthRefusal } from './shared/growth';
import { disposeAll } from './shared/lifetime';
import { allTrainingRows } from './shared/training-rows';

const settings = /*#__PURE__*/ z.strictObject({
  random: /*#__PURE__*/ z.enum(['asymptote', 'all']).default('asymptote').meta({
    title: 'What differs between levels',
    help: 'The asymptote alone, or asymptote, midpoint and scale, independent of each other as in eq. 1 of the paper.',
    paper: 'all in eq. 1; asymptote in the golden fits',
  }),
  likelihood: /*#__PURE__*/ z.enum(['exact', 'linearised']).default('exact').meta({
    title: 'Likelihood of a random asymptote',
    help: 'Exact: in closed form, as lme4’s nlmer has it. Linearised: the alternation of Lindstrom and Bates, as in nlme; on the Orange trees its result differs from the exact one by 0.5 to 1 %. With all three random it is always linearised.',
    paper: 'linearised in the article; exact in the golden fits',
  }),
});
type Settings = z.output<typeof settings>;

/** Iterations of the fit on all training rows before results, at most. */
const MOST_ITERATIONS = 200;

export const about: MethodAbout<typeof settings> = {
  id: 'lindstrom-bates',
  label: 'Lindstrom–Bates',
  family: 'random effects',
  idea: 'The classical fit of the growth-curve mixed model: penalised least squares for the curves alternates with a linear mixed model for their variances, until both agree. It has no network and no learning rate, and gives standard errors in the data’s own units.',
  formula: String.raw`y = \frac{\beta_1 + b_{j1}}{1 + \exp\left(-\frac{x - (\beta_2 + b_{j2})}{\beta_3 + b_{j3}}\right)} + e,\quad b_j \sim N(0, \mathrm{diag}(\sigma_{b,1}^2, \sigma_{b,2}^2, \sigma_{b,3}^2)),\quad e \sim N(0, \sigma^2)`,
  countFormula: String.raw`3 + 1 + 1\ (\text{all three random: } 3 + 3 + 1)`,
  whenToUse: 'For growth over one number, whenever the curve is logistic: with few levels it is the reference for everything else here.',
  paper: 'Lindstrom & Bates (1990), Nonlinear Mixed Effects Models for Repeated Measures Data',
  unseen: 'Follows the mean curve.',
  line: { light: '#5A6B00', dark: '#B9CE4A', dash: '10px,3px,2px,3px' },
  ownAlgorithm: true,
  settings,
  refusal: growthRefusal,
  parameterCount: (_, { random }) => (random === 'all' ? 7 : 5),
};

/**
 * What a fit in progress hands to predictions: effects of the levels and their posterior variances (q × r),
 * in the data's own unit.
 */
interface Taken {
  fit: GrowthFit;
  variances: VarianceEstimates;
  posterior: Float32Array;
}

/**
 * The fit on the training part, an alternation an epoch, and once more on all training rows before results
 * (docs/methods.md A15).
 */
export function build(problem: Problem, options: Settings, _random: unknown, dataset?: Dataset): Model {
  const width = options.random === 'all' ? 3 : 1;
  const [q] = problem.levels;
  const [own] = dataset?.xScales ?? [{ mean: 0, scale: 1 }];
  const target = { mean: dataset?.targetMean ?? 0, scale: dataset?.targetScale ?? 1 };
  const make = (values: number[]): tf.Variable => tf.tidy(() => tf.variable(tf.tensor1d(values)));
  const beta = make([1, 1, 1]);
  const effectVariances = make(Array.from({ length: width }, () => 1));
  const residualVariance = make([1]);
  const parameters = new Map([
    ['curve/beta', beta],
    ['variance/effects', effectVariances],
    ['variance/residual', residualVariance],
  ]);

  /**
   * The curve at x in its own unit, [rows, 1], with effects [rows, r] of each row's level; and its
   * derivatives by what is random.
   */
  const curve = (x: tf.Tensor2D, effects: tf.Tensor2D | null) => {
    const rows = x.shape[0];
    const [asymptote, midpoint, scale] = CURVE_NAMES.map((_, m): tf.Tensor => {
      const fixed = tf.slice(beta as tf.Tensor1D, m, 1);
      return effects && m < width ? tf.add(fixed, tf.slice(effects, [0, m], [rows, 1])) : fixed;
    });
    const distance = tf.sub(tf.add(tf.mul(x, own.scale), own.mean), midpoint);
    const share = logistic(tf.div(distance, scale) as tf.Tensor2D);
    const slope = tf.div(tf.mul(tf.mul(asymptote, share), tf.sub(1, share)), scale);
    return {
      value: tf.mul(asymptote, share) as tf.Tensor2D,
      derivatives: [share, tf.neg(slope), tf.neg(tf.div(tf.mul(slope, distance), scale))].slice(0, width) as tf.Tensor2D[],
    };
  };
  const standardised = (value: tf.Tensor2D): tf.Tensor2D => tf.div(tf.sub(value, target.mean), target.scale);

  const start = (rows: Uint32Array): GrowthFit => {
    const data = growthRows(dataset as Dataset, rows);
    return width === 1 && options.likelihood === 'exact' ? new RandomAsymptote(data) : new LindstromBates(data, width);
  };
  let training: GrowthFit | null = null;
  let taken: Taken | null = null;
  const take = async (fit: GrowthFit, breathe: Breathe): Promise<void> => {
    taken = { fit, variances: await fit.variances(breathe), posterior: Float32Array.from(await fit.posteriorVariances(breathe)) };
    tf.tidy(() => {
      beta.assign(tf.tensor1d(Float32Array.from(fit.beta)));
      effectVariances.assign(tf.tensor1d(Float32Array.from(fit.ratios, (ratio) => ratio * fit.residualVariance)));
      residualVariance.assign(tf.tensor1d([fit.residualVariance]));
    });
  };
  const ownFit: OwnFit = {
    get converged() {
      return training?.converged ?? false;
    },
    async iterate(breathe) {
      if (!dataset) throw new Error('a growth curve needs its dataset to be fitted');
      training ??= start(dataset.split.train);
      await training.iterate(breathe);
      await take(training, breathe);
      const perRow = -training.logLikelihood / dataset.split.train.length;
      return { training: perRow, objective: perRow };
    },
    async finish(breathe) {
      if (!dataset) throw new Error('a growth curve needs its dataset to be fitted');
      const all = start(allTrainingRows(dataset));
      for (let count = 0; count < MOST_ITERATIONS && !all.converged; count++) await all.iterate(breathe);
      await take(all, breathe);
    },
  };
  const vectors = (): tf.Tensor2D[] => [taken ? tf.tensor2d(Float32Array.from(taken.fit.effects), [q, width]) : tf.zeros([q, width])];

  return {
    parameters,
    epochLoss: 'by-rows',
    samplesPrediction: false,
    newLevel: 'zeros',
    noiseShapes: () => [],
    ownFit,
    /**
     * −log likelihood of single rows, levels integrated out along the tangent. No step trains on it; it lets
     * the generic checks see the model.
     */
    loss({ x, y }) {
      const { value, derivatives } = curve(x, null);
      const spread = derivatives.map((derivative, m) => tf.mul(tf.square(derivative), tf.slice(effectVariances as tf.Tensor1D, m, 1)));
      const variance = tf.addN([...spread, tf.mul(tf.onesLike(value), residualVariance)]);
      const residual = tf.sub(tf.add(tf.mul(y, target.scale), target.mean), value);
      const nll: tf.Scalar = tf.mean(tf.mul(tf.add(tf.log(variance), tf.div(tf.square(residual), variance)), 0.5));
      return { total: nll, terms: { nll }, output: standardised(value) };
    },
    levelVectors: async () => vectors(),
    levelPosterior: async () => ({
      means: vectors(),
      variances: [taken ? tf.tensor2d(taken.posterior, [q, width]) : tf.ones([q, width])],
    }),
    async estimates(): Promise<Estimate[]> {
      if (!taken) return [];
      const { fit, variances } = taken;
      const ownUnit = true as const;
      return [
        ...CURVE_NAMES.map(
          (name, m): Estimate => ({
            name,
            symbol: `\\beta_${m + 1}`,
            kind: 'fixed effect',
            feature: null,
            value: fit.beta[m],
            standardError: finite(Math.sqrt(fit.betaCovariance[4 * m])),
            ownUnit,
          }),
        ),
        ...variances.effects.map(
          ({ value, error }, m): Estimate => ({
            name: `Variance of ${CURVE_NAMES[m]}`,
            symbol: `\\sigma_{b,${m + 1}}^2`,
            kind: 'variance',
            feature: 0,
            value,
            standardError: finite(error),
            ownUnit,
          }),
        ),
        {
          name: 'Residual variance',
          symbol: String.raw`\sigma^2`,
          kind: 'variance',
          feature: null,
          value: variances.residual.value,
          standardError: finite(variances.residual.error),
          ownUnit,
        },
      ];
    },
    predict: ({ x, z: [z] }, [effects]) => standardised(curve(x, gatherRows(effects, z)).value),
    dispose: () => disposeAll(parameters),
  };
}

/** Null where the curvature gave no standard error. */
const finite = (error: number | null): number | null => (error !== null && Number.isFinite(error) ? error : null);
