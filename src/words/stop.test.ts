import { describe, expect, it } from 'vitest';
import { divergedSentence, stopOnWords, stopSentence, stopWords } from './stop';

const RULE = { patience: 10, stopOn: 'objective' } as const;

describe('why a method stopped', () => {
  it('is told for every reason that a lane can have, short and as a sentence', () => {
    const told = ['patience', 'last epoch', 'converged', 'by hand', null].map((reason) => {
      const stop = { reason, epoch: 1_234 };
      return [stopWords(stop), stopSentence(stop, RULE)];
    });
    expect(told).toEqual([
      ['early stop at 1,234', 'Early stopping at epoch 1,234: the objective validation loss had not got better for 10 epochs.'],
      ['all 1,234 epochs', 'It trained for all 1,234 epochs of the settings; nothing stopped it before.'],
      ['converged at 1,234', 'It converged at epoch 1,234: another step would change next to nothing.'],
      ['stopped by hand at 1,234', 'Stop was pressed at epoch 1,234.'],
      ['stopped at 1,234', 'It stopped at epoch 1,234.'],
    ]);
    expect(stopSentence({ reason: 'patience', epoch: 9 }, { patience: 'auto', stopOn: 'predictive' })).toBe(
      'Early stopping at epoch 9: the predictive validation loss had not got better for as long as its patience.',
    );
    expect(stopOnWords('predictive')).toBe('Here the predictive loss stops training; in the paper it is the objective.');
    expect(stopOnWords('objective')).toBe('Here the objective stops training, also as in the paper.');
    expect(divergedSentence({ reason: 'the loss is infinite.', epoch: 3 })).toBe('It diverged at epoch 3: the loss is infinite.');
  });
});
