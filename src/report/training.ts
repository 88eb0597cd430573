import { aboutMethod } from '../../workers/spec/methods';
import { trainingSchema } from '../../workers/spec/schemas';
import { hasClasses } from '../../workers/spec/scores';
import { type LossChartInput, lossChart } from '../charts/loss-chart';
import { figureSvg } from '../charts/svg';
import { lossLines, lossStories, methodsOf, noiseFloor, trainingGaps, twoLosses } from '../results/model';
import { BASELINE } from '../results/twins';
import { changedWords, foundWords, PROTOCOL_LABELS, PROTOCOL_WHAT } from '../setup/protocol-words';
import { freshTraining } from '../state/presets-on-page';
import { whole } from '../text/numbers';
import { labelOf, lineOf } from '../ui/method-line';
import { disagreement, keyWords } from '../words/best-epoch';
import { lossSentence } from '../words/loss';
import { stopWords } from '../words/stop';
import { trainingSentence } from '../words/training';
import { type Block, figures, fine, type Section, table, text } from './document';
import type { ReportInput } from './input';
import { settingRows, settingsTwin } from './settings';
import { methodVariable, REPORT_THEME } from './theme';

/** Px of a figure over the whole width. */
export const WIDE = 680;

function lossInput({ run }: ReportInput): LossChartInput {
  const { summary, spec } = run;
  const rows = `, ${whole(summary.validationRows)} validation ${summary.series ? 'windows' : 'rows'}`;
  const floor = noiseFloor(spec);
  return {
    lines: lossLines({ ...run, source: { kind: 'live' } }, 'predictive', (method) => ({ color: methodVariable(method), dash: lineOf(method).dash })),
    kind: 'predictive',
    scale: 'linear',
    axisTitle: hasClasses(summary.task) ? `Log loss in nats${rows}` : `Mean squared error${rows}`,
    referenceMethod: BASELINE,
    noiseFloor: floor === null ? null : { method: 'mmbeddings', label: 'MMbeddings', color: methodVariable('mmbeddings'), value: floor },
  };
}

function lossFigure(input: ReportInput): Block[] {
  const chart = lossInput(input);
  if (chart.lines.length === 0) return [];
  const { curves, spec } = input.run;
  const options = { percent: false };
  const caption = [lossSentence(lossStories(chart.lines, curves), options), trainingSentence(trainingGaps(chart.lines, 'predictive'), options)];
  const keys = keyWords(chart.lines, { loss: 'predictive', restoreBest: spec.training.restoreBest, going: false });
  const marks = `Ring: ${keys.ring}. Bar: ${keys.bar}.${keys.dot ? ` Dot: ${keys.dot}.` : ''}`;
  return figures([
    {
      title: 'Validation loss',
      svg: figureSvg(lossChart(chart, REPORT_THEME, WIDE), 'Predictive validation loss of every method by epoch', 'loss'),
      label: 'Predictive validation loss of every method by epoch',
      caption: caption.filter(Boolean).join(' '),
      fine: [disagreement(twoLosses(chart.lines, curves)), marks].filter(Boolean).join(' '),
    },
  ]);
}

/** By which protocol the methods trained, how they ended, and their curves. */
export function trainingSection(input: ReportInput): Section {
  const { run } = input;
  const { spec, lanes, results } = run;
  const { training } = spec;
  const finished = methodsOf(spec).flatMap((method) => results[method] ?? []);
  const lane = (method: string) => lanes.find((one) => one.method === method);
  return {
    id: 'training',
    title: 'Protocol and training',
    blocks: [
      ...text(
        `Protocol: ${PROTOCOL_LABELS[training.protocol].toLowerCase()}.`,
        PROTOCOL_WHAT[training.protocol],
        changedWords(training, freshTraining(spec)),
        foundWords(finished),
      ),
      ...lossFigure(input),
      ...table('ends', {
        caption: 'How training ended.',
        columns: ['Method', 'End', 'Epochs', 'Best epoch', 'Weights of epoch', 'Seconds', 'Computed by'],
        rows: methodsOf(spec).map((method) => {
          const [result, own] = [results[method], lane(method)];
          const end =
            own?.status === 'diverged'
              ? own.outOfMemory
                ? 'too little memory'
                : own.refused
                  ? 'cannot be fitted'
                  : `diverged at ${whole(own.stopEpoch ?? own.epoch)}`
              : null;
          const stopped = own?.stopEpoch === null || own === undefined ? '' : stopWords({ reason: own.stopReason, epoch: own.stopEpoch });
          return [
            labelOf(method),
            end ?? stopped,
            result?.epochs ?? own?.epoch ?? null,
            result?.bestEpoch ?? null,
            result?.weightsFrom ?? null,
            result ? result.seconds.epochs + result.seconds.finishing : null,
            own?.engine?.kind ?? '',
          ];
        }),
      }),
      ...table('training', settingsTwin('Settings of training.', settingRows(trainingSchema, training))),
      ...fine('Epochs of an algorithm of its own (mixed models, means) are its iterations.'),
    ],
  };
}

/** Every method with its idea, formula and settings. */
export function methodsSection({ run: { spec } }: ReportInput): Section {
  return {
    id: 'methods',
    title: 'Methods',
    blocks: spec.methods.flatMap(({ id, settings }): Block[] => {
      const about = aboutMethod(id);
      return [
        { kind: 'sub', title: about.label, method: id },
        ...text(about.idea),
        { kind: 'formula', tex: about.formula },
        ...fine(`${about.paper}. A level without training rows: ${about.unseen}`),
        ...table(`settings-${id}`, settingsTwin(`Settings of ${about.label}.`, settingRows(about.settings, settings))),
      ];
    }),
  };
}
