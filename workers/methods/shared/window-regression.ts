import { channelsOf, placeOf, type Series, type SeriesShape, windowResponses, windowValues } from '../../data/series/series';
import { sweep } from '../../mixed/sweep';

/** Windows that are read at once. */
const CHUNK = 512;

/** A linear equation for some steps of a window, from the last values of its channel 0 and other channels. */
export interface WindowEquation {
  /** Values of channel 0: that of the step and so many less one before it. */
  lags: number;
  /** Channels 1, 2, … of the step. */
  others: number;
  /** Numbers that it gives: 1, or the horizon of a forecast. */
  outputs: number;
  /** Steps that it is for: from, and the first after them. */
  from: number;
  end: number;
}

/**
 * The equations of an autoregression of this order. A forecast has one, at the last step of the target alone.
 * Where every step is asked for, the first steps of a window have fewer values behind them, and equations of
 * their own.
 */
export function windowEquations({ task, length, channels, outputs }: SeriesShape, order: number): WindowEquation[] {
  const most = Math.min(order, length);
  if (task === 'forecast') return [{ lags: most, others: 0, outputs, from: length - 1, end: length }];
  return Array.from({ length: most }, (_, i) => ({ lags: i + 1, others: channels - 1, outputs: 1, from: i, end: i + 1 === most ? length : i + 1 }));
}

/** Numbers in an equation. */
export const equationSize = ({ lags, others, outputs }: WindowEquation): number => (1 + lags + others) * outputs;

/** What an equation multiplies at step t of a window that begins at `at`: 1, the lags, the other channels. */
function predictors(values: Float32Array, at: number, channels: number, t: number, { lags, others }: WindowEquation, into: Float64Array): void {
  into[0] = 1;
  for (let lag = 0; lag < lags; lag++) into[1 + lag] = values[at + (t - lag) * channels];
  for (let c = 0; c < others; c++) into[1 + lags + c] = values[at + t * channels + 1 + c];
}

/** Windows and what they are asked for, some at a time. */
async function* chunks(series: Series, rows: Uint32Array, breathe: () => Promise<void>) {
  for (let from = 0; from < rows.length; from += CHUNK) {
    const some = rows.subarray(from, from + CHUNK);
    yield { some, values: windowValues(series, some), asked: windowResponses(series, some) };
    await breathe();
  }
}

/**
 * Least squares in double precision, all series together. Every step of a series counts once, however many
 * windows hold it. A channel that others explain gets the coefficient 0.
 *
 * @returns by equation (1 + lags + others) × outputs, row-major, the intercept first
 */
export async function fitEquations(
  series: Series,
  rows: Uint32Array,
  equations: readonly WindowEquation[],
  breathe: () => Promise<void>,
): Promise<Float64Array[]> {
  const { length, outputs, steps } = series;
  const channels = channelsOf(series);
  const sums = equations.map(({ lags, others, outputs: width }) => new Float64Array((1 + lags + others + width) ** 2));
  const seen = equations.map(() => new Uint8Array(series.task === 'forecast' ? 0 : steps * series.names.length));
  for await (const { some, values, asked } of chunks(series, rows, breathe))
    for (let i = 0; i < some.length; i++) {
      const { series: f, start } = placeOf(series, some[i]);
      for (const [e, equation] of equations.entries()) {
        const inputs = 1 + equation.lags + equation.others;
        const row = new Float64Array(inputs + equation.outputs);
        for (let t = equation.from; t < equation.end; t++) {
          if (series.task !== 'forecast') {
            const place = f * steps + start + t;
            if (seen[e][place]) continue;
            seen[e][place] = 1;
          }
          predictors(values, i * length * channels, channels, t, equation, row);
          for (let h = 0; h < equation.outputs; h++) row[inputs + h] = asked[i * outputs + (series.task === 'forecast' ? h : t)];
          for (let a = 0; a < row.length; a++) for (let b = 0; b < row.length; b++) sums[e][a * row.length + b] += row[a] * row[b];
        }
      }
    }
  return equations.map(({ lags, others, outputs: width }, e) => {
    const inputs = 1 + lags + others;
    sweep(sums[e], inputs + width, inputs);
    return Float64Array.from({ length: inputs * width }, (_, i) => sums[e][Math.floor(i / width) * (inputs + width) + inputs + (i % width)]);
  });
}

/**
 * Mean over windows and steps of the squared error.
 *
 * @param coefficients of `fitEquations`
 */
export async function equationLoss(
  series: Series,
  rows: Uint32Array,
  equations: readonly WindowEquation[],
  coefficients: readonly Float64Array[],
  breathe: () => Promise<void>,
): Promise<number> {
  const { length, outputs } = series;
  const channels = channelsOf(series);
  let sum = 0;
  for await (const { some, values, asked } of chunks(series, rows, breathe))
    for (let i = 0; i < some.length; i++)
      for (const [e, equation] of equations.entries()) {
        const row = new Float64Array(1 + equation.lags + equation.others);
        for (let t = equation.from; t < equation.end; t++) {
          predictors(values, i * length * channels, channels, t, equation, row);
          for (let h = 0; h < equation.outputs; h++) {
            const predicted = row.reduce((total, value, j) => total + value * coefficients[e][j * equation.outputs + h], 0);
            sum += (predicted - asked[i * outputs + (series.task === 'forecast' ? h : t)]) ** 2;
          }
        }
      }
  return sum / (rows.length * outputs);
}
