import type { ColumnRole } from '../../../workers/data/schema';
import type { ColumnPreview } from '../../../workers/protocol';

const WIDTH = 100;
const HEIGHT = 32;

/**
 * The shape of a column: a histogram for numbers, or a bar for each of a few values; for categories the rows
 * per level, most frequent first, on a log scale.
 */
export function ColumnShape({ column, role }: { column: ColumnPreview; role: ColumnRole }) {
  const { form, heights } = column.shape;
  if (heights.length === 0) return null;
  const label = form === 'histogram' ? `Histogram of ${column.name}` : `Rows per level of ${column.name}, most frequent first, log scale`;
  return (
    <svg className="csv-shape" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {form === 'histogram' ? (
        <Bars heights={column.levels <= heights.length ? heights.filter((height) => height > 0) : heights} />
      ) : (
        <Curve heights={heights} line={role !== 'ignore'} />
      )}
    </svg>
  );
}

function Bars({ heights }: { heights: number[] }) {
  const step = WIDTH / heights.length;
  const gap = Math.min(2, step / 4);
  const bars = heights.map((height, index) => {
    const top = height * (HEIGHT - 2);
    return `M${(index * step + gap / 2).toFixed(2)} ${HEIGHT}v${(-top).toFixed(2)}h${(step - gap).toFixed(2)}v${top.toFixed(2)}z`;
  });
  return <path className="csv-shape-bars" d={bars.join('')} />;
}

function Curve({ heights, line }: { heights: number[]; line: boolean }) {
  const last = Math.max(1, heights.length - 1);
  const points = (heights.length === 1 ? [heights[0], heights[0]] : heights).map(
    (height, index) => `${((index / last) * WIDTH).toFixed(2)} ${(HEIGHT - height * (HEIGHT - 2)).toFixed(2)}`,
  );
  const path = points.join('L');
  return (
    <>
      <path className="csv-shape-area" d={`M0 ${HEIGHT}L${path}L${WIDTH} ${HEIGHT}Z`} />
      {line && <path className="csv-shape-line" d={`M${path}`} />}
    </>
  );
}
