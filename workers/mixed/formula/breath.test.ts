import { expect, it, vi } from 'vitest';
import type { Dataset } from '../../data/dataset';
import { inOneGo } from '../dense';
import { BREATH, gridOf, layoutOf } from '../terms/layout';
import { LinearTermModel } from '../terms/linear';
import { sumTerms } from '../terms/sums';
import { fitDataset, type MixedSettings } from './fit-dataset';
import { modelOf } from './model';
import { parseFormula } from './parse';
import { frameOfColumns } from './testing';

const rows = 3000;
const columns = 150;
const codes = Array.from({ length: rows }, (_, i) => (i * 7) % columns);
const groups = Array.from({ length: rows }, (_, i) => (i * 13) % 40);
const y = codes.map((code, i) => Math.sin(code) + Math.cos(groups[i]) + Math.sin(i * i));
const labels = (count: number, name: string): string[] => Array.from({ length: count }, (_, at) => `${name}${at}`);

it('the sums of a wide X are made with breaths between: at most so many products of two columns at once', () => {
  const table = { y: { numbers: y }, f: { codes, labels: labels(columns, 'f') }, g: { codes: groups, labels: labels(40, 'g') } };
  const { design, terms } = modelOf(parseFormula('y ~ f + (1 | g)'), frameOfColumns(table), 'gaussian');
  const layout = inOneGo(layoutOf(inOneGo(gridOf(terms, rows))));
  const sums = sumTerms(layout, { rows, x: design.x, p: design.p, y: Float64Array.from(y) });
  let breaths = 0;
  while (!sums.next().done) breaths++;
  expect(breaths).toBeGreaterThanOrEqual(Math.floor((rows * (design.p + 1) ** 2) / BREATH));
});

it('a fit is given up while its wide X is made', async () => {
  const categorical = [
    { name: 'f', cardinality: columns, labels: labels(columns, 'f'), codes: Int32Array.from(codes) },
    { name: 'g', cardinality: 40, labels: labels(40, 'g'), codes: Int32Array.from(groups) },
  ];
  const dataset = {
    task: 'regression',
    targetName: 'y',
    rows,
    p: 0,
    x: new Float32Array(0),
    y: Float32Array.from(y),
    targetScale: 1,
    targetMean: 0,
    categorical,
  };
  const settings: MixedSettings = {
    formula: 'y ~ f + (1 | g)',
    estimator: 'reml',
    family: 'automatic',
    approximation: 'automatic',
    nodes: 1,
    solver: 'automatic',
  };
  const begun = vi.spyOn(LinearTermModel.prototype, 'estimate');
  let breaths = 0;
  const breathe = async (): Promise<void> => {
    if (++breaths === 3) throw new Error('given up');
  };
  const fit = fitDataset(
    settings,
    dataset as unknown as Dataset,
    Uint32Array.from({ length: rows }, (_, i) => i),
    breathe,
  );
  await expect(fit).rejects.toThrow('given up');
  expect(begun).not.toHaveBeenCalled();
  begun.mockRestore();
});
