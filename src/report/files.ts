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

/** The report of a run in a format. */
export const reportFile = (format: ReportFormat, input: ReportInput): string => REPORT_FILES[format].write(reportOf(input));
