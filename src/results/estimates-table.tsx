import { type ReactNode, useMemo } from 'react';
import { Icon } from '../app/icons';
import { labelOf, methodColours, Swatch } from '../app/method-line';
import { Tex } from '../app/tex';
import { linearTicks } from '../charts/ticks';
import { useRun } from '../state/run';
import { fixed, whole } from '../text/numbers';
import { methodsOf } from './model';
import { RecordedTag } from './panel';
import { Provenance } from './provenance';
import { type EstimateGroup, estimateGroups, groupRange, INTERVAL } from './random-effects';
import { saveCsv } from './save';
import type { Twin } from './twin';

const PLOT = 320;
const EDGE = 8;
/** Half the width of a tick’s label (px), which must not be cut at the edge. */
const LABEL = 14;

export function estimatesTwin(groups: readonly EstimateGroup[]): Twin {
  return {
    caption: 'Estimated variances and fixed effects of the finished methods.',
    columns: ['Quantity', 'Method', 'Estimate', 'Standard error', 'Low (95 %)', 'High (95 %)', 'Truth'],
    rows: groups.flatMap(({ name, rows }) =>
      rows.map(({ method, value, standardError, truth }) => {
        const half = standardError === null ? null : INTERVAL * standardError;
        return [name, labelOf(method), value, standardError, half === null ? null : value - half, half === null ? null : value + half, truth];
      }),
    ),
  };
}

/** Decimals that show the standard errors of a quantity to two digits, or the estimate itself to four. */
function decimalsOf({ rows }: EstimateGroup): number {
  const errors = rows.flatMap(({ standardError }) => (standardError ? [standardError] : []));
  const size = errors.length > 0 ? Math.min(...errors) : Math.max(...rows.map(({ value }) => Math.abs(value)), 1e-9) / 100;
  return Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(size))));
}

/** A dot with its interval on the scale of its quantity, the truth as a line through all methods; the last row has the axis. */
function Interval({ row, group, range, last }: { row: EstimateGroup['rows'][number]; group: EstimateGroup; range: [number, number]; last: boolean }) {
  const x = (value: number) => EDGE + ((Math.max(range[0], Math.min(value, range[1])) - range[0]) / (range[1] - range[0])) * (PLOT - 2 * EDGE);
  const half = INTERVAL * (row.standardError ?? 0);
  const height = last ? 56 : 36;
  const ticks = last ? linearTicks(range[0], range[1], 4) : [];
  const words = `${labelOf(row.method)}, ${group.name}: ${row.value.toPrecision(3)}`;
  return (
    <svg className="interval method" style={methodColours(row.method)} width={PLOT} height={height} role="img" aria-label={words}>
      {row.truth !== null && <path d={`M${x(row.truth)} 0V36`} stroke="var(--ink)" strokeWidth="1.5" strokeDasharray="3 3" />}
      {half > 0 && <path d={`M${x(row.value - half)} 18H${x(row.value + half)}`} stroke="var(--method)" strokeWidth="2" />}
      {half > 0 &&
        [row.value - half, row.value + half].map((end) => (
          <path key={end} d={`M${x(end)} 14v8`} stroke="var(--method)" strokeWidth="2" strokeLinecap="round" />
        ))}
      <circle cx={x(row.value)} cy="18" r="4.5" fill="var(--method)" />
      {last && <path d={`M${EDGE} 36.5H${PLOT - EDGE}`} stroke="var(--axis)" />}
      {ticks.map(({ at, text }) => (
        <g key={at}>
          <path d={`M${x(at)} 36.5v4`} stroke="var(--axis)" />
          <text x={Math.max(LABEL, Math.min(x(at), PLOT - LABEL))} y="52" textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
    </svg>
  );
}

function Group({ group }: { group: EstimateGroup }): ReactNode {
  const range = groupRange(group);
  const decimals = decimalsOf(group);
  return group.rows.map((row, i) => {
    const last = i === group.rows.length - 1;
    return (
      <tr key={row.method} className={last ? 'last' : undefined}>
        {i === 0 && (
          <th scope="rowgroup" rowSpan={group.rows.length} className="quantity">
            <Tex>{group.symbol}</Tex>
            <span>{group.name}</span>
          </th>
        )}
        <th scope="row" className="by">
          <span className="who">
            <Swatch id={row.method} />
            {labelOf(row.method)}
          </span>
        </th>
        <td>{fixed(row.value, decimals)}</td>
        <td className={row.standardError === null ? 'na' : undefined}>{row.standardError === null ? 'none' : fixed(row.standardError, decimals)}</td>
        <td className={row.truth === null ? 'na' : undefined}>{row.truth === null ? 'none' : fixed(row.truth, decimals)}</td>
        <td className="plotted">
          <Interval row={row} group={group} range={range} last={last} />
        </td>
      </tr>
    );
  });
}

/** What random-effects methods estimate, beside the numbers the data were drawn with. Only there when a finished method estimates something. */
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
      ),
    [spec, results, embeddings, summary],
  );
  if (groups.length === 0) return null;
  const rows = groups.flatMap((group) => group.rows);
  const compared = rows.some(({ truth }) => truth !== null);
  const judged = rows.flatMap(({ value, standardError, truth }) =>
    truth === null || standardError === null ? [] : [Math.abs(value - truth) <= INTERVAL * standardError],
  );
  const twin = estimatesTwin(groups);
  return (
    <section className="panel w12" aria-labelledby="estimates-title">
      <div className="ph">
        <h2 id="estimates-title">{compared ? 'Estimates against truth' : 'Estimates'}</h2>
        <RecordedTag recorded={source.kind === 'recorded'} />
        <span className="sp" />
        <button type="button" className="btn wide" onClick={() => saveCsv('estimates', twin)}>
          <Icon name="download" small />
          CSV
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="tw" tabIndex={0} aria-label="Estimates, scrolls sideways">
        <table className="res estimates">
          <thead>
            <tr>
              <th scope="col">Quantity</th>
              <th scope="col" className="by">
                Method
              </th>
              <th scope="col">Estimate</th>
              <th scope="col">Standard error</th>
              <th scope="col">Truth</th>
              <th scope="col" className="plotted">
                Estimate ± {INTERVAL} standard errors
              </th>
            </tr>
          </thead>
          {groups.map((group) => (
            <tbody key={group.key}>
              <Group group={group} />
            </tbody>
          ))}
        </table>
      </section>
      <p className="cap wide">
        {judged.length > 0
          ? `The dashed line is the truth: ${whole(judged.filter(Boolean).length)} of ${whole(judged.length)} intervals hold it.`
          : compared
            ? 'The dashed line is the number the data were drawn with.'
            : 'A variance says how far levels, or rows of one level, lie apart.'}
      </p>
      <p className="fine wide">
        In the unit of the response, variances in its square; variances of level vectors in the vectors’ own. Where a standard error is “none”, no
        theory gives one.
        {compared && ' Where the truth is “none”, the scale is the method’s own and nothing compares with it.'}
      </p>
      <Provenance />
    </section>
  );
}
