import type { ColumnRole, Step } from '../../../workers/data/schema';
import type { ReadingQuestion } from '../../../workers/protocol';

/** What a note lets the person choose, at its right. */
export type NoteChoice =
  | { kind: 'missing-numeric' }
  | { kind: 'missing-categorical' }
  | { kind: 'missing-tags' }
  | { kind: 'unseen-tags' }
  | { kind: 'separator'; column: number }
  | { kind: 'block'; block: string; columns: number[]; role: 'tags' | 'categorical' | null; label: string }
  | { kind: 'role'; column: number; role: ColumnRole; label: string }
  | { kind: 'nested'; column: number; outer: string; label: string }
  | { kind: 'steps'; steps: Step[]; label: string }
  | { kind: 'answers'; question: ReadingQuestion }
  | { kind: 'positive'; values: string[] }
  | { kind: 'class-order' }
  | { kind: 'scaling' };

/** One sentence about the table. */
export interface Note {
  id: string;
  /** To check before training; a choice that has a good default; or only good to know. */
  group: 'check' | 'choose' | 'know';
  /** The columns it is about, set in bold before the text. */
  subject: string;
  text: string;
  choice: NoteChoice | null;
}
