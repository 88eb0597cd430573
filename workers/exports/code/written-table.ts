import { type Cell, csvPieces } from '../../data/csv-write';
import { type Dataset, featureName, ownResponse, type TagColumn } from '../../data/dataset';
import { hasGapLevel } from '../../data/levels';
import { usedRows } from './used-rows';

/** Signs that stand between the labels of a cell: the first that no label has. */
const BETWEEN = ['|', ';', ',', '\t', '\u001f', '\u001e', '\u001d', '\u0001\u0001'];

/** What stands between the tags of a cell of the written table. */
export function tagSeparator({ labels }: Pick<TagColumn, 'labels'>): string {
  return BETWEEN.find((sign) => labels.every((label) => !label.includes(sign))) ?? BETWEEN[BETWEEN.length - 1];
}

/** The fewest digits that read back as the same number; of numbers that are drawn, in single precision. */
const single = (value: number): number => Number(value.toPrecision(9));

/**
 * The rows of a dataset that are used, as the lab has taken them: response (0 and 1 where it is binary),
 * numbers in their own unit, labels, and tags with a sign between them. A missing level is an empty cell.
 *
 * @param numbered levels by their numbers in place of their labels
 */
export function writtenTable(dataset: Dataset, numbered: boolean): Iterable<Uint8Array> {
  const { x, p, xScales, exact, categorical, tags = [], targetName, task } = dataset;
  const used = usedRows(dataset);
  const response = ownResponse(dataset, used);
  const header = [targetName, ...Array.from({ length: p }, (_, j) => featureName(dataset, j)), ...[...categorical, ...tags].map(({ name }) => name)];
  const numbers = Array.from({ length: p }, (_, j) => {
    const { mean, scale } = xScales?.[j] ?? { mean: 0, scale: 1 };
    return exact ? (row: number) => exact.x(row, j) * scale + mean : (row: number) => single(x[row * p + j] * scale + mean);
  });
  const labels = categorical.map(({ codes, labels: texts }) => (row: number): Cell => {
    if (!texts || numbered) return String(codes[row]);
    return hasGapLevel(texts) && codes[row] === texts.length - 1 ? null : texts[codes[row]];
  });
  const sets = tags.map((column) => {
    const between = tagSeparator(column);
    return (row: number): Cell =>
      Array.from(column.ids.subarray(column.offsets[row], column.offsets[row + 1]), (tag) => column.labels[tag]).join(between);
  });
  function* rows(): Generator<Cell[]> {
    for (const [i, row] of used.entries())
      yield [
        task === 'binary' || exact ? response[i] : single(response[i]),
        ...numbers.map((number) => number(row)),
        ...labels.map((label) => label(row)),
        ...sets.map((set) => set(row)),
      ];
  }
  return csvPieces(header, rows(), { guardFormulas: false });
}
