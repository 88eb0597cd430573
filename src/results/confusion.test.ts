import { describe, expect, it } from 'vitest';
import { classRows, confusionSentence } from '../words/classes';
import { confusionTwin } from './confusion-twin';

const of = (counts: number[]) => ({ labels: ['low', 'middle', 'high'], counts, auc: [0.9, null, 0.7] });

describe('what a confusion matrix says', () => {
  it('the share that is right beside that of the commonest class, and the pair that is mistaken most', () => {
    expect(confusionSentence('Embeddings', of([40, 8, 2, 5, 10, 15, 0, 5, 15]))).toBe(
      'Embeddings name the right class of 65 % of 100 test rows; always saying low would be right in 50 %. Most mistaken: 50 % of the rows of middle are taken for high.',
    );
  });

  it('that nothing was won, and which classes are never said', () => {
    expect(confusionSentence('Ignore', of([50, 0, 0, 30, 0, 0, 20, 0, 0]))).toBe(
      'Ignore names the right class of only 50 % of 100 test rows; always saying low would be right in 50 %. No row is taken for middle or high. Most mistaken: 100 % of the rows of middle are taken for low.',
    );
    expect(confusionSentence('Ignore', of([0, 60, 0, 0, 40, 0, 0, 0, 0]))).toContain(
      'of no more than 40 % of 100 test rows; always saying low would be right in 60 %.',
    );
  });

  it('nothing of mistakes where there are none, nor of classes without rows', () => {
    expect(confusionSentence('One-hot', of([5, 0, 0, 0, 5, 0, 0, 0, 0]))).toBe(
      'One-hot names the right class of 100 % of 10 test rows; always saying low would be right in 50 %.',
    );
    expect(confusionSentence('One-hot', of([0, 0, 0, 0, 0, 0, 0, 0, 0]))).toBe('No test row has a prediction.');
  });

  it('rows, those taken for each class and those of both; the file has the same by class', () => {
    const classes = of([40, 8, 2, 5, 10, 15, 0, 5, 15]);
    expect(classRows(classes)[1]).toEqual({ label: 'middle', rows: 30, predicted: 23, right: 10, auc: null });
    expect(confusionTwin('Ignore', classes)).toMatchObject({
      columns: ['Class', 'taken for low', 'taken for middle', 'taken for high', 'Rows', 'Right', 'AUC against the rest'],
      rows: [
        ['low', 40, 8, 2, 50, 0.8, 0.9],
        ['middle', 5, 10, 15, 30, 1 / 3, null],
        ['high', 0, 5, 15, 20, 0.75, 0.7],
      ],
    });
  });
});
