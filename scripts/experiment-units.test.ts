import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPERIMENTS } from '../workers/papers/catalog';
import { cellIds, experimentsOf, unitsOf } from './experiment-units';

it('an experiment is meant by its name, also where another begins with it', () => {
  expect(experimentsOf('lmmnn-places').map(({ id }) => id)).toEqual(['lmmnn-places']);
  expect(experimentsOf('table1').map(({ id }) => id)).toEqual(['table1-regression', 'table1-classification']);
});

describe('cells on the command line', () => {
  it('are read back as they are written, commas and all', () => {
    const choice = fc.constantFrom(...EXPERIMENTS).chain(({ cells }) => {
      const ids = cells.map(({ id }) => id);
      return fc.tuple(fc.constant(ids), fc.shuffledSubarray(ids), fc.constantFrom(',', ', '));
    });
    fc.assert(
      fc.property(choice, ([known, chosen, comma]) => {
        expect(cellIds(chosen.join(comma), known)).toEqual(chosen);
      }),
    );
  });

  it('that are not known are named as they stand', () => {
    expect(cellIds('q=7,q=100,', ['q=100'])).toEqual(['q=7', 'q=100']);
    // An id that begins with another one.
    expect(cellIds('v=1,q=2,v=1', ['v=1', 'v=1,q=2'])).toEqual(['v=1,q=2', 'v=1']);
    const [experiment] = experimentsOf('lmmnn-one');
    expect(() => unitsOf(experiment, { cells: 'variance=1,q=1000,variance=9' })).toThrow('has no cell "variance=9"');
    expect(unitsOf(experiment, { cells: 'variance=1,q=1000', reps: '2' }).map(({ cell }) => cell.id)).toEqual([
      'variance=1,q=1000',
      'variance=1,q=1000',
    ]);
  });
});
