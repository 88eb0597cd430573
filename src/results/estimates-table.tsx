import { type ReactNode, useMemo } from 'react';
import { shortened } from '../../workers/data/shown-text';
import { hasClasses } from '../../workers/spec/scores';
import { usePlain } from '../state/page-view';
import { useRun } from '../state/run';
import { measured } from '../text/numbers';
import { Control } from '../ui/control';
import { Icon } from '../ui/icons';
import { labelOf, methodStroke, Swatch } from '../ui/method-line';
import { ScrollRegion } from '../ui/scroll-region';
import { acrossRows, asCell, asColumnHead, asGroup, asRow, asRowHead, asTable, tableClass } from '../ui/table-parts';
import { Tex } from '../ui/tex';
import { estimatesSentence, unitSentence } from '../words/estimates';
import { TABLE, useFullScreen } from './full-screen';
import { FullScreenButton } from './full-screen-button';
import { methodsOf } from './model';
import { RecordedTag } from './panel';
import { Provenance } from './provenance';
import { type EstimateGroup, type EstimateRow, estimateGroups, groupRange, truthScale } from './random-effects';
import { RowPlot } from './row-plot';
import { saveCsv } from './save';
import { estimatesTwin } from './twins';

/** Letters of a quantity's name, which has the name of a column in it. */
const MOST_LETTERS = 56;
const named = ({ name }: EstimateGroup): string => shortened(name, MOST_LETTERS);

/** Decimals that show the standard errors of a quantity to two digits, or the estimate itself to four. */
function decimalsOf({ rows }: EstimateGroup): number {
  const errors = rows.flatMap(({ standardError }) => (standardError ? [standardError] : []));
  const size = errors.length > 0 ? Math.min(...errors) : Math.max(...rows.map(({ value }) => Math.abs(value ?? 0))) / 100;
  return size > 0 ? Math.max(0, Math.min(8, 1 - Math.floor(Math.log10(size)))) : 2;
}

/** A number of the table, or why there is none. */
function Amount({ of, value, decimals, none = 'none' }: { of: string; value: number | null; decimals: number; none?: string }) {
  return (
    <td {...asCell(of)} className={value === null ? 'na' : undefined}>
      {value === null ? none : measured(value, decimals)}
    </td>
  );
}

/**
 * A dot with its interval on the scale of its quantity, the truth as a line through all methods; the last row
 * has the axis.
 */
function Interval({
  row,
  group,
  range,
  last,
}: {
  row: EstimateRow & { value: number };
  group: EstimateGroup;
  range: [number, number];
  last: boolean;
}) {
  const [low, high] = row.interval ?? [row.value, row.value];
  const words = `${labelOf(row.method)}, ${named(group)}: ${measured(row.value, decimalsOf(group))}`;
  return (
    <RowPlot method={row.method} label={words} range={range} ticks={4} last={last}>
      {(x) => (
        <>
          {row.truth !== null && <path d={`M${x(row.truth)} 0V36`} stroke="var(--ink)" strokeWidth="1.5" strokeDasharray="3 3" />}
          {high > low && <path d={`M${x(low)} 18H${x(high)}`} {...methodStroke(row.method, 2)} />}
          {high > low &&
            [low, high].map((end) => <path key={end} d={`M${x(end)} 14v8`} stroke="var(--method)" strokeWidth="2" strokeLinecap="round" />)}
          <circle cx={x(row.value)} cy="18" r="4.5" fill="var(--method)" />
        </>
      )}
    </RowPlot>
  );
}

const sentence = (clause: string): string => `${clause[0].toUpperCase()}${clause.slice(1)}.`;

function Group({ group }: { group: EstimateGroup }): ReactNode {
  const range = groupRange(group);
  const decimals = decimalsOf(group);
  // The axis stands below the last estimate that is drawn.
  const axis = group.rows.findLastIndex(({ value }) => value !== null);
  return group.rows.map((row, i) => {
    return (
      <tr key={row.method} {...asRow} aria-colindex={i === 0 ? undefined : 2} className={i === group.rows.length - 1 ? 'last' : undefined}>
        {i === 0 && (
          <th {...asRowHead} scope="rowgroup" {...acrossRows(group.rows.length)} className="quantity">
            <Tex>{group.symbol}</Tex>
            <span title={group.name.length > MOST_LETTERS ? shortened(group.name, 1_000) : undefined}>{named(group)}</span>
          </th>
        )}
        <th {...asRowHead} className="by">
          <span className="who">
            <Swatch id={row.method} />
            {labelOf(row.method)}
          </span>
        </th>
        <Amount of="Estimate" value={row.value} decimals={decimals} none="–" />
        <Amount of="Standard error" value={row.standardError} decimals={decimals} />
        <Amount of="Truth" value={row.truth} decimals={decimals} />
        <td {...asCell()} className="plotted">
          {row.value !== null && group.kind !== 'fit' && (
            <Interval row={{ ...row, value: row.value }} group={group} range={range} last={i === axis} />
          )}
          {row.note && <p className="note">{sentence(row.note)}</p>}
        </td>
      </tr>
    );
  });
}

/**
 * What random-effects methods estimate, next to the numbers the data were drawn with. Only there when a
 * finished method estimates something.
 */
export function EstimatesTable() {
  const spec = useRun((state) => state.spec);
  const results = useRun((state) => state.results);
  const embeddings = useRun((state) => state.embeddings);
  const summary = useRun((state) => state.summary);
  const source = useRun((state) => state.source);
  const groups = useMemo(
    () =>
      estimateGroups(
        methodsOf(spec).flatMap((method) => results[method] ?? []),
        summary?.truth ?? null,
        (method) => embeddings[method]?.width ?? null,
        summary ? truthScale(summary) : undefined,
      ),
    [spec, results, embeddings, summary],
  );
  const { ref, full, toggle } = useFullScreen(TABLE);
  const plain = usePlain('estimates');
  if (groups.length === 0) return null;
  const rows = groups.flatMap((group) => group.rows);
  const kinds = groups.flatMap((group) => group.rows.map(() => group.kind));
  const compared = rows.some(({ truth }) => truth !== null);
  const logs = rows.some(({ interval }, i) => interval !== null && kinds[i] === 'variance');
  const twin = estimatesTwin(groups);
  return (
    <section ref={ref} className={full ? 'panel w12 is-full' : 'panel w12'} aria-labelledby="estimates-title" data-panel="estimates">
      <div className="ph">
        <h2 id="estimates-title">{compared ? 'Estimates against truth' : 'Estimates'}</h2>
        <RecordedTag recorded={source.kind === 'recorded'} />
        <span className="sp" />
        <Control id="downloads">
          <button type="button" className="btn wide" onClick={() => saveCsv('estimates', twin)}>
            <Icon name="download" small />
            CSV
          </button>
        </Control>
        <FullScreenButton title="Estimates" full={full} onClick={toggle} />
      </div>
      <ScrollRegion className="tw" aria-label="Table of estimates">
        <table {...asTable} className={tableClass(6, 'estimates')}>
          <thead {...asGroup}>
            <tr {...asRow}>
              <th {...asColumnHead}>Quantity</th>
              <th {...asColumnHead} className="by">
                Method
              </th>
              <th {...asColumnHead}>Estimate</th>
              <th {...asColumnHead}>Standard error</th>
              <th {...asColumnHead}>Truth</th>
              <th {...asColumnHead} className="plotted">
                Estimate and 95 % interval
              </th>
            </tr>
          </thead>
          {groups.map((group) => (
            <tbody key={group.key} {...asGroup}>
              <Group group={group} />
            </tbody>
          ))}
        </table>
      </ScrollRegion>
      {plain ? (
        <p className="cap wide">{plain}</p>
      ) : (
        <>
          <p className="cap wide">
            {estimatesSentence(rows.map(({ interval, truth }) => ({ low: interval?.[0] ?? null, high: interval?.[1] ?? null, truth })))}
          </p>
          <p className="fine wide">
            {unitSentence(summary !== null && hasClasses(summary.task))} Variances of level vectors are in the vectors’ own, on an axis of their own.{' '}
            {logs && 'Intervals of variances are of their logarithm, so that none is negative. '}
            Where a standard error is “none”, the lab computes none.
            {compared && ' Where the truth is “none”, the scale is the method’s own and nothing compares with it.'}
          </p>
          <Provenance />
        </>
      )}
    </section>
  );
}
