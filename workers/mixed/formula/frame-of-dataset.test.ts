import { expect, it } from 'vitest';
import type { Dataset } from '../../data/dataset';
import { encodeLevels } from '../../data/levels';
import { MISSING } from '../../data/table';
import { frameOfDataset } from './frame-of-dataset';
import { modelOf } from './model';
import { parseFormula } from './parse';

/** A column of these cells, '' a missing one, as a table's features are encoded. */
function category(name: string, cells: readonly string[]): Dataset['categorical'][number] {
  const dictionary = [...new Set(cells.filter((cell) => cell !== ''))];
  const codes = Int32Array.from(cells, (cell) => (cell === '' ? MISSING : dictionary.indexOf(cell)));
  const counts = Uint32Array.from(dictionary, (text) => cells.filter((cell) => cell === text).length);
  const column = {
    name,
    codes,
    dictionary,
    numbers: new Float64Array(dictionary.length),
    counts,
    missing: cells.filter((cell) => cell === '').length,
  };
  return encodeLevels(
    { ...column, textLevels: dictionary.length },
    { numeric: 'mean', categorical: 'own-level' },
    new Uint8Array(cells.length).fill(1),
  );
}

const names = ['b', '', 'a', 'c', 'b', 'a', 'c', 'a'];
const numbers = ['10', '2', '', '9', '10', '2', '9', '2'];
const groups = ['u', 'v', 'w', 'u', 'v', 'w', 'u', 'v'];
const dataset = {
  task: 'regression',
  targetName: 'y',
  rows: 8,
  p: 0,
  x: new Float32Array(0),
  y: Float32Array.from([3, 1, 4, 1, 5, 9, 2, 6]),
  targetScale: 1,
  targetMean: 0,
  categorical: [category('f', names), category('h', numbers), category('g', groups)],
} as unknown as Dataset;

it('levels are in their order, and missing cells are the last level', () => {
  const frame = frameOfDataset(dataset, Uint32Array.from(names.keys()));
  // As R's levels(addNA(factor(f))).
  expect(frame.levels('f')?.labels).toEqual(['a', 'b', 'c', '(missing)']);
  expect(frame.levels('h')?.labels).toEqual(['2', '9', '10', '(missing)']);
  expect([...(frame.levels('f')?.codes ?? [])]).toEqual([1, 3, 0, 2, 1, 0, 2, 0]);
  expect([...(frame.levels('h')?.codes ?? [])]).toEqual([2, 0, 3, 1, 2, 0, 1, 0]);
  const model = modelOf(parseFormula('y ~ f + (1 | g)'), frame, 'gaussian');
  expect(model.names).toEqual(['(Intercept)', 'fb', 'fc', 'f(missing)']);
  expect(model.notes).toContain('Levels of f are compared with a (treatment contrasts).');
});
