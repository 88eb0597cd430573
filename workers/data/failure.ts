/** A refusal or failure told to a person (`LabError` of the protocol): what is wrong and where, and one thing to do about it. */
export class LabFailure extends Error {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = 'LabFailure';
    this.code = code;
    this.hint = hint;
  }

  toJSON(): { code: string; message: string; hint: string } {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}
