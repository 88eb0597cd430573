import type { ClassResult } from '../../workers/protocol';
import { classRows } from '../words/classes';
import type { Twin } from './twin';

/** The matrix and what belongs to each class as a file. */
export function confusionTwin(label: string, classes: ClassResult): Twin {
  const { labels, counts } = classes;
  const rows = classRows(classes);
  return {
    caption: `Test rows of each class by the class that ${label} takes them for.`,
    columns: ['Class', ...labels.map((other) => `taken for ${other}`), 'Rows', 'Right', 'AUC against the rest'],
    rows: labels.map((own, c) => [
      own,
      ...counts.slice(c * labels.length, (c + 1) * labels.length),
      rows[c].rows,
      rows[c].rows > 0 ? rows[c].right / rows[c].rows : null,
      rows[c].auc,
    ]),
  };
}
