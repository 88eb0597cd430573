import { Fragment } from 'react';
import { fewerThanRow, meanAndError } from '../../workers/papers/formats';
import type { Entry, Table } from '../../workers/papers/table';
import type { Experiment } from '../../workers/papers/types';
import { MINUS } from '../text/numbers';
import { MathText } from '../ui/math-text';
import { methodColours, Swatch } from '../ui/method-line';
import { ScrollRegion } from '../ui/scroll-region';
import { acrossColumns, asCell, asColumnHead, asGroup, asRow, asRowHead, asTable, tableClass } from '../ui/table-parts';
import type { Shown } from './state';

/**
 * The table as in the paper: cells and metrics down, methods across; the lab's number over the published one,
 * the verdict below.
 */
export function PaperTable({ experiment, table, shown }: { experiment: Experiment; table: Table; shown: Shown }) {
  const entryOf = (cell: string, metric: string, column: string): Entry | undefined =>
    table.entries.find((entry) => entry.cell === cell && entry.metric === metric && entry.column === column);
  return (
    <ScrollRegion className="tw" aria-label="Table of the experiment">
      <table {...asTable} className={tableClass(experiment.columns.length + 1, 'paper-table lines')}>
        <thead {...asGroup}>
          <tr {...asRow}>
            <th {...asColumnHead}>Metric</th>
            {experiment.columns.map(({ id, label, method }) => (
              <th key={id} {...asColumnHead} className="method" style={methodColours(method)}>
                <Swatch id={method} width={20} /> {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...asGroup}>
          {experiment.cells.map((cell) => {
            const metrics = experiment.metrics.filter((metric) =>
              experiment.columns.some(({ id }) => {
                const entry = entryOf(cell.id, metric.key, id);
                return (shown !== 'published' && entry?.ours) || (shown !== 'ours' && entry?.published);
              }),
            );
            if (metrics.length === 0) return null;
            return (
              <Fragment key={cell.id}>
                <tr {...asRow} className="cell-row">
                  <th {...asRowHead} scope="rowgroup" {...acrossColumns(experiment.columns.length + 1)}>
                    <span>
                      <MathText>{cell.label}</MathText>
                    </span>
                  </th>
                </tr>
                {metrics.map((metric) => (
                  <tr key={metric.key} {...asRow}>
                    <th {...asRowHead}>
                      <MathText>{metric.label}</MathText>
                    </th>
                    {experiment.columns.map(({ id, label }) => (
                      <Value
                        key={id}
                        column={label}
                        entry={entryOf(cell.id, metric.key, id)}
                        row={experiment.columns.map((other) => entryOf(cell.id, metric.key, other.id))}
                        digits={metric.digits}
                        shown={shown}
                      />
                    ))}
                  </tr>
                ))}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

interface ValueProps {
  column: string;
  entry: Entry | undefined;
  /** All entries beside it. */
  row: readonly (Entry | undefined)[];
  digits: number;
  shown: Shown;
}

function Value({ column, entry, row, digits, shown }: ValueProps) {
  if (!entry) return <td {...asCell(column)} />;
  const { ours, published, bold, verdict, failures } = entry;
  const write = (which: 'ours' | 'published') => {
    const n = fewerThanRow(
      entry[which],
      row.map((other) => other?.[which] ?? null),
    );
    return `${meanAndError(entry[which], digits).replace(/-/g, MINUS)}${n === null ? '' : `, n = ${n}`}`;
  };
  return (
    <td {...asCell(column)}>
      {shown !== 'published' && ours && <span className={bold.ours ? 'ours best' : 'ours'}>{write('ours')}</span>}
      {shown !== 'ours' && published && <span className={bold.published ? 'theirs best' : 'theirs'}>{write('published')}</span>}
      {shown === 'both' && verdict && <span className={`verdict ${verdict.replace(' ', '-')}`}>{verdict}</span>}
      {failures.length > 0 && shown !== 'published' && <span className="verdict differs">{failures.length} failed</span>}
    </td>
  );
}
