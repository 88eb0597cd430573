import type { IconName } from './icons';

export type StatusAction = 'recorded' | 'repeat' | 'retry' | 'restart';

export interface StatusLine {
  tone: 'recorded' | 'live' | 'plain' | 'warn' | 'bad';
  icon: IconName | null;
  /** Words; those in `b` are bold. */
  words: (string | { b: string })[];
  action: { id: StatusAction; label: string } | null;
}
