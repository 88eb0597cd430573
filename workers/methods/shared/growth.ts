import { z } from 'zod';
import type { Dataset } from '../../data/dataset';
import { pooledCurve } from '../../mixed/growth-curve';
import { growthRows } from '../../mixed/growth-rows';
import { GrowthCurve } from '../../nn/growth-curve';
import type { Estimate, LevelVectors, Model, Problem } from '../method';
import { allTrainingRows } from './training-rows';

/** What the methods of growth curves share (docs/methods.md A15). */

/** Asymptote, midpoint and scale. */
export const CURVE_WIDTH = 3;

export const GROWTH_PAPER =
  'Lindstrom & Bates (1990), Nonlinear Mixed Effects Models for Repeated Measures Data; as eq. 1 of Simchoni & Rosset (2025), MMbeddings';

export const startField = () =>
  z.enum(['published', 'data']).default('published').meta({
    title: 'The curve β starts at',
    help: 'Published: 1, 1, 1. Data: the least-squares curve through all training rows, which saves the many small steps from 1 to that curve. In a standardised table the start is in standard deviations.',
    paper: 'published',
  });

/** The model is a curve over one number for the levels of one feature. */
export function growthRefusal({ p, levels, task }: Pick<Problem, 'p' | 'levels' | 'task'>): string | null {
  if (task !== 'regression') return 'A growth curve needs a response that is a number.';
  if (p !== 1) return `A growth curve runs over exactly one numeric feature, such as time; here ${p === 1 ? 'is one' : `are ${p}`}.`;
  if (levels.length !== 1)
    return `A growth curve belongs to the levels of exactly one categorical feature; here ${levels.length === 0 ? 'is none' : `are ${levels.length}`}.`;
  return null;
}

/** How the model's numbers become the data's: Asym · y, xmid · x + origin, scal · x. */
interface CurveUnits {
  y: number;
  x: number;
  origin: number;
}

function unitsOf(dataset: Dataset | undefined): CurveUnits {
  const [own] = dataset?.xScales ?? [{ mean: 0, scale: 1 }];
  return { y: dataset?.targetScale ?? 1, x: own.scale, origin: own.mean };
}

/**
 * The curve of a model. A standardised response is y / scale less an offset, so that the curve keeps its
 * zero; a standardised x needs nothing, as midpoint and scale follow it.
 */
export function growthCurve(dataset: Dataset | undefined, start: 'published' | 'data', clipped: boolean): GrowthCurve {
  const offset = dataset ? dataset.targetMean / dataset.targetScale : 0;
  if (start === 'published' || !dataset) return new GrowthCurve({ start: [1, 1, 1], offset, clipped });
  const { y, x, origin } = unitsOf(dataset);
  const { beta } = pooledCurve(growthRows(dataset, allTrainingRows(dataset)));
  return new GrowthCurve({ start: [beta[0] / y, (beta[1] - origin) / x, beta[2] / x], offset, clipped });
}

/** The curve's parameters as R calls them. */
export const CURVE_NAMES = ['Asym', 'xmid', 'scal'] as const;

/**
 * The model with estimates of the curve, and of the variance of its levels' vectors by dimension, in the
 * data's own unit. No theory gives standard errors.
 */
export function withCurveEstimates(model: Model, dataset: Dataset | undefined): Model {
  const units = unitsOf(dataset);
  const sizes = [units.y, units.x, units.x];
  return {
    ...model,
    async estimates(vectors: LevelVectors): Promise<Estimate[]> {
      const values = (await vectors[0].data()) as Float32Array;
      const found: Estimate[] = [];
      for (const [m, name] of CURVE_NAMES.entries()) {
        const [beta] = (await model.parameters.get(`decoder/beta${m + 1}`)?.data()) ?? [Number.NaN];
        const value = beta * sizes[m] + (m === 1 ? units.origin : 0);
        found.push({ name, symbol: `\\beta_${m + 1}`, kind: 'fixed effect', feature: null, value, standardError: null, ownUnit: true });
      }
      for (const [m, name] of CURVE_NAMES.entries()) {
        const column = values.filter((_, i) => i % CURVE_WIDTH === m);
        const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
        const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
        found.push({
          name: `Variance of ${name}`,
          symbol: `\\sigma_{b,${m + 1}}^2`,
          kind: 'variance',
          feature: 0,
          value: variance * sizes[m] ** 2,
          standardError: null,
          ownUnit: true,
        });
      }
      return found;
    },
  };
}
