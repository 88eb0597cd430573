import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { Timexer } from '../../nn/timexer';
import type { RandomStream } from '../../random/random';
import type { AskedProblem, CountedProblem, Model, Problem, TagSets } from '../method';
import {
  attentionCount,
  countedSeries,
  forwardCount,
  sequenceBlocksField,
  sequenceDropoutField,
  sequenceForwardField,
  sequenceHeadsField,
  sequenceWidthField,
} from './sequence-settings';
import { SeriesTables } from './series-table';
import { byHead } from './tag-attention';
import { buildWindowModel, windowsOf } from './window-model';

export const TIMEXER_PAPER = 'Wang et al. (2024), TimeXer: Empowering Transformers for Time Series Forecasting with Exogenous Variables, NeurIPS';

export const timexerFields = () => ({
  patch: /*#__PURE__*/ z.int().min(1).max(512).default(8).meta({
    title: 'Steps in a patch P',
    help: 'The forecast series is cut into patches from the start of the window, and each becomes a token. Steps left over at the end, the newest, are lost: choose a P that divides the window.',
    paper: '24 (electricity prices, L = 168)',
  }),
  width: /*#__PURE__*/ sequenceWidthField('512 (electricity prices)'),
  heads: /*#__PURE__*/ sequenceHeadsField('8'),
  feedForward: /*#__PURE__*/ sequenceForwardField('512 or 2048'),
  blocks: /*#__PURE__*/ sequenceBlocksField(1, '1 to 3'),
  dropout: /*#__PURE__*/ sequenceDropoutField(),
  normalise: /*#__PURE__*/ z.boolean().default(true).meta({
    title: 'Scale each window',
    help: 'Every series is centred and scaled by its own mean and spread in the window. Off: the level and size of the other series stay, which can help where they matter.',
    paper: 'on',
  }),
  secondNorm: /*#__PURE__*/ z.enum(['global', 'all']).default('global').meta({
    title: 'Second norm takes',
    help: 'Global: only the token that looked at the other series, as in the authors’ code. All: every token, as in the Time-Series-Library.',
    paper: 'global',
  }),
  activation: /*#__PURE__*/ z.enum(['gelu', 'relu']).default('gelu').meta({
    title: 'Activation',
    help: 'Of the feed-forward layers.',
    paper: 'gelu',
  }),
});

const schema = /*#__PURE__*/ z.strictObject(/*#__PURE__*/ timexerFields());
export type TimexerSettings = z.output<typeof schema>;

/** Refuses what TimeXer cannot forecast from. */
export function refusedForecast({ series }: AskedProblem): string | null {
  if (series?.task !== 'forecast') return 'TimeXer forecasts one series from its own past and from others, and this data asks for something else.';
  return series.channels < 2 ? 'TimeXer looks at other series besides the one it forecasts, and this data has no others.' : null;
}

/**
 * TimeXer on windows whose channel 0 is forecast (docs/methods.md F5). `tagged`: the sums of the other
 * series' tag vectors are added to their tokens.
 */
export function buildTimexerModel({ series }: Problem, settings: TimexerSettings, tagged: boolean, random: RandomStream): Model {
  if (!series) throw new Error('TimeXer needs windows of series');
  const { length, channels, outputs, exogenousTags } = series;
  const network = new Timexer({ ...settings, patch: Math.min(settings.patch, length), length, features: channels - 1, horizon: outputs }, random);
  const of = tagged ? exogenousTags : undefined;
  const tables = new SeriesTables(of ? [of] : [], settings.width, random);
  const sets: TagSets[] = of ? [{ ids: tf.tensor2d(of.ids, [of.rows, of.places], 'int32'), mask: tf.tensor2d(of.mask, [of.rows, of.places]) }] : [];
  const parameters = new Map<string, tf.Variable>(network.parameters(tables.parameters()));
  return {
    ...buildWindowModel(parameters, tables, {
      noiseShapes: (rows) => network.noiseShapes(rows),
      apply: (inputs, given, noise) => network.apply(windowsOf(inputs), tables.rows(sets, given), noise).forecast,
      dispose() {
        network.dispose();
        tf.dispose(sets.flatMap(({ ids, mask }) => [ids, mask]));
      },
    }),
    seriesAttention: (inputs) => network.apply(windowsOf(inputs), tables.rows(sets), null).weights.map(byHead),
  };
}

/** Trainable numbers. 8,087,576 and 4,402,712 at the sizes published for two electricity markets. */
export function timexerCount(
  problem: CountedProblem,
  settings: Pick<TimexerSettings, 'patch' | 'width' | 'feedForward' | 'blocks'>,
  tagged: boolean,
): number {
  const { width, feedForward, blocks } = settings;
  const { length, outputs, exogenousTags } = countedSeries(problem, 48, 1);
  const patch = Math.min(settings.patch, length);
  const tokens = Math.floor(length / patch) + 1;
  const block = 2 * attentionCount(width) + forwardCount(width, feedForward) + 6 * width;
  const ofTags = tagged ? (exogenousTags?.tags ?? 0) * width : 0;
  return patch * width + width + length * width + width + ofTags + blocks * block + 2 * width + tokens * width * outputs + outputs;
}
