import type { InterceptTrace } from '../../../workers/protocol';
import { value, whole } from '../../text/numbers';
import { counted, errorScene, levelName, percent, rowScene, signed, tex } from './parts';
import type { Scene } from './scene';

/** Sub-steps of a model of random intercepts, which takes no gradient steps on rows. */
export function interceptScenes(trace: InterceptTrace, k: number): Scene[] {
  const { fixed, effects, features, residualVariance, prediction, row } = trace;
  const feature = features[k];
  const { mean, weight, effect, variance } = effects[k];
  const n = feature.average?.n ?? 0;
  const level = levelName(feature);
  const others = features.length > 1 ? ' and the effects of its other levels' : '';
  const straight = fixed.slopes ? 'add up along straight lines to' : 'go through a network that gives';
  return [
    rowScene(trace, k),
    {
      id: 'fixed',
      title: 'The fixed part',
      words: `The numeric features ${straight} ${value(fixed.value)}. This part is the same for every level.`,
      formula: fixed.slopes ? String.raw`x_i^\top \beta` : 'f(x_i)',
      numbers:
        fixed.slopes && row.x.length > 0
          ? String.raw`${tex(fixed.intercept)} + ${tex(fixed.slopes[0])} \cdot ${signed(row.x[0].value)}${row.x.length > 1 ? String.raw` + \dots` : ''} = ${tex(fixed.value)}`
          : tex(fixed.value),
      lit: ['row', 'fixed'],
    },
    {
      id: 'residuals',
      title: 'The residuals',
      words:
        n === 0
          ? `No training row has ${level}: the level is new, and there is nothing to learn its effect from.`
          : `${counted(n, 'training row')} ${n === 1 ? 'has' : 'have'} ${level}. What the features${others} leave of a response is its residual; the mean of the level’s residuals is ${value(mean)}.`,
      formula: String.raw`\bar r_j = \frac{1}{n_j} \sum_{i : z_i = j} \big(y_i - x_i^\top \beta\big)`,
      numbers: n === 0 ? null : String.raw`\bar r_j = ${tex(mean)}, \quad n_j = ${n}`,
      lit: ['rows', 'mean'],
    },
    {
      id: 'weigh',
      title: 'The weight',
      words:
        n === 0
          ? 'With no rows the weight is 0, so the effect is 0, the mean of all levels.'
          : `With ${counted(n, 'row')} the level keeps ${percent(weight)} of its mean; the rest is pulled to 0. The more rows, and the more the levels differ, the more it keeps. The effect is ${value(effect)}.`,
      formula: String.raw`b_j = \frac{n_j \sigma_b^2}{n_j \sigma_b^2 + \sigma^2} \; \bar r_j`,
      numbers: String.raw`\frac{${n} \cdot ${tex(variance)}}{${n} \cdot ${tex(variance)} + ${tex(residualVariance)}} \cdot ${signed(mean)} = ${tex(weight)} \cdot ${signed(mean)} = ${tex(effect)}`,
      lit: ['mean', 'weight', 'vector'],
    },
    {
      id: 'add',
      title: 'The prediction',
      words: `The prediction is the fixed part plus the ${features.length === 1 ? 'effect of the level' : `effects of the row’s ${whole(features.length)} levels`}: ${value(prediction)}.`,
      formula: String.raw`\hat y_i = x_i^\top \beta + ${features.length === 1 ? 'b_{z_i}' : String.raw`\textstyle\sum_k b_{k, z_{ik}}`}`,
      numbers: `${tex(fixed.value)} ${effects.map((one) => `+ ${signed(one.effect)}`).join(' ')} = ${tex(prediction)}`,
      lit: ['fixed', 'vector', 'prediction'],
    },
    errorScene(
      trace,
      row.part === 'test'
        ? 'Nothing is learned from this row.'
        : 'No step follows from it: the slopes and the two variances are found from all rows at once, by maximum likelihood.',
    ),
  ];
}
