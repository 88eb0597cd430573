import { csvField } from '../data/csv-field';
import { escapeMarkdown } from '../data/escape-markdown';
import { aboutMethod } from '../methods/registry';
import type { ScoreKey } from '../metrics/scores';
import { intervalWords, SCORE_NAMES, scoresOf } from '../papers/study-scores';
import { comparedRows, overlapOf, type StudyRow } from '../papers/study-table';
import type { UnitRecord } from '../papers/types';
import { repetitionsOf } from '../spec/study';
import type { GridPlan } from './grid';

/** One column of a grid by all metrics. */
export interface GridRow {
  id: string;
  label: string;
  scores: { metric: ScoreKey; row: StudyRow }[];
}

/** The results of a grid so far. */
export interface GridTable {
  metrics: readonly (readonly [ScoreKey, string])[];
  rows: GridRow[];
}

/**
 * Means over the repetitions with their standard errors and paired differences to the reference, corrected
 * where repetitions share rows (docs/methods.md C10).
 */
export function gridTable(plan: GridPlan, records: readonly UnitRecord[]): GridTable {
  const metrics = scoresOf(plan.study).map((score) => [score, SCORE_NAMES[score]] as const);
  const overlap = overlapOf(plan.study, records);
  const columns = plan.columns.map(({ id, method, settings }) => ({ id, leaks: aboutMethod(method).leaks?.(settings) === true }));
  const all = metrics.map(([metric]) => ({ metric, rows: comparedRows(columns, records, overlap, metric, plan.reference) }));
  return {
    metrics,
    rows: plan.columns.map(({ id, label }, i) => ({ id, label, scores: all.map(({ metric, rows }) => ({ metric, row: rows[i] })) })),
  };
}

const number = (value: number): string => String(Number(value.toPrecision(4)));
const meanAndError = ({ mean, se }: StudyRow): string => (mean === null ? '' : se === null ? number(mean) : `${number(mean)} ± ${number(se)}`);

function differenceWords({ difference, leaks }: StudyRow, isReference: boolean): string {
  if (isReference) return 'reference';
  if (leaks) return 'leaking, for teaching: not compared';
  return difference ? `${number(difference.mean)} [${number(difference.low)}, ${number(difference.high)}] ${difference.verdict}` : '';
}

/** The table of a grid as Markdown: mean ± standard error over the repetitions. */
export function gridMarkdown(plan: GridPlan, table: GridTable): string {
  const { grid, study, reference } = plan;
  const [first] = table.metrics;
  const header = ['method', 'n', ...table.metrics.map(([, label]) => label), `difference in ${first[1]} to the reference, 95 % interval`];
  const lines = [
    `## ${grid.name}`,
    '',
    `| ${header.join(' | ')} |`,
    `|---|${header
      .slice(1)
      .map(() => '---:|')
      .join('')}`,
  ];
  for (const { id, label, scores } of table.rows) {
    const [{ row }] = scores;
    lines.push(
      `| ${[escapeMarkdown(label), String(row.n), ...scores.map((one) => meanAndError(one.row)), differenceWords(row, id === reference)].join(' | ')} |`,
    );
  }
  const asked = repetitionsOf(study.plan);
  const over = table.rows.every(({ scores: [{ row }] }) => row.n === asked) ? String(asked) : `n of ${asked}`;
  lines.push('', `Mean ± standard error over ${over} repetitions, and paired differences. ${intervalWords(study)}`);
  const failures = table.rows.flatMap(({ label, scores: [{ row }] }) =>
    row.failures.map(({ repetition, reason }) => `- ${escapeMarkdown(label)}, repetition ${repetition}: ${escapeMarkdown(reason)}`),
  );
  if (failures.length > 0) lines.push('', 'Without results:', '', ...failures);
  return `${lines.join('\n')}\n`;
}

/** The same as CSV: a line a column and metric. */
export function gridCsv(table: GridTable): string {
  const lines = table.rows.flatMap(({ label, scores }) =>
    scores.map(({ metric, row: { n, mean, se, difference } }) =>
      [label, metric, n, mean, se, difference?.mean ?? null, difference?.low ?? null, difference?.high ?? null, difference?.verdict ?? null]
        .map(csvField)
        .join(','),
    ),
  );
  return `${['method,metric,n,mean,se,difference,low,high,verdict', ...lines].join('\n')}\n`;
}
