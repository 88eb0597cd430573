import { describe, expect, it } from 'vitest';
import { EXPERIMENTS } from '../../workers/papers/catalog';
import { recordWith, resultWith } from '../../workers/papers/testing';
import type { Experiment } from '../../workers/papers/types';
import { firstGrid, type Grid, openUnits, progressOf, secondsLeft, soundGrid } from './grid';

const table1 = EXPERIMENTS.find(({ id }) => id === 'table1-regression') as Experiment;
const grid: Grid = { cells: ['q=100', 'q=1000'], columns: ['ignore', 'mmbeddings'], repetitions: 2 };
const both = { ignore: resultWith('ignore', { mse: 5 }), mmbeddings: resultWith('mmbeddings', { mse: 3 }) };

describe('the grid of an experiment', () => {
  it('goes through the cells before the next repetition', () => {
    expect(openUnits(table1, grid, []).map(({ cell, repetition }) => `${cell.id} ${repetition}`)).toEqual([
      'q=100 1',
      'q=1000 1',
      'q=100 2',
      'q=1000 2',
    ]);
  });

  it('leaves out what is finished, and takes up again what lacks a method', () => {
    const records = [recordWith(table1.id, 'q=100', 1, both), recordWith(table1.id, 'q=1000', 1, { ignore: both.ignore })];
    expect(openUnits(table1, grid, records).map(({ cell, repetition }) => `${cell.id} ${repetition}`)).toEqual(['q=1000 1', 'q=100 2', 'q=1000 2']);
    expect(progressOf(table1, grid, records)).toEqual({ done: 3, all: 8 });
  });

  it('a failure is finished too', () => {
    const records = [recordWith(table1.id, 'q=100', 1, { ...both, ignore: 'diverged' })];
    expect(openUnits(table1, { ...grid, repetitions: 1 }, records)).toHaveLength(1);
  });

  it('tells the time left only when every open fit was measured', () => {
    expect(secondsLeft(table1, grid, [])).toBeNull();
    const records = [recordWith(table1.id, 'q=100', 1, both), recordWith(table1.id, 'q=1000', 1, both)];
    expect(secondsLeft(table1, grid, records)).toBeCloseTo(4 * 1.5, 9);
  });

  it('puts an unsound grid right', () => {
    expect(soundGrid(table1, { cells: ['q=7'], columns: ['nothing'], repetitions: 99 })).toEqual(firstGrid(table1));
    expect(soundGrid(table1, grid)).toEqual(grid);
  });
});
