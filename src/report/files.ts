import { reportHtml } from './html';
import type { ReportInput } from './input';
import { reportLatex } from './latex';
import { reportMarkdown } from './markdown';
import { reportOf } from './report';

/** Formats of a report, with their files. */
export const REPORT_FILES = {
  html: { name: 'report.html', type: 'text/html;charset=utf-8', write: reportHtml },
  markdown: { name: 'report.md', type: 'text/markdown;charset=utf-8', write: reportMarkdown },
  latex: { name: 'tables.tex', type: 'application/x-tex;charset=utf-8', write: reportLatex },
} as const;
export type ReportFormat = keyof typeof REPORT_FILES;

/** A report is one file that can be sent by mail. */
export const MOST_BYTES = 2e6;

/** The report of a run in a format; one that would be too large has fewer figures. */
export function reportFile(format: ReportFormat, input: ReportInput): string {
  const { write } = REPORT_FILES[format];
  let text = write(reportOf(input));
  for (const drawn of [6, 3, 0]) {
    if (new TextEncoder().encode(text).length <= MOST_BYTES) break;
    text = write(reportOf(input, drawn));
  }
  return text;
}
