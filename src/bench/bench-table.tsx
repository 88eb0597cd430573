import type { BenchMethod, BenchRow, Work } from '../../workers/bench/schema';
import { ScrollRegion } from '../ui/scroll-region';
import { acrossColumns, asCell, asColumnHead, asGroup, asRow, asRowHead, asTable, tableClass } from '../ui/table-parts';
import { binaryBytes, COLUMNS, cellsOf, digits, METHOD_LABELS, plansOf } from './model';

function kernelWords({ name, microseconds, gflops, gigabytes }: NonNullable<BenchRow['kernels']>[number]): string {
  const rates = [gflops === null ? '' : `, ${digits(gflops)} GFLOP/s`, gigabytes === null ? '' : `, ${digits(gigabytes)} GB/s`];
  return `${name} ${digits(microseconds)} µs${rates.join('')}`;
}

/** One table for each q: engines down, measurements across. */
export function BenchTable({ method, rows, work }: { method: BenchMethod; rows: BenchRow[]; work: Work[] }) {
  const levels = [...new Set(rows.map(({ q }) => q))];
  return levels.map((q) => {
    const mine = rows.filter((row) => row.q === q);
    const plans = plansOf(mine);
    const caption = `${METHOD_LABELS[method]}, q = ${q.toLocaleString('en-US')}`;
    const least = work.find((entry) => entry.q === q);
    return (
      <ScrollRegion key={q} className="tw" aria-label={caption}>
        <table {...asTable} className={tableClass(plans.length + COLUMNS.length + 1)}>
          <caption>
            {caption}
            {least && (
              <span>
                . A step has {digits(least.flops / 1e6)} MFLOP of dense products, and moves at least {binaryBytes(least.bytes)}
              </span>
            )}
          </caption>
          <thead {...asGroup}>
            <tr {...asRow}>
              <th {...asColumnHead}>engine</th>
              {plans.map(({ engine, label }) => (
                <th key={engine} {...asColumnHead}>
                  to {label}
                </th>
              ))}
              {COLUMNS.map((column) => (
                <th key={column} {...asColumnHead}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody {...asGroup}>
            {mine.map((row) => {
              const { label, plan, ratios, cells, skipped } = cellsOf(row, plans);
              return (
                <tr key={row.engine} {...asRow}>
                  <th {...asRowHead}>{plan ? <b>{label}</b> : label}</th>
                  {cells.length > 0 ? (
                    [
                      ...ratios.map((cell, i) => [plans[i].engine, `to ${plans[i].label}`, cell]),
                      ...cells.map((cell, i) => [COLUMNS[i], COLUMNS[i], cell]),
                    ].map(([key, column, cell]) => (
                      <td key={key} {...asCell(column)}>
                        {cell}
                      </td>
                    ))
                  ) : (
                    <td {...asCell()} className="wait" {...acrossColumns(plans.length + COLUMNS.length)}>
                      {skipped ? `left out: ${skipped}` : 'its turn comes'}
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
        {mine.map(
          ({ engine, label, kernels }) =>
            kernels && (
              <p key={engine} className="bench-kernels">
                {label}, GPU time by kernel: {kernels.map(kernelWords).join('; ')}
              </p>
            ),
        )}
      </ScrollRegion>
    );
  });
}
