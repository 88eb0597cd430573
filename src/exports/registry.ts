import type { ExportedFile, ExportedMethod, MethodFileKind } from '../../workers/protocol';
import { exportFile } from '../lab-client/models';
import type { ReportFormat } from '../report/files';

/** A file of an entry, with a button of its own. */
export interface ExportChoice {
  /** On its button: 'Save', or where an entry has several 'Parquet', 'CSV'. */
  label: string;
  /** What is saved, after "Save": 'model file', 'levels as CSV'. */
  what: string;
  /** Why the method does not have it, as a sentence; null where it has. */
  refusal(one: ExportedMethod): string | null;
  /** Makes it, with what is to be told of it. Rejects with a LabError. */
  make(method: string): Promise<ExportedFile>;
}

/** What a person can take along from a finished method, or from the whole run. */
export interface ExportEntry {
  id: string;
  /** 'Model file'. */
  title: string;
  /** What it is for, in a sentence or two. */
  sentence: string;
  /** Of the chosen method, or of all methods of the run together. */
  of: 'method' | 'run';
  files: readonly ExportChoice[];
}

const ofMethod = (kind: MethodFileKind, label: string, what: string): ExportChoice => ({
  ...{ label, what },
  refusal: ({ refusals }) => refusals[kind] ?? null,
  make: (method) => exportFile(method, kind),
});

/** Of the whole run; its code comes with the first press. */
const ofReport = (format: ReportFormat, label: string, what: string): ExportChoice => ({
  ...{ label, what },
  refusal: () => null,
  make: async () => (await import('./report')).runReport(format),
});

/** Every file of the Export dialog; another kind is an entry here. */
export const EXPORTS: readonly ExportEntry[] = [
  {
    id: 'model',
    title: 'Model file',
    sentence:
      'model.onnx: the whole method on raw columns, with its rules for missing cells and new levels. onnxruntime runs it from Python, R, C#, Java or JavaScript, and the lab opens it again.',
    of: 'method',
    files: [ofMethod('model', 'Save', 'model file')],
  },
  {
    id: 'levels',
    title: 'Levels',
    sentence: 'Every level with its training rows, its vector, posterior deviations and expected rank, for pandas, polars, DuckDB or R.',
    of: 'method',
    files: [ofMethod('levelsParquet', 'Parquet', 'levels as Parquet'), ofMethod('levels', 'CSV', 'levels as CSV')],
  },
  {
    id: 'tidy',
    title: 'Tidy tables',
    sentence:
      'In the columns of R’s broom.mixed: the estimates (tidy), every row with fitted value and residual (augment), the fit in one row (glance).',
    of: 'method',
    files: [ofMethod('tidy', 'tidy', 'tidy.csv'), ofMethod('augment', 'augment', 'augment.csv'), ofMethod('glance', 'glance', 'glance.csv')],
  },
  {
    id: 'weights',
    title: 'Weights',
    sentence:
      'weights.safetensors: every parameter by the lab’s name, as PyTorch, NumPy, JAX and TensorFlow read them. Kernels are inputs × outputs.',
    of: 'method',
    files: [ofMethod('weights', 'Save', 'weights')],
  },
  {
    id: 'code',
    title: 'Code',
    sentence:
      'analysis.py or analysis.R, with what it reads: the same table, the same division of its rows, the weights of this run, and the test score as an assertion. Linear mixed models are fitted by lme4 in R.',
    of: 'method',
    files: [ofMethod('pytorch', 'PyTorch', 'code for PyTorch'), ofMethod('keras', 'Keras', 'code for Keras'), ofMethod('r', 'R', 'code for R')],
  },
  {
    id: 'report',
    title: 'Report',
    sentence:
      'Data, roles, division, seeds, protocol, methods, results, checks, caveats and how to repeat it: one HTML file that prints, or its sentences and tables as Markdown, or its tables for LaTeX.',
    of: 'run',
    files: [
      ofReport('html', 'HTML', 'report'),
      ofReport('markdown', 'Markdown', 'report as Markdown'),
      ofReport('latex', 'LaTeX', 'tables for LaTeX'),
    ],
  },
];
