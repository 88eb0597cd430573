import type { Dataset } from './dataset';
import { Fingerprint } from './fingerprint';
import type { OrangeDataset } from './schema';
import { foldSplit, splitRows, testShare } from './split';
import { scaleOf } from './standardize';

/** Days since 31 December 1968. */
const AGES = [118, 484, 664, 1004, 1231, 1372, 1582];

/** Trunk circumference in mm at those ages, one row a tree. */
const CIRCUMFERENCES = [
  [30, 58, 87, 115, 120, 142, 145],
  [33, 69, 111, 156, 172, 203, 203],
  [30, 51, 75, 108, 115, 139, 140],
  [32, 62, 112, 167, 179, 209, 214],
  [30, 49, 81, 125, 142, 174, 177],
];

/**
 * Orange trees (Draper & Smith 1981; R datasets::Orange; docs/methods.md A15): 35 rows, the age standardised,
 * the tree categorical, the circumference standardised as target; both scales are kept, so that estimates can
 * be told in days and millimetres. 80/20 split, then the last 10 % of the training rows validate.
 *
 * @throws LabFailure, those of `splitRows` and `foldSplit`
 */
export function orangeTrees(spec: OrangeDataset, seeds: { split: number }): Dataset {
  const trees = CIRCUMFERENCES.length;
  const rows = trees * AGES.length;
  const numbers = Array.from({ length: rows }, (_, row) => row);
  const categorical = [
    {
      name: 'tree',
      cardinality: trees,
      codes: Int32Array.from(numbers, (row) => Math.floor(row / AGES.length)),
      labels: CIRCUMFERENCES.map((_, tree) => String(tree + 1)),
    },
  ];
  const split = spec.fold
    ? foldSplit(Uint32Array.from(numbers), spec.fold, seeds.split)
    : splitRows(rows, testShare(rows, 0.2), seeds.split, spec, categorical);
  const age = (row: number) => AGES[row % AGES.length];
  const circumference = (row: number) => CIRCUMFERENCES[Math.floor(row / AGES.length)][row % AGES.length];
  const training = [split.train, split.validation];
  const x = scaleOf(age, training);
  const y = scaleOf(circumference, training);
  return {
    task: 'regression',
    rows,
    x: Float32Array.from(numbers, (row) => (age(row) - x.mean) / x.scale),
    p: 1,
    xScales: [x],
    xNames: ['age_days'],
    categorical,
    y: Float32Array.from(numbers, (row) => (circumference(row) - y.mean) / y.scale),
    targetScale: y.scale,
    targetMean: y.mean,
    targetName: 'circumference_mm',
    classLabels: null,
    split,
    truth: null,
    exact: { x: (row) => (age(row) - x.mean) / x.scale, y: circumference },
    fingerprint: new Fingerprint()
      .text('orange')
      .integers(Int32Array.from([...AGES, ...CIRCUMFERENCES.flat()]))
      .digest(),
  };
}
