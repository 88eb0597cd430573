import { csvField } from '../data/csv-field';
import type { Summary } from './statistics';
import { type Entry, rulesOf, type Table } from './table';
import type { Experiment, MetricColumn, UnitRecord } from './types';

/** Mean (SE) with the digits of the metric: '3.36 (0.21)'; '' without a number. */
export function meanAndError(summary: Summary | null, digits: number): string {
  if (!summary) return '';
  return summary.se === null ? summary.mean.toFixed(digits) : `${summary.mean.toFixed(digits)} (${summary.se.toFixed(digits)})`;
}

/** Over how many repetitions a number is, where others of its row are over more; null where none are. */
export function fewerThanRow(summary: Summary | null, row: readonly (Summary | null)[]): number | null {
  return summary && row.some((other) => other !== null && other.n > summary.n) ? summary.n : null;
}

/** What the numbers beside the lab's are. */
const otherOf = ({ ownExperiment }: Experiment): string => (ownExperiment ? 'reference' : 'published');

/** Entries of one cell and metric, in the order of the columns. */
function rows(experiment: Experiment, table: Table): { cell: string; metric: MetricColumn; entries: Entry[] }[] {
  return experiment.cells.flatMap((cell) =>
    experiment.metrics.flatMap((metric) => {
      const entries = table.entries.filter((entry) => entry.cell === cell.id && entry.metric === metric.key);
      return entries.some(({ ours, published }) => ours || published) ? [{ cell: cell.label, metric, entries }] : [];
    }),
  );
}

/** The numbers of a row in the order of the columns, '' where there is none. */
function numbers(
  { columns }: Experiment,
  { metric, entries }: ReturnType<typeof rows>[number],
  which: 'ours' | 'published',
  write: { bold(text: string): string; n(n: number): string },
): string[] {
  const row = entries.map((entry) => entry[which]);
  return columns.map(({ id }) => {
    const entry = entries.find(({ column }) => column === id);
    if (!entry?.[which]) return '';
    const text = meanAndError(entry[which], metric.digits);
    const n = fewerThanRow(entry[which], row);
    return `${entry.bold[which] ? write.bold(text) : text}${n === null ? '' : `, ${write.n(n)}`}`;
  });
}

const labelOf = (experiment: Experiment, column: string): string => experiment.columns.find(({ id }) => id === column)?.label ?? column;

/**
 * The table as Markdown: ours above the published numbers, bold by the rule, verdicts, reasons of every
 * exception, caveats and rules.
 */
export function toMarkdown(experiment: Experiment, table: Table, source: string): string {
  const lines = [`## ${experiment.title}`, '', experiment.about, ''];
  const labels = experiment.columns.map(({ label }) => label);
  lines.push(`| cell | metric | | ${labels.join(' | ')} |`, `|---|---|---|${labels.map(() => '---|').join('')}`);
  for (const row of rows(experiment, table)) {
    const { cell, metric, entries } = row;
    const cells = (which: 'ours' | 'published') => numbers(experiment, row, which, { bold: (text) => `**${text}**`, n: (n) => `n = ${n}` });
    lines.push(`| ${cell} | ${metric.label} | lab | ${cells('ours').join(' | ')} |`);
    if (entries.some(({ published }) => published)) lines.push(`| | | ${otherOf(experiment)} | ${cells('published').join(' | ')} |`);
    if (entries.some(({ verdict }) => verdict)) {
      lines.push(`| | | verdict | ${experiment.columns.map(({ id }) => entries.find(({ column }) => column === id)?.verdict ?? '').join(' | ')} |`);
    }
  }
  const { reproduced, differs } = table.verdicts;
  lines.push(
    '',
    `${reproduced} of ${reproduced + differs} compared entries reproduced; ${table.verdicts['not comparable']} not comparable. ${experiment.ownExperiment ? 'Reference' : 'Published'}: ${source}.`,
  );
  const exceptions = table.entries.filter(({ verdict }) => verdict === 'differs');
  if (exceptions.length > 0) {
    lines.push('', 'Entries that differ:', '');
    for (const { cell, column, metric, reason } of exceptions) lines.push(`- ${cell}, ${labelOf(experiment, column)}, ${metric}: ${reason}`);
  }
  const failures = table.entries.filter(({ metric, failures: some }) => metric === experiment.metrics[0].key && some.length > 0);
  if (failures.length > 0) {
    lines.push('', 'Repetitions without results:', '');
    for (const { cell, column, failures: some } of failures) lines.push(`- ${cell}, ${labelOf(experiment, column)}: ${some.join('; ')}.`);
  }
  lines.push('', 'Caveats:', '');
  for (const { source: where, text } of experiment.caveats) lines.push(`- ${text}${where ? ` (docs/methods.md ${where})` : ''}`);
  lines.push('', ...rulesOf(experiment).flatMap((rule) => [rule, '']));
  return lines.join('\n');
}

const LATEX: Record<string, string> = {
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '{': '\\{',
  '}': '\\}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};
const SYMBOLS: Record<string, string> = { β: 'beta', θ: 'theta', κ: 'kappa', λ: 'lambda', ν: 'nu', ρ: 'rho', σ: 'sigma', '×': 'times' };
/** A symbol with its power and its index, as in σ²_b1 and κ₀. */
const SYMBOL = new RegExp(`([${Object.keys(SYMBOLS).join('')}])(²?)(?:_(\\w+)|([₀-₉]))?`, 'g');
const FIRST_INDEX = '₀'.charCodeAt(0);

const latex = (text: string): string => {
  const math: string[] = [];
  const symbol = (_: string, letter: string, power: string, index = '', digit = ''): string => {
    const under = digit ? String(digit.charCodeAt(0) - FIRST_INDEX) : index;
    math.push(`$\\${SYMBOLS[letter]}${power && '^2'}${under && `_{${under}}`}$`);
    return '\0';
  };
  return text
    .replace(SYMBOL, symbol)
    .replace(/[&%$#_{}~^]/g, (character) => LATEX[character])
    .replace(/²/g, '\\textsuperscript{2}')
    .replaceAll('\0', () => math.shift() ?? '');
};

/**
 * The lab's numbers as a LaTeX tabular (booktabs), with the published ones in a second line where
 * `published`.
 */
export function toLatex(experiment: Experiment, table: Table, published: boolean): string {
  const lines = [
    `% ${experiment.title}: repetitions of the MMbeddings Lab`,
    `\\begin{tabular}{ll${'r'.repeat(experiment.columns.length)}}`,
    '\\toprule',
    ` & & ${experiment.columns.map(({ label }) => latex(label)).join(' & ')} \\\\`,
    '\\midrule',
  ];
  for (const row of rows(experiment, table)) {
    const { cell, metric } = row;
    const cells = (which: 'ours' | 'published') => numbers(experiment, row, which, { bold: (text) => `\\textbf{${text}}`, n: (n) => `$n = ${n}$` });
    lines.push(`${latex(cell)} & ${latex(metric.label)} & ${cells('ours').join(' & ')} \\\\`);
    if (published) lines.push(` & ${otherOf(experiment)} & ${cells('published').join(' & ')} \\\\`);
  }
  return [...lines, '\\bottomrule', '\\end{tabular}', ''].join('\n');
}

/** One line per cell, column and metric: means, errors, tests, verdicts. */
export function toCsv(table: Table): string {
  const header = 'cell,method,metric,n,mean,se,published_n,published_mean,published_se,ratio,published_ratio,p,verdict,reason';
  const lines = table.entries
    .filter(({ ours, published }) => ours || published)
    .map((entry) =>
      [
        entry.cell,
        entry.column,
        entry.metric,
        entry.ours?.n ?? null,
        entry.ours?.mean ?? null,
        entry.ours?.se ?? null,
        entry.published?.n ?? null,
        entry.published?.mean ?? null,
        entry.published?.se ?? null,
        entry.ratio.ours?.ratio ?? null,
        entry.ratio.published?.ratio ?? null,
        entry.comparison?.p ?? null,
        entry.verdict,
        entry.reason,
      ]
        .map(csvField)
        .join(','),
    );
  return `${[header, ...lines].join('\n')}\n`;
}

/** Everything as JSON: the records themselves, and the table made of them. */
export function toJson(experiment: Experiment, table: Table, records: readonly UnitRecord[]): string {
  return `${JSON.stringify({ experiment: experiment.id, title: experiment.title, table, records })}\n`;
}
