import type { LabError, ReadingQuestion } from '../protocol';

/** A refusal or failure told to a person (`LabError` of the protocol): what is wrong and where, and one thing to do about it. */
export class LabFailure extends Error {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly hint: string;
  /** Of a file that can be read once this is answered. */
  readonly question?: ReadingQuestion;

  constructor(code: string, message: string, hint: string, question?: ReadingQuestion) {
    super(message);
    this.name = 'LabFailure';
    this.code = code;
    this.hint = hint;
    if (question) this.question = question;
  }

  toJSON(): LabError {
    return { code: this.code, message: this.message, hint: this.hint, ...(this.question && { question: this.question }) };
  }
}
