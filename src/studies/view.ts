import { bestOf } from '../../workers/papers/best';
import { scoresOf } from '../../workers/papers/study-scores';
import { overlapOf, type StudyRow, type StudyVerdict, studyTable } from '../../workers/papers/study-table';
import type { UnitRecord } from '../../workers/papers/types';
import type { ScoreKey } from '../../workers/protocol';
import { lowerIsBetter } from '../../workers/spec/scores';
import type { Study } from '../../workers/spec/study';
import type { IntervalRow } from '../charts/interval-chart';
import type { NamedLine } from '../charts/lines-chart';
import type { Twin } from '../results/twin';
import { fixed, listed } from '../text/numbers';
import { plural } from '../ui/format';
import { labelOf, lineOf } from '../ui/method-line';
import { agree } from '../words/names';
import { decimalsOf, partWord, scoreName } from './words';

/** The score shown: the person's choice where the study has it. */
export const metricShown = (study: Study, chosen: ScoreKey | null): ScoreKey =>
  chosen && scoresOf(study).includes(chosen) ? chosen : scoresOf(study)[0];

/** The reference: the person's choice where the study has it, else Ignore, else the first method. */
export function referenceShown({ spec }: Study, chosen: string | null): string {
  const ids = spec.methods.map(({ id }) => id);
  return [chosen, 'ignore'].find((id) => id !== null && ids.includes(id)) ?? ids[0];
}

/** Rows of the dot-and-interval chart: mean ± SE with the single repetitions. */
export function chartRows(rows: readonly StudyRow[]): IntervalRow[] {
  return rows.flatMap(({ method, mean, se, values }): IntervalRow[] => {
    if (mean === null) return [];
    const { light, dark } = lineOf(method);
    const repetitions = values.filter((value): value is number => value !== null);
    return [
      { label: labelOf(method), color: { light, dark }, ours: { mean, low: mean - (se ?? 0), high: mean + (se ?? 0), repetitions }, published: null },
    ];
  });
}

/** Epochs of a kept curve: every `every`-th from the first, and the last, whose number the result has. */
function epochsOf(count: number, every: number, last: number): number[] {
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? last : 1 + i * every));
}

/** Value of a line at an epoch: from its stop on the last one. `at` is where it was left, and moves on. */
function heldValue(line: readonly { x: number; y: number }[], epoch: number, at: { place: number }): number {
  while (at.place + 1 < line.length && line[at.place + 1].x <= epoch) at.place++;
  return line[at.place].y;
}

/**
 * The predictive validation losses that are kept of a method, with the number of their repetition, in order.
 */
function keptLines(records: readonly UnitRecord[], id: string): { repetition: number; line: { x: number; y: number }[] }[] {
  return records
    .toSorted((a, b) => a.repetition - b.repetition)
    .flatMap(({ repetition, outcomes }) => {
      const outcome = outcomes[id];
      const curves = outcome && 'result' in outcome ? outcome.kept?.curves : undefined;
      if (!curves || !outcome || !('result' in outcome)) return [];
      const epochs = epochsOf(curves.predictive.length, curves.every ?? 1, outcome.result.epochs);
      const line = curves.predictive.map((y, i) => ({ x: epochs[i], y })).filter(({ y }) => Number.isFinite(y) && y > 0);
      return line.length > 0 ? [{ repetition, line }] : [];
    });
}

/**
 * Predictive validation losses of every repetition, and their mean, in which one that has stopped keeps its
 * last value.
 */
export function curveLines(study: Study, records: readonly UnitRecord[]): (NamedLine & { id: string })[] {
  return study.spec.methods.flatMap(({ id }): (NamedLine & { id: string })[] => {
    const faint = keptLines(records, id).map(({ line }) => line);
    if (faint.length === 0) return [];
    const epochs = [...new Set(faint.flatMap((line) => line.map(({ x }) => x)))].sort((a, b) => a - b);
    const places = faint.map(() => ({ place: 0 }));
    const points = epochs.map((x) => ({ x, y: faint.reduce((sum, line, i) => sum + heldValue(line, x, places[i]), 0) / faint.length }));
    const { light, dark, dash } = lineOf(id);
    return [{ id, label: labelOf(id), color: { light, dark }, dash, points, dots: false, faint }];
  });
}

/** The table of a study: what is copied, saved and read by a screen reader. */
export function studyTwin(study: Study, rows: readonly StudyRow[], metric: ScoreKey, reference: string): Twin {
  const name = scoreName(metric);
  const parts = Math.max(0, ...rows.map(({ values }) => values.length));
  return {
    caption: `Mean test ${name} by method, and its difference to ${labelOf(reference)}`,
    columns: [
      'Method',
      `Mean ${name}`,
      'SE',
      'n',
      `Minus ${labelOf(reference)}`,
      '95 % from',
      '95 % to',
      'Verdict',
      ...Array.from({ length: parts }, (_, i) => `${partWord(study)} ${i + 1}`),
    ],
    rows: rows.map(({ method, mean, se, n, difference, leaks, values }) => [
      labelOf(method),
      mean,
      se,
      n,
      difference?.mean ?? null,
      difference?.low ?? null,
      difference?.high ?? null,
      leaks ? 'leaking, for teaching' : (difference?.verdict ?? (method === reference ? 'reference' : null)),
      ...Array.from({ length: parts }, (_, i) => values[i] ?? null),
    ]),
  };
}

/** The validation losses as a table: epoch by epoch, method by method, with every repetition for the file. */
export function curvesTwin(study: Study, records: readonly UnitRecord[], full: boolean): Twin {
  const lines = curveLines(study, records);
  const epochs = [...new Set(lines.flatMap(({ points, faint = [] }) => [...points, ...(full ? faint.flat() : [])].map(({ x }) => x)))].sort(
    (a, b) => a - b,
  );
  const every = full ? 1 : Math.max(1, Math.ceil(epochs.length / 30));
  const asColumn = (name: string, line: readonly { x: number; y: number }[]) => ({ name, at: new Map(line.map(({ x, y }) => [x, y])) });
  const columns = lines.flatMap(({ id, label, points }) => [
    asColumn(`${label}, mean`, points),
    ...(full ? keptLines(records, id).map(({ repetition, line }) => asColumn(`${label}, ${partWord(study)} ${repetition}`, line)) : []),
  ]);
  return {
    caption: 'Predictive validation loss by epoch, mean over what is finished',
    columns: ['Epoch', ...columns.map(({ name }) => name)],
    rows: epochs
      .filter((_, i) => i % every === 0 || i === epochs.length - 1)
      .map((epoch) => [epoch, ...columns.map(({ at }) => at.get(epoch) ?? null)]),
  };
}

/** Everything the panel shows of a study by one score. */
export function studyView(study: Study, records: readonly UnitRecord[], chosen: { metric: ScoreKey | null; reference: string | null }) {
  const metric = metricShown(study, chosen.metric);
  const reference = referenceShown(study, chosen.reference);
  return { metric, reference, rows: studyTable(study, records, metric, reference), overlap: overlapOf(study, records) };
}

/** Who is ahead, in a sentence; empty while no two methods have two repetitions in common. */
export function studyVerdict(study: Study, metric: ScoreKey, records: readonly UnitRecord[]): string {
  const tableOf = (reference: string): StudyRow[] => studyTable(study, records, metric, reference).filter(({ leaks }) => !leaks);
  const best = bestOf(new Map(tableOf('').map(({ method, values }) => [method, values])), lowerIsBetter(metric));
  if (!best) return '';
  const rows = tableOf(best.id);
  const compared = rows.filter(({ method }) => !best.apart.includes(method));
  const others = compared.filter(({ method }) => method !== best.id);
  const named = (wanted: StudyVerdict): string[] =>
    others.flatMap(({ method, difference }) => (difference?.verdict === wanted ? [labelOf(method)] : []));
  const level = named('no clear winner');
  const better = named('better');
  const all = best.apart.length === 0 ? 'all methods' : 'all compared methods';
  const parts = plural(best.n, partWord(study));
  const where = compared.every(({ n }) => n === best.n) ? `In ${parts}` : `In the ${parts} that ${all} have`;
  const what = `${lowerIsBetter(metric) ? 'least' : 'highest'} mean test ${scoreName(metric)}`;
  const begin = `${where} the ${what} is ${fixed(best.mean, decimalsOf(rows))}, ${labelOf(best.id)}`;
  const apart = best.apart.map(labelOf);
  const left = apart.length === 0 ? '' : ` Not compared, for too few ${partWord(study)}s in common: ${listed(apart)}.`;
  if (level.length + better.length === 0) {
    const whom = others.length === 1 ? labelOf(others[0].method) : apart.length === 0 ? 'every other method' : 'every other compared method';
    return `${begin}: ahead of ${whom}, as the interval of each difference leaves out 0.${left}`;
  }
  const s = level.length > 1 ? 's' : '';
  const held = level.length === 0 ? '' : `; the interval${s} of its difference${s} to ${listed(level)} ${s ? 'hold' : 'holds'} 0`;
  const over = better.length === 0 ? '' : `; in all ${partWord(study)}s that both have, ${listed(better)} ${agree(better, 'is', 'are')} better`;
  return `No clear winner. ${begin}${held}${over}.${left}`;
}

/** Repetitions without results, in a sentence; empty when there are none. */
export function failureWords(study: Study, rows: readonly StudyRow[]): string {
  const lost = rows.filter(({ failures }) => failures.length > 0);
  return lost
    .map(({ method, failures }) => {
      const reasons = [...new Set(failures.map(({ reason }) => reason.replace(/\.$/, '')))];
      const parts = listed(failures.map(({ repetition }) => String(repetition)));
      return `${labelOf(method)} ${agree([labelOf(method)], 'has', 'have')} no results in ${partWord(study)}${failures.length === 1 ? '' : 's'} ${parts}: ${reasons.join('; ')}.`;
    })
    .join(' ');
}
