import { Fragment } from 'react';
import { meanAndError } from '../../workers/papers/formats';
import type { Entry, Table } from '../../workers/papers/table';
import type { Experiment } from '../../workers/papers/types';
import { MINUS } from '../text/numbers';
import { MathText } from '../ui/math-text';
import { methodColours, Swatch } from '../ui/method-line';
import { ScrollRegion } from '../ui/scroll-region';
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
      <table className="res paper-table">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            {experiment.columns.map(({ id, label, method }) => (
              <th scope="col" key={id} className="method" style={methodColours(method)}>
                <Swatch id={method} width={20} /> {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
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
                <tr className="cell-row">
                  <th scope="rowgroup" colSpan={experiment.columns.length + 1}>
                    <span>
                      <MathText>{cell.label}</MathText>
                    </span>
                  </th>
                </tr>
                {metrics.map((metric) => (
                  <tr key={metric.key}>
                    <th scope="row">
                      <MathText>{metric.label}</MathText>
                    </th>
                    {experiment.columns.map(({ id }) => (
                      <Value key={id} entry={entryOf(cell.id, metric.key, id)} digits={metric.digits} shown={shown} />
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

function Value({ entry, digits, shown }: { entry: Entry | undefined; digits: number; shown: Shown }) {
  if (!entry) return <td />;
  const { ours, published, bold, verdict, failures } = entry;
  const write = (summary: Entry['ours']) => meanAndError(summary, digits).replace(/-/g, MINUS);
  return (
    <td>
      {shown !== 'published' && ours && <span className={bold.ours ? 'ours best' : 'ours'}>{write(ours)}</span>}
      {shown !== 'ours' && published && <span className={bold.published ? 'theirs best' : 'theirs'}>{write(published)}</span>}
      {shown === 'both' && verdict && <span className={`verdict ${verdict.replace(' ', '-')}`}>{verdict}</span>}
      {failures.length > 0 && shown !== 'published' && <span className="verdict differs">{failures.length} failed</span>}
    </td>
  );
}
