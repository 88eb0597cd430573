import { shortened } from '../../workers/data/shown-text';
import { cellText } from '../results/twin';
import { type Report, type Table, tablesOf } from './document';

const MOST_LETTERS = 200;

const SIGNS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  "'": '\\textquotesingle{}',
  '`': '\\textasciigrave{}',
  '-': '-{}',
  '\u00a0': '~',
  '\u2212': '$-$',
  '±': '$\\pm$',
  '×': '$\\times$',
  '²': '$^2$',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  '→': '$\\rightarrow$',
  '…': '\\dots{}',
  '–': '--',
  '’': '\\textquoteright{}',
  '‘': '\\textquoteleft{}',
  '“': '\\textquotedblleft{}',
  '”': '\\textquotedblright{}',
  β: '$\\beta$',
  σ: '$\\sigma$',
  ρ: '$\\rho$',
};

/**
 * A text that is nothing but itself in LaTeX: no command, no comment, no formula. Other letters stay as
 * UTF-8.
 */
export const escapeLatex = (given: string, most = MOST_LETTERS): string =>
  shortened(given, most).replace(/[\\{}$&#%_~^<>|"'`\-\u00a0\u2212±×²≤≥→…–’‘“”βσρ]/gu, (sign) => SIGNS[sign]);

/**
 * A table of its own, ready to be put into a paper. Needs the package booktabs, and T1 or a Unicode engine.
 */
export function latexTable({ id, caption, columns, rows, note }: Table): string {
  const right = columns.map(
    (_, j) =>
      j > 0 && rows.length > 0 && rows.every((row) => row[j] === null || typeof row[j] === 'number' || /^$|^[\d\u2212]/.test(row[j] as string)),
  );
  // A row that begins with [ or * would be read as an option of the one before it.
  const line = (cells: readonly string[]): string => `  {}${cells.map((cell) => escapeLatex(cell)).join(' & ')} \\\\`;
  return [
    '\\begin{table}',
    '  \\centering\\small',
    `  \\caption{${escapeLatex(caption, 1000)}${note ? ` ${escapeLatex(note, 1000)}` : ''}}`,
    `  \\label{tab:${id.replace(/[^a-z0-9-]/gi, '')}}`,
    `  \\begin{tabular}{${right.map((isNumber) => (isNumber ? 'r' : 'l')).join('')}}`,
    '  \\toprule',
    line(columns),
    '  \\midrule',
    ...rows.map((row) => line(row.map(cellText))),
    '  \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

/** Every table of a report, one after the other. */
export const reportLatex = (report: Report): string =>
  `${[
    `% ${escapeLatex(report.title).replace(/[\r\n]+/g, ' ')}. ${escapeLatex(report.origin)}. Made ${escapeLatex(report.made)} by the MMbeddings Lab.`,
    '% In the preamble: \\usepackage[T1]{fontenc} \\usepackage{textcomp} \\usepackage{booktabs}',
    ...tablesOf(report).map(latexTable),
  ].join('\n\n')}\n`;
