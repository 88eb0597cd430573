import { beforeEach, expect, it } from 'vitest';
import { useRun } from './run';
import { useSelection } from './selection';

const selection = () => useSelection.getState();

beforeEach(() => selection().clear());

it('selects one level, adds others before it and takes them away', () => {
  selection().choose(0, 7, 'list');
  selection().toggle(0, 3, 'map');
  expect(selection()).toMatchObject({ feature: 0, levels: [3, 7], from: 'map' });
  selection().toggle(0, 7, 'map');
  expect(selection().levels).toEqual([3]);
  selection().choose(0, 5, 'card');
  expect(selection().levels).toEqual([5]);
});

it('never mixes levels of two features', () => {
  selection().choose(0, 7, 'list');
  selection().toggle(1, 2, 'list');
  expect(selection()).toMatchObject({ feature: 1, levels: [2] });
});

it('is empty when another run begins', () => {
  selection().choose(0, 7, 'list');
  useRun.getState().clear();
  expect(selection().levels).toEqual([]);
});
