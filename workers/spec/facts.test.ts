import { describe, expect, it } from 'vitest';
import { orangeTrees } from '../data/orange';
import { factsOf } from './facts';
import { PRESETS } from './presets';

describe('facts before training', () => {
  it('say what the published simulation splits into', () => {
    const preset = PRESETS.get('regression-1000');
    expect(preset && factsOf(preset.dataset)).toEqual({
      task: 'regression',
      p: 10,
      levels: [1_000],
      trainRows: 9_000,
      validationRows: 1_000,
      testRows: 100_000,
    });
  });

  it('agree with the Orange trees themselves', () => {
    const { task, p, categorical, split } = orangeTrees({ split: 1 });
    expect(factsOf({ kind: 'orange' })).toEqual({
      task,
      p,
      levels: categorical.map(({ cardinality }) => cardinality),
      trainRows: split.train.length,
      validationRows: split.validation.length,
      testRows: split.test.length,
    });
  });
});
