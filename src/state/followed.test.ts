import { beforeEach, expect, it } from 'vitest';
import { useFollowed } from './followed';
import { useRun } from './run';
import { useSelection } from './selection';

const follow = () => useFollowed.getState().follow;

beforeEach(() => {
  useSelection.getState().clear();
  useFollowed.getState().setFollow({ kind: 'worst' });
});

it('follows a level that is chosen anywhere, and keeps its row when none is', () => {
  useSelection.getState().choose(1, 42, 'chart');
  expect(follow()).toEqual({ kind: 'level', feature: 1, level: 42 });
  useFollowed.getState().setFollow({ kind: 'row', row: 3 });
  useSelection.getState().clear();
  expect(follow()).toEqual({ kind: 'row', row: 3 });
});

it('follows any row again when another run begins, and the same while it goes on', () => {
  useRun.getState().markStopping();
  expect(follow()).toEqual({ kind: 'worst' });
  useRun.getState().clear();
  expect(follow()).toEqual({ kind: 'random', seed: 1 });
});
