import type { CheckView } from '../../workers/protocol';
import { isDrawn } from '../../workers/spec/division';
import { hasClasses } from '../../workers/spec/scores';
import { calibrationChart, coverageChart, normalChart, pitChart, residualChart, seriesChart, spreadChart } from '../charts/check-charts';
import { escapeMarkup } from '../charts/escape';
import type { Figure as Drawn } from '../charts/figure';
import { predictionChart, rocChart } from '../charts/prediction-chart';
import { figureSvg } from '../charts/svg';
import { byCountTwin } from '../check/twins';
import { confusionTwin } from '../results/confusion-twin';
import { methodsOf, vectorFeatureNames } from '../results/model';
import { fixed, value, whole } from '../text/numbers';
import { labelOf, lineOf } from '../ui/method-line';
import {
  binLabel,
  byCountSentence,
  calibrationSentence,
  countSpreadSentence,
  coverageSentence,
  fittedSentence,
  normalSentence,
  pitSentence,
} from '../words/check';
import { confusionSentence } from '../words/classes';
import { inSentence } from '../words/names';
import { predictionSentence, rocSentence } from '../words/prediction';
import { type Block, type Figure, figures, fine, type Section, table, text } from './document';
import type { ReportInput } from './input';
import { methodVariable, REPORT_THEME } from './theme';
import { WIDE } from './training';

/** Px of a figure that stands beside another. */
const HALF = 328;
/** Of more methods than this no figures are drawn: a report is to be read, and its file stays small. */
export const MOST_DRAWN = 12;
/** More columns of levels than this have no figure of their own. */
const MOST_FEATURES = 4;

const count = (rows: number, word: string): string => `${whole(rows)} ${word}${rows === 1 ? '' : 's'}`;

/** Where the methods err: test loss by the training rows of the level. */
export function errorsSection({ run }: ReportInput): Section {
  const { summary, spec, results } = run;
  const loss = hasClasses(summary.task) ? 'Log loss' : 'MSE';
  const names = vectorFeatureNames(summary);
  const blocks = names.slice(0, MOST_FEATURES).flatMap((name, feature): Block[] => {
    const methods = methodsOf(spec).flatMap((method) => {
      const bins = results[method]?.byCount?.[feature];
      return bins ? [{ method, bins }] : [];
    });
    const shown = (methods[0]?.bins ?? []).map((bin, i) => ({ bin, i })).filter(({ bin }) => bin.rows > 0);
    if (shown.length === 0) return [];
    const ofTags = feature >= summary.features.length;
    const level = ofTags ? 'rarest tag' : 'level';
    const chart = seriesChart(
      methods.map(({ method, bins }) => ({
        label: labelOf(method),
        color: methodVariable(method),
        dash: lineOf(method).dash,
        points: shown.map(({ i }) => (bins[i].loss === null ? null : { value: bins[i].loss, error: bins[i].standardError })),
      })),
      shown.map(({ bin }) => ({ name: binLabel(bin), under: count(bin.rows, 'row') })),
      { xName: `training rows of the ${level}`, yName: `${loss} on test rows`, apart: shown[0].bin.most === 0 ? 1 : 0 },
      REPORT_THEME,
      WIDE,
    );
    const label = `${loss} of every method by training rows of the ${level} of ${inSentence(name)}`;
    return [
      ...figures([
        {
          title: `Error by rows of the ${level}: ${inSentence(name)}`,
          svg: figureSvg(chart, label, `by-count-${feature}`),
          label,
          caption: byCountSentence(
            methods.map(({ method, bins }) => ({ name: labelOf(method), bins })),
            ofTags ? 'tags' : 'levels',
          ),
          fine: `Training rows of the ${level}, validation rows included. Whiskers are one standard error over the test rows of the bin.`,
          keys: methods.map(({ method }) => method),
        },
      ]),
      ...table(`by-count-${feature}`, byCountTwin(methods, name, loss, level)),
    ];
  });
  const left = names.length - MOST_FEATURES;
  return {
    id: 'errors',
    title: 'Where the methods err',
    blocks: [...blocks, ...fine(left > 0 && blocks.length > 0 ? `${whole(left)} more column${left === 1 ? ' is' : 's are'} not shown.` : null)],
  };
}

/** What the panels of the Check room say of one method, and show where `drawn`. */
function checksOf(view: CheckView, { run }: ReportInput, drawn: boolean): Figure[] {
  const { method } = view;
  const look = { color: methodVariable(method) };
  const name = labelOf(method);
  const found: Figure[] = [];
  const add = (id: string, title: string, draw: (() => Drawn) | null, caption: string, more?: string): void => {
    const label = `${title}, ${name}`;
    found.push({
      title,
      svg: drawn && draw ? figureSvg(draw(), label, `${id}-${method}`) : '',
      label,
      caption,
      ...(drawn && draw && { fine: more }),
    });
  };
  const prediction = run.predictions[method];
  const { metrics, standardErrors } = run.results[method] ?? {};
  const roc = prediction?.roc;
  if (roc) {
    const caption = rocSentence({ label: name, auc: metrics?.auc ?? null, testRows: view.testRows, error: standardErrors?.auc ?? null });
    add(
      'roc',
      'ROC curve',
      () => rocChart({ ...roc, auc: metrics?.auc ?? null, color: look.color, dash: lineOf(method).dash }, REPORT_THEME, HALF),
      caption,
    );
  } else if (prediction && !run.results[method]?.classes) {
    const inside = [
      { label: 'MSE', number: metrics?.mse, text: value },
      { label: 'R²', number: metrics?.r2, text: (r2: number) => fixed(r2, 2) },
    ].flatMap(({ label, number, text: words }) => (number === null || number === undefined ? [] : [{ label, text: words(number) }]));
    const target = isDrawn(run.spec.dataset) ? null : escapeMarkup(view.targetName, 24);
    const { actual, predicted } = prediction;
    const caption = predictionSentence({ label: name, actual, predicted, r2: metrics?.r2 ?? null });
    add('predicted', 'Predicted against actual', () => predictionChart({ actual, predicted, ...look, inside, target }, REPORT_THEME, HALF), caption);
  }
  const { regression, binary, byCount } = view;
  if (regression) {
    const { predictive, normal, drawn: dots } = regression;
    const sampled = dots.fitted.length < view.testRows ? `${whole(dots.fitted.length)} rows drawn. ` : '';
    add(
      'residuals',
      'Residuals against fitted',
      () => residualChart(regression, look, REPORT_THEME, HALF),
      fittedSentence(regression),
      `${sampled}Line: running median; band: one standard deviation.`,
    );
    add(
      'normal',
      'Normal quantiles',
      normal && (() => normalChart(normal, look, REPORT_THEME, HALF)),
      normalSentence(regression),
      normal ? 'Band: where 95 of 100 normal samples have that point.' : undefined,
    );
    add(
      'coverage',
      'Predictive intervals',
      predictive && (() => coverageChart(predictive, look, REPORT_THEME, HALF)),
      coverageSentence(regression),
      predictive ? `Normal intervals with a standard deviation of ${value(predictive.sd)}. Whiskers: Wilson, 95 %.` : undefined,
    );
    if (predictive)
      add(
        'pit',
        'Where responses fall',
        () => pitChart(predictive, look, REPORT_THEME, HALF),
        pitSentence(regression, view.testRows),
        'Even when the predicted distributions are right. Band: 95 % of even samples.',
      );
  }
  if (binary)
    add(
      'calibration',
      'Calibration',
      () => calibrationChart(binary, look, REPORT_THEME, HALF),
      calibrationSentence(binary),
      'Bins of equal numbers of test rows; whiskers: Wilson, 95 %. The dashed diagonal is right.',
    );
  for (const [k, feature] of byCount.slice(0, MOST_FEATURES).entries()) {
    const ofTags = k >= run.summary.features.length;
    const level = ofTags ? 'rarest tag' : 'level';
    const known = feature.bins.filter(({ spread }) => spread !== null).length;
    const chart =
      known < 2 ? null : () => spreadChart(feature.bins, feature.bins.map(binLabel), { ...look, binary: binary !== null, level }, REPORT_THEME, HALF);
    add(
      `spread-${k}`,
      `Spread by rows of the ${level}: ${inSentence(feature.feature)}`,
      chart,
      countSpreadSentence(feature, binary !== null, ofTags ? 'tags' : 'levels'),
      `Whiskers: 95 %.${binary ? ' 1 where the probabilities are right.' : ''}`,
    );
  }
  return found;
}

/**
 * The Check room: how the predictions of every method stand up to the test rows.
 *
 * @param drawn methods that have figures
 */
export function checkSection(input: ReportInput, drawn: number): Section {
  const { checks } = input;
  const blocks = checks.flatMap((view, i): Block[] => {
    const all = checksOf(view, input, i < drawn);
    const head: Block = { kind: 'sub', title: `${labelOf(view.method)} on ${count(view.testRows, 'test row')}`, method: view.method };
    const { classes } = input.run.results[view.method] ?? {};
    const name = labelOf(view.method);
    if (classes) return [head, ...text(confusionSentence(name, classes)), ...table(`confusion-${view.method}`, confusionTwin(name, classes))];
    if (i < drawn) return [head, ...figures(all)];
    return [head, { kind: 'list', items: all.map(({ title, caption }) => `${title}: ${caption}`) }];
  });
  const left = checks.length - drawn;
  return {
    id: 'check',
    title: 'Check',
    blocks: [
      ...text('How predictions stand up to the test rows, in sentences that follow from their numbers; “within noise” where that is all there is.'),
      ...fine(left > 0 ? `Of ${count(left, 'more method')} there are sentences without figures.` : null),
      ...blocks,
    ],
  };
}
