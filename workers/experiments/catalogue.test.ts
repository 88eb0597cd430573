import { describe, expect, it } from 'vitest';
import { aboutMethod } from '../methods/registry';
import { EXPERIMENTS } from '../papers/catalog';
import { experimentSchema } from '../spec/experiment';

describe('the catalogue', () => {
  it('every cell and column of every experiment makes a valid spec of a method that exists', () => {
    const table = {
      name: 'x.csv',
      fingerprint: '0123456789abcdef',
      columns: [
        { name: 'y', role: 'target' as const },
        { name: 'a', role: 'categorical' as const },
      ],
    };
    for (const experiment of EXPERIMENTS) {
      for (const cell of experiment.cells) {
        const input = cell.input(1, experiment.needs ? table : undefined);
        for (const { id, method, settings, training } of experiment.columns) {
          aboutMethod(method);
          const parsed = experimentSchema.safeParse({ ...input, training: { ...input.training, ...training }, methods: [{ id: method, settings }] });
          expect([experiment.id, cell.id, id, parsed.error?.issues ?? []]).toEqual([experiment.id, cell.id, id, []]);
        }
      }
    }
  });
});
