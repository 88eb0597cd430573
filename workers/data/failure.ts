import type { ReadingQuestion } from './reading/question';
import { printableLines } from './shown-text';

/** Any refusal or failure as the page shows it: one line, and one thing to do about it. */
export interface LabError {
  /** Stable, kebab-case: 'csv-ragged-row', 'engine-hung', … */
  code: string;
  /** One sentence that names what is wrong and where. */
  message: string;
  /** One sentence that says what to do. */
  hint: string;
  /**
   * Of a refused file that can be read after all once this is answered: its answers hold the steps for
   * `openTable(file, { given })`.
   */
  question?: ReadingQuestion;
  /** Id of the method that a run ended by; absent where no single one did. */
  method?: string;
}

/**
 * A refusal or failure told to a person (as `LabError` once sent to the page): what is wrong and where, and
 * one thing to do about it. Names of files and what else came from outside are made to print here, once.
 */
export class LabFailure extends Error {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly hint: string;
  /** Of a file that can be read once this is answered. */
  readonly question?: ReadingQuestion;

  constructor(code: string, message: string, hint: string, question?: ReadingQuestion) {
    super(printableLines(message));
    this.name = 'LabFailure';
    this.code = code;
    this.hint = printableLines(hint);
    if (question) this.question = question;
  }

  toJSON(): LabError {
    return { code: this.code, message: this.message, hint: this.hint, ...(this.question && { question: this.question }) };
  }
}
