import type { NetworkTrace, TracedFeature } from '../../../workers/protocol';
import { listed, value, whole } from '../../text/numbers';
import { active, counted, errorScene, levelName, rowScene, signed, tex } from './parts';
import type { Scene } from './scene';

/** Sub-steps of a method with a decoder. */
export function networkScenes(trace: NetworkTrace, k: number): Scene[] {
  const feature = trace.features[k];
  const { kind, step } = trace;
  const scenes: Scene[] = [rowScene(trace, k, kind !== 'no-levels')];
  if (feature && kind !== 'no-levels') {
    if (kind === 'encoder') {
      if (step) scenes.push(encode(trace, feature), draw(feature, 'The row’s'));
      scenes.push(average(trace, feature));
    } else {
      scenes.push(lookUp(trace, feature));
      if (feature.draw) scenes.push(draw(feature, step ? 'The row’s' : 'For this prediction, the row’s'));
    }
    if (step && feature.divergence !== null) scenes.push(pull(trace, feature, feature.divergence));
  }
  scenes.push(decode(trace), errorScene(trace, learned(trace)));
  if (step) scenes.push(back(trace, feature), update(trace, step.learningRate));
  return scenes;
}

function learned({ step, loss, kind, row }: NetworkTrace): string {
  if (!step || !loss) return 'Nothing is learned from this row.';
  const { nll = loss.total } = loss.terms;
  const what = row.classLabels ? 'the mean cross-entropy' : kind === 'encoder' ? 'half the mean squared error' : 'the mean squared error';
  return `Over the ${counted(step.rows, 'row')} of its batch, ${what} is ${value(nll)}.`;
}

function encode({ encoder }: NetworkTrace, { mean }: TracedFeature): Scene {
  const last = encoder.at(-1);
  const units = last ? ` Of the ${whole(last.values.length)} units of its last layer, ${whole(active(last.values))} are on for this row.` : '';
  const d = mean?.values.length ?? 0;
  return {
    id: 'encode',
    title: 'The encoder',
    words: `The encoder reads the numeric features and the response together; it does not see the level.${units} It proposes a mean and a variance for each of the ${counted(d, 'number')} of the level’s vector.`,
    formula: String.raw`h_i = \mathrm{MLP}_\phi(x_i, y_i), \quad \mu_i = W_\mu h_i + c_\mu, \quad \log \tau_i^2 = W_\tau h_i + c_\tau`,
    numbers: mean && String.raw`\mu_{i1} = ${tex(mean.values[0])}`,
    lit: ['row', 'encoder', 'proposal'],
  };
}

function draw({ mean, logVar, noise, draw: drawn }: TracedFeature, whose: string): Scene {
  const known = mean && logVar && noise && drawn;
  const deviation = known ? Math.exp(logVar.values[0] / 2) : 0;
  return {
    id: 'draw',
    title: 'The draw',
    words: known
      ? `${whose} vector is drawn at random: mean plus standard deviation times a standard normal number. Its first number is ${value(drawn.values[0])}, from mean ${value(mean.values[0])}, deviation ${value(deviation)} and the normal number ${value(noise[0])}.`
      : `${whose} vector is drawn at random.`,
    formula: String.raw`b_i = \mu_i + \tau_i \odot \varepsilon_i, \quad \varepsilon_i \sim N(0, I)`,
    numbers: known && String.raw`b_{i1} = ${tex(mean.values[0])} + ${tex(deviation)} \cdot ${signed(noise[0])} = ${tex(drawn.values[0])}`,
    lit: ['proposal', 'draw'],
  };
}

function average({ step }: NetworkTrace, feature: TracedFeature): Scene {
  const n = feature.average?.n ?? 0;
  const level = levelName(feature);
  const words = step
    ? n === 1
      ? `No other row of this batch has ${level}, so its vector is this one draw.`
      : `${counted(n, 'row')} of this batch have ${level}. The level’s vector is the average of their draws.`
    : n === 0
      ? `No training row has ${level}: the level is new. Its vector is zero, the mean of the prior.`
      : `${counted(n, 'training row')} of the method ${n === 1 ? 'has' : 'have'} ${level}. The encoder has read their responses, not that of this row, and the average of their draws is the level’s vector.`;
  const { average: draws } = feature;
  const d = draws && draws.rows.length > 0 ? draws.gives.length / draws.rows.length : 0;
  const shown = draws ? Array.from(draws.rows, (_row, i) => draws.gives[i * d]).slice(0, 4) : [];
  return {
    id: 'average',
    title: 'The average',
    words,
    formula: String.raw`B_j = \frac{1}{n_j} \sum_{i : z_i = j} b_i`,
    numbers:
      n > 0 && feature.vector
        ? String.raw`B_{j1} = \tfrac{1}{${n}}\big(${shown.map(signed).join(' + ')}${n > shown.length ? String.raw` + \dots` : ''}\big) = ${tex(feature.vector.values[0])}`
        : 'B_j = 0',
    lit: ['draw', 'rows', 'vector'],
  };
}

function lookUp({ kind }: NetworkTrace, feature: TracedFeature): Scene {
  const level = levelName(feature);
  const d = feature.vector?.values.length ?? 0;
  if (kind === 'one-hot') {
    const fresh = feature.trainingRows === 0;
    return {
      id: 'look-up',
      title: 'The column',
      words: fresh
        ? `No training row has ${level}, so it has no column, and adds nothing to the first layer.`
        : `The level’s column is 1 in its rows and 0 elsewhere. So ${level} adds its own ${counted(d, 'weight')} to the first layer.`,
      formula: String.raw`W^\top [x_i, \mathbf 1_{z_i}] = W_x^\top x_i + W_{z_i}`,
      numbers: feature.vector && `W_{z_i 1} = ${tex(feature.vector.values[0])}`,
      lit: ['row', 'vector'],
    };
  }
  const fresh = feature.trainingRows === 0 ? ' No training row has taught it anything: it is still as it began.' : '';
  if (kind === 'sampled-tables')
    return {
      id: 'look-up',
      title: 'The tables',
      words: `Two tables hold a mean and a log-variance for every level, ${counted(d, 'number')} each. The row takes those of ${level}.${fresh}`,
      formula: String.raw`\mu = M[z_i], \quad \log \tau^2 = V[z_i]`,
      numbers:
        feature.mean &&
        feature.logVar &&
        String.raw`\mu_1 = ${tex(feature.mean.values[0])}, \quad \tau_1 = e^{${tex(feature.logVar.values[0])}/2} = ${tex(Math.exp(feature.logVar.values[0] / 2))}`,
      lit: ['row', 'table', 'proposal'],
    };
  return {
    id: 'look-up',
    title: 'The table',
    words: `A table holds a vector of ${counted(d, 'number')} for every level. The row takes that of ${level}.${fresh}`,
    formula: 'e = E[z_i]',
    numbers: feature.vector && `e_1 = ${tex(feature.vector.values[0])}`,
    lit: ['row', 'table', 'vector'],
  };
}

function pull({ kind, beta, priorVariance, step }: NetworkTrace, feature: TracedFeature, divergence: number): Scene {
  const s2 = priorVariance ?? 1;
  const weight = beta === null ? '' : ` It counts ${beta} times${kind === 'encoder' ? ', divided by the batch' : ''}, next to the error.`;
  const rows = kind === 'encoder' ? 'level’s average mean and variance' : 'level’s mean and variance';
  return {
    id: 'pull',
    title: 'The prior',
    words: `The loss also asks how far the ${rows} are from the prior, a normal distribution around 0 with variance ${s2}. For ${levelName(feature)} this divergence is ${value(divergence)}.${weight}`,
    formula: String.raw`\mathrm{KL} = \tfrac12 \sum_m \Big[ \frac{\tau_{jm}^2 + \mu_{jm}^2}{s^2} - 1 - \log \frac{\tau_{jm}^2}{s^2} \Big]`,
    numbers: String.raw`\mathrm{KL} = ${tex(divergence)}${beta === null ? '' : String.raw`, \quad \beta = ${beta}`}${kind === 'encoder' && step ? String.raw`, \quad s^2 = ${s2}` : ''}`,
    lit: kind === 'encoder' ? ['rows', 'vector'] : ['proposal'],
  };
}

/** What the decoder reads, as TeX. */
const READS = {
  'no-levels': 'x_i',
  'one-hot': String.raw`x_i, \mathbf 1_{z_i}`,
  tables: 'x_i, e',
  'sampled-tables': 'x_i, b_i',
  encoder: 'x_i, B_{z_i}',
} as const satisfies Record<NetworkTrace['kind'], string>;

function decode({ kind, decoder, output, prediction, row, features }: NetworkTrace): Scene {
  const last = decoder.at(-1);
  const units = last ? ` Of the ${whole(last.values.length)} units of its last layer, ${whole(active(last.values))} are on.` : '';
  const reads =
    kind === 'no-levels' || features.length === 0
      ? 'the numeric features alone'
      : kind === 'one-hot'
        ? 'the numeric features and the columns of levels'
        : `the numeric features and the ${features.length === 1 ? 'vector' : 'vectors'}`;
  const gives = row.classLabels
    ? `It gives ${value(output.values[0])} on the logit scale, a probability of ${value(prediction)} for “${row.classLabels[1]}”.`
    : `It gives ${value(output.values[0])}.`;
  return {
    id: 'decode',
    title: 'The decoder',
    words: `The decoder, a small network that all rows share, reads ${reads}.${units} ${gives}`,
    formula: String.raw`\hat y_i = f_\theta(${READS[kind]})`,
    numbers: row.classLabels
      ? String.raw`\hat p_i = \frac{1}{1 + e^{-${signed(output.values[0])}}} = ${tex(prediction)}`
      : String.raw`\hat y_i = ${tex(prediction)}`,
    lit: ['row', 'vector', 'decoder', 'prediction'],
  };
}

/** The number of a slope that is largest in size. */
const steepest = (gradient: Float32Array | null | undefined): number =>
  gradient ? gradient.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0) : 0;

function back({ kind }: NetworkTrace, feature: TracedFeature | undefined): Scene {
  const common = {
    id: 'back',
    title: 'The way back',
    formula: String.raw`\frac{\partial L}{\partial b_i} = \frac{1}{n_j} \sum_{i' : z_{i'} = j} \frac{\partial L}{\partial B_{z_{i'}}}`,
  } as const;
  if (!feature || kind === 'no-levels')
    return {
      ...common,
      words:
        'Now backwards: how much would the loss of the batch change if each weight of the decoder changed a little? These slopes show the way down.',
      formula: String.raw`\nabla_\theta L`,
      numbers: null,
      lit: ['prediction', 'decoder'],
    };
  const slope = steepest(feature.vector?.gradient);
  const start = `Now backwards: how would the loss change with each number? At the vector that this row used, the steepest slope is ${value(slope)}.`;
  if (kind === 'encoder') {
    const n = feature.average?.n ?? 1;
    const share =
      n === 1
        ? 'All of it goes to this row’s draw'
        : `The ${whole(n)} rows of the level share what comes back, one ${n === 2 ? 'half' : `${ordinal(n)}`} each`;
    return {
      ...common,
      words: `${start} ${share}, and on through mean and variance into the encoder: rows of one level teach the same weights.`,
      numbers: String.raw`\frac{\partial L}{\partial b_i}: \text{steepest } ${tex(steepest(feature.draw?.gradient))}`,
      lit: ['prediction', 'decoder', 'vector', 'rows', 'draw', 'proposal', 'encoder'],
    };
  }
  return {
    ...common,
    words: `${start} It reaches this level’s ${kind === 'one-hot' ? 'own weights' : kind === 'tables' ? 'row of the table' : 'mean and variance'} alone: rows of other levels have no part in it.`,
    formula:
      kind === 'one-hot'
        ? String.raw`\partial L / \partial W_{z_i}`
        : kind === 'tables'
          ? String.raw`\partial L / \partial E[z_i]`
          : String.raw`\partial L / \partial M[z_i]`,
    numbers: String.raw`\text{steepest } ${tex(steepest(feature.table?.gradient ?? feature.mean?.gradient ?? feature.vector?.gradient))}`,
    lit: ['prediction', 'decoder', 'vector', 'draw', 'proposal', 'table'],
  };
}

const ORDINALS = ['', '', '', 'third', 'quarter', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
const ordinal = (n: number): string => ORDINALS[n] ?? `${whole(n)}th part`;

const PARTS = { encoder: 'the encoder’s layers', heads: 'the encoder’s heads', tables: 'the tables', decoder: 'the decoder' } as const;

function update({ updates, kind }: NetworkTrace, learningRate: number): Scene {
  const parts = updates.map(({ part, weights }) => `${whole(weights)} of ${part === 'tables' && kind === 'one-hot' ? 'the columns' : PARTS[part]}`);
  const tables =
    kind === 'tables' || kind === 'sampled-tables'
      ? ' The more levels, the more numbers there are to move.'
      : kind === 'encoder'
        ? ' However many levels there are, these are all.'
        : '';
  return {
    id: 'update',
    title: 'The step',
    words: `Adam moves every number against its slope, by about the learning rate of ${learningRate} or less: ${listed(parts)}.${tables} Then the next batch comes.`,
    formula: String.raw`w \leftarrow w - \alpha_t \, \frac{m}{\sqrt v + \epsilon}, \quad m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2`,
    numbers: updates.map(({ part, gradient }) => String.raw`\lVert g_{\text{${part}}} \rVert = ${tex(gradient)}`).join(String.raw`,\quad `) || null,
    lit: ['decoder', 'encoder', 'table', 'proposal'],
  };
}
