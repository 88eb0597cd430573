import { shortened } from '../../workers/data/shown-text';
import type { LevelTableView } from '../../workers/protocol';

type Labelled = Pick<LevelTableView, 'labels'>;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Label of a level as it stands in the data; the number of a level without labels. */
export function labelAt({ labels }: Labelled, level: number): string {
  if (!labels) return String(level);
  const { bytes, offsets } = labels;
  return decoder.decode(bytes.subarray(offsets[level], offsets[level + 1]));
}

/** More letters than any line has room for are not laid out. */
const MOST_LETTERS = 160;

/** A label as one line: an empty one is named, a long one is cut, and what does not print is a space. */
export function oneLine(label: string): string {
  if (label === '') return '(empty)';
  const text = shortened(label, MOST_LETTERS + 1).replace(/\s+/g, ' ');
  return text.trim() === '' ? '(blank)' : text;
}
