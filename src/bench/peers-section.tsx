import { useCallback, useEffect, useMemo, useState } from 'react';
import type { EveryMethodReport } from '../../workers/bench/every-method';
import type { Theme } from '../charts/figure';
import { FigureView } from '../charts/figure-view';
import { peersChart, peersHeight } from '../charts/peers-chart';
import { ScrollRegion } from '../ui/scroll-region';
import { Segmented } from '../ui/segmented';
import { TableHead } from '../ui/table-head';
import { asCell, asGroup, asRow, asRowHead, asTable, tableClass } from '../ui/table-parts';
import {
  chartRows,
  isBusy,
  MIXED_COLUMNS,
  mixedTableRows,
  PEERS_COLUMNS,
  type PeersClock,
  peersOrigin,
  peersSentence,
  sizesOf,
  tableRows,
} from './peers';

/** The report shipped with the lab; null until it is here, or where there is none. */
function useRecorded(): EveryMethodReport | null {
  const [report, setReport] = useState<EveryMethodReport | null>(null);
  useEffect(() => {
    let gone = false;
    fetch(new URL('recorded/bench.json', document.baseURI))
      .then((response) => (response.ok ? (response.json() as Promise<EveryMethodReport>) : null))
      .then(
        (read) => !gone && setReport(read),
        // Offline, or a site without it: the page measures all the same.
        () => undefined,
      );
    return () => {
      gone = true;
    };
  }, []);
  return report;
}

const CLOCKS: { value: PeersClock; label: string }[] = [
  { value: 'clock', label: '2 threads, clock' },
  { value: 'processor', label: '1 thread, processor time' },
];

function Numbers({
  caption,
  first,
  columns,
  rows,
}: {
  caption: string;
  first: string;
  columns: string[];
  rows: { label: string; cells: string[] }[];
}) {
  return (
    <ScrollRegion className="tw" aria-label={caption}>
      <table {...asTable} className={tableClass(columns.length + 1)}>
        <caption>{caption}</caption>
        <TableHead columns={[first, ...columns]} />
        <tbody {...asGroup}>
          {rows.map(({ label, cells }) => (
            <tr key={label} {...asRow}>
              <th {...asRowHead}>{label}</th>
              {cells.map((cell, i) => (
                <td key={columns[i]} {...asCell(columns[i])}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** Every method next to PyTorch and tfjs, as `npm run bench -- all` recorded them. */
export function PeersSection() {
  const report = useRecorded();
  const [size, setSize] = useState(0);
  const [chosen, setClock] = useState<PeersClock | null>(null);
  const clock = chosen ?? (report && isBusy(report) ? 'processor' : 'clock');
  const sizes = useMemo(() => (report ? sizesOf(report) : []), [report]);
  const q = sizes[size] ?? null;
  const rows = useMemo(() => (report ? chartRows(report, q, clock) : []), [report, q, clock]);
  const build = useCallback((theme: Theme, width: number) => peersChart(rows)(theme, width), [rows]);
  const height = useCallback((_: number) => peersHeight(rows.length)(), [rows.length]);
  if (!report || rows.length === 0) return null;
  const of = q === null ? 'windows of series' : `q = ${q.toLocaleString('en-US')}`;
  const caption = `Milliseconds a step by engine and threads, ${of}`;
  return (
    <section className="bench-method" aria-labelledby="bench-peers">
      <h2 id="bench-peers">Every method next to PyTorch</h2>
      <p className="bench-facts">{peersOrigin(report)}</p>
      <div className="bench-actions">
        <Segmented
          aria-label="Size"
          value={String(size)}
          onChange={(value) => setSize(Number(value))}
          data={sizes.map((one, i) => ({ value: String(i), label: one === null ? 'windows' : `q = ${one.toLocaleString('en-US')}` }))}
        />
        <Segmented aria-label="Compared by" value={clock} onChange={setClock} data={CLOCKS} />
      </div>
      <p className="bench-facts">{peersSentence(report, q, clock)}</p>
      <FigureView build={build} height={height} label={`Times as long as the lab’s step of each method, ${of}; the numbers are in the table below`} />
      <details>
        <summary>{caption}</summary>
        <Numbers caption={caption} first="method" columns={PEERS_COLUMNS} rows={tableRows(report, q, clock)} />
      </details>
      {report.mixed && report.mixed.length > 0 && (
        <>
          <h3>Mixed models next to lme4</h3>
          <Numbers caption="Seconds of a whole fit: processor time, one thread" first="model" columns={MIXED_COLUMNS} rows={mixedTableRows(report)} />
        </>
      )}
    </section>
  );
}
