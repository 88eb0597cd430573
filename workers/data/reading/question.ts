/** How a file was read, and how else it could be. */
import type { Step } from '../schema';

/** A step that was taken, with its sentence. To undo it: `reread` with the list without it. */
export interface TakenStep {
  step: Step;
  /** `stepWords` of the step, with how often and where it was needed. */
  words: string;
  /** Names of the columns it is about; [] for the file as a whole. */
  columns: string[];
}

/** Something about a file that can be read in more than one way. */
export interface ReadingQuestion {
  /** Stable for the same question about the same file, such as 'decimal:price'. */
  id: string;
  /** Null: about the file as a whole. */
  column: string | null;
  /** One or two sentences that name what is uncertain and where, with an example. */
  text: string;
  /** What can be meant, the likeliest first. */
  answers: ReadingAnswer[];
  /** No answer was taken, and the column or file cannot be used before there is one. */
  pressing: boolean;
}

export interface ReadingAnswer {
  /** On a button: 'Missing', 'Category', '1,234 is 1234'. */
  label: string;
  /**
   * Of a table's question: the whole list of steps for `reread`. Of a refusal's: the steps for
   * `openTable(file, { given })`.
   */
  steps: Step[];
  /** This is how the table is read now. */
  taken: boolean;
}

/** How a file is to be opened. Without options the reader finds the steps by itself. */
export interface ReadingOptions {
  /** Exactly these steps, such as those of a shared spec; what they do not allow for is refused. */
  steps?: Step[];
  /** These steps for certain, and what else the reader finds. */
  given?: Step[];
  /** One column will do: rows to be predicted have no target. */
  alone?: true;
  /** Fingerprint that a spec holds: a version of the lab that read a file otherwise may have made it. */
  expected?: string;
}
