import { z } from 'zod';
import { interactionCount, interactionWidth, type LevelInteraction, widthsEach } from '../../nn/interactions';
import type { CountedProblem } from '../method';
import { decoderCount } from './counts';
import { decoderField, interactionField } from './fields';
import { type VariationalSettings, variationalCount, variationalFields } from './variational-settings';

/** Settings of MMbeddings whose levels are correlated, whatever they are alike by (docs/methods.md A29). */
export const correlatedFields = () => ({
  .../*#__PURE__*/ variationalFields(),
  prior: /*#__PURE__*/ z.enum(['fixed', 'learned']).default('learned').meta({
    title: 'Prior variance is',
    help: 'Fixed: the variance below, of all features and dimensions. Learned: one for each feature and dimension, trained with the model.',
    paper: 'fixed',
  }),
  interaction: /*#__PURE__*/ interactionField('concatenation'),
  decoder: /*#__PURE__*/ decoderField(),
  largestBatch: /*#__PURE__*/ z.int().min(10).max(1000).default(100).meta({
    title: 'Largest batch',
    help: 'Batches are at most this large: all levels of a batch are correlated, and a step takes the cube of their number.',
    paper: 'future work',
  }),
});

export interface CorrelatedSettings extends VariationalSettings {
  prior: 'fixed' | 'learned';
  /** Whether correlations are trained, or what the settings say. */
  correlation: 'learned' | 'fixed';
  interaction: LevelInteraction;
  decoder: number[];
  largestBatch: number;
}

/** Trained numbers, of which `ofCorrelation` are what correlations are learned by. */
export function correlatedCount(problem: CountedProblem, settings: CorrelatedSettings, ofCorrelation: number): number {
  const { interaction, decoder, d, correlation } = settings;
  const widths = widthsEach(d, problem.levels.length);
  const head = decoderCount(problem.p + interactionWidth(interaction, widths), decoder, problem);
  const learned = correlation === 'learned' ? ofCorrelation : 0;
  return variationalCount(problem, settings) + interactionCount(interaction, widths, problem.p) + head + learned;
}
