import type { CheckView, CountBin, LearningCurve, MethodResult } from '../../workers/protocol';
import { judgedError } from '../../workers/spec/scores';
import type { Twin } from '../results/twin';
import { whole } from '../text/numbers';
import { labelOf } from '../ui/method-line';
import { binLabel } from '../words/check';
import { type NamedShares, shareName } from '../words/level-shares';

/** The numbers behind the small charts, as tables. */

const READ_OUT = 20;

export function residualTwin(view: CheckView, full: boolean): Twin {
  const { drawn, windows } = view.regression ?? { drawn: { rows: [], fitted: [], residual: [] }, windows: [] };
  const name = labelOf(view.method);
  if (!full) {
    return {
      caption: `Residuals of ${name} in windows of test rows by fitted value.`,
      columns: ['Median fitted value', 'Median residual', 'Standard deviation', 'Test rows'],
      rows: windows.map(({ fitted, median, sd, rows }) => [fitted, median, sd, rows]),
    };
  }
  return {
    caption: `Residuals against fitted values of ${name}: ${whole(drawn.fitted.length)} of ${whole(view.testRows)} test rows.`,
    columns: ['Fitted', 'Residual'],
    rows: drawn.fitted.map((fitted, i) => [fitted, drawn.residual[i]]),
  };
}

export function normalTwin(view: CheckView, full: boolean): Twin {
  const points = view.regression?.normal?.points ?? [];
  const every = full ? 1 : Math.max(1, Math.ceil(points.length / READ_OUT));
  return {
    caption: `Normal quantiles of the residuals of ${labelOf(view.method)}, in standard deviations from their mean.`,
    columns: ['Normal quantile', 'Residual', 'Envelope from', 'Envelope to'],
    rows: points.filter((_, i) => i % every === 0).map(({ normal, sample, low, high }) => [normal, sample, low, high]),
  };
}

export function spreadTwin(view: CheckView, feature: number): Twin {
  const { feature: name, bins } = view.byCount[feature];
  return {
    caption: `Standard deviation of the ${view.binary ? 'Pearson residuals' : 'residuals'} of ${labelOf(view.method)} by training rows of the level of ${name}.`,
    columns: ['Training rows of the level', 'Test rows', 'Standard deviation', '95 % from', '95 % to'],
    rows: bins.map((bin) => [binLabel(bin), bin.rows, bin.spread?.sd ?? null, bin.spread?.low ?? null, bin.spread?.high ?? null]),
  };
}

export function coverageTwin(view: CheckView): Twin {
  return {
    caption: `Test rows within predictive intervals of ${labelOf(view.method)}.`,
    columns: ['Promised', 'Found', '95 % from', '95 % to'],
    rows: (view.regression?.predictive?.coverage ?? []).map(({ nominal, share, low, high }) => [nominal, share, low, high]),
  };
}

export function pitTwin(view: CheckView): Twin {
  const pit = view.regression?.predictive?.pit ?? [];
  return {
    caption: `Test rows of ${labelOf(view.method)} by the predicted probability of a smaller response.`,
    columns: ['From', 'To', 'Share of test rows'],
    rows: pit.map((share, k) => [k / pit.length, (k + 1) / pit.length, share]),
  };
}

export function calibrationTwin(view: CheckView): Twin {
  return {
    caption: `Calibration of ${labelOf(view.method)}: equal numbers of test rows by probability.`,
    columns: ['Mean probability', 'Share of ones', '95 % from', '95 % to', 'Test rows'],
    rows: (view.binary?.bins ?? []).map(({ predicted, observed, low, high, rows }) => [predicted, observed, low, high, rows]),
  };
}

export function byCountTwin(
  methods: { method: string; bins: CountBin[] }[],
  feature: string,
  loss: string,
  level: 'level' | 'rarest tag' = 'level',
): Twin {
  const bins = methods[0]?.bins ?? [];
  return {
    caption: `${loss} on test rows by training rows of the ${level} of ${feature}, with its standard error over test rows.`,
    columns: [
      `Training rows of the ${level}`,
      'Test rows',
      level === 'level' ? 'Levels' : 'Tags',
      ...methods.flatMap(({ method }) => [labelOf(method), `SE of ${labelOf(method)}`]),
    ],
    rows: bins.map((bin, i) => [
      binLabel(bin),
      bin.rows,
      bin.levels,
      ...methods.flatMap(({ bins: own }) => [own[i]?.loss ?? null, own[i]?.standardError ?? null]),
    ]),
  };
}

const changeError = (point: LearningCurve['methods'][number]['points'][number]): number | null => (point?.change ? judgedError(point.change) : null);

export function learningTwin({ shares, methods }: LearningCurve, loss: string): Twin {
  return {
    caption: `${loss} on test rows after training on a part of the rows.`,
    columns: [
      'Share of the rows',
      'Training rows',
      ...methods.flatMap(({ method }) => [labelOf(method), `SE of ${labelOf(method)}`, `SE of the change of ${labelOf(method)}`]),
    ],
    rows: shares.map(({ share, rows }, i) => [
      share,
      rows,
      ...methods.flatMap(({ points }) => [points[i]?.loss ?? null, points[i]?.standardError ?? null, changeError(points[i])]),
    ]),
  };
}

/** Of the methods whose results have them, in this order. */
export const sharesOf = (
  methods: readonly string[],
  results: Readonly<Record<string, MethodResult | undefined>>,
): (NamedShares & { method: string })[] =>
  methods.flatMap((method) => {
    const { levelShares } = results[method] ?? {};
    return levelShares ? [{ method, name: labelOf(method), shares: levelShares }] : [];
  });

/** What each method explains of the test rows without levels and with them. */
export function levelSharesTwin(shares: readonly NamedShares[]): Twin {
  return {
    caption: `${shareName(shares)} of the test rows without and with levels.`,
    columns: ['Method', 'Without levels', 'With levels', 'Difference'],
    rows: shares.map(({ name, shares: { without, with: known } }) => [name, without, known, known - without]),
  };
}
