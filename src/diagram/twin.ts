import type { NetworkTrace, Place, StepTrace } from '../../workers/protocol';
import type { Twin } from '../results/twin';
import { whole } from '../text/numbers';
import { labelOf } from '../ui/method-line';
import { scenesOf } from '../words/diagram/scenes';

type Row = (string | number | null)[];

/** Numbers of a place, one a line. */
const lines = (part: string, of: string, place: Place | null | undefined): Row[] =>
  place ? Array.from(place.values, (value, i) => [part, `${of} ${i + 1}`, value, place.gradient?.[i] ?? null]) : [];

function networkRows(trace: NetworkTrace): Row[] {
  const { features, encoder, decoder, output, loss, updates } = trace;
  return [
    ...encoder.flatMap((layer, i) => lines('Encoder', `layer ${i + 1} unit`, layer)),
    ...features.flatMap(({ name, label, mean, logVar, draw, average, vector, table, divergence }) => {
      const part = `${name} ${label}`;
      return [
        ...lines(part, 'mean', mean),
        ...lines(part, 'log-variance', logVar),
        ...lines(part, 'draw', draw),
        ...(average ? [[part, 'rows averaged', average.n, null] as Row] : []),
        ...lines(part, 'table', table),
        ...lines(part, 'vector', vector),
        ...(divergence === null ? [] : [[part, 'divergence from the prior', divergence, null] as Row]),
      ];
    }),
    ...decoder.flatMap((layer, i) => lines('Decoder', `layer ${i + 1} unit`, layer)),
    ['Decoder', 'output', output.values[0], output.gradient?.[0] ?? null],
    ...(loss
      ? [
          ['Loss of the batch', 'total', loss.total, null] as Row,
          ...Object.entries(loss.terms).map(([name, term]): Row => ['Loss of the batch', name, term, null]),
        ]
      : []),
    ...updates.map(({ part, gradient }): Row => ['Length of the gradient', part, gradient, null]),
  ];
}

/** Every number of a trace as a table; `full` is the file, else the sub-steps in words. */
export function traceTwin(trace: StepTrace, k: number, full: boolean): Twin {
  const { row, prediction, ownPrediction, method } = trace;
  const caption = `Row ${whole(row.row + 1)} on its way through ${labelOf(method)}.`;
  const all: Row[] = [
    ...row.x.map(({ name, value }): Row => ['Row', name, value, null]),
    ['Row', 'response', row.y, null],
    ['Row', 'response in its own unit', row.ownY, null],
    ...(trace.kind === 'intercepts'
      ? [
          ['Fixed part', 'sum', trace.fixed.value, null] as Row,
          ...trace.effects.flatMap(({ variance, mean, weight, effect }, i): Row[] => {
            const part = `${trace.features[i].name} ${trace.features[i].label}`;
            return [
              [part, 'training rows', trace.features[i].average?.n ?? 0, null],
              [part, 'mean residual', mean, null],
              [part, 'variance of effects', variance, null],
              [part, 'weight', weight, null],
              [part, 'effect', effect, null],
            ];
          }),
          ['Residual', 'variance', trace.residualVariance, null] as Row,
        ]
      : networkRows(trace)),
    ['Prediction', 'as the method gives it', prediction, null],
    ['Prediction', 'in the response’s own unit', ownPrediction, null],
  ];
  if (full) return { caption, columns: ['Part', 'Number', 'Value', 'Slope of the loss'], rows: all };
  return { caption, columns: ['Step', 'What happens'], rows: scenesOf(trace, k).map(({ title, words }, i) => [`${i + 1}. ${title}`, words]) };
}
