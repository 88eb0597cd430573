import { useMemo } from 'react';
import { methodsOf } from '../results/model';
import { RecordedTag } from '../results/panel';
import { Provenance } from '../results/provenance';
import { RowPlot } from '../results/row-plot';
import { saveCsv } from '../results/save';
import { useRun } from '../state/run';
import { fixed } from '../text/numbers';
import { Control } from '../ui/control';
import { Icon } from '../ui/icons';
import { labelOf, methodStroke } from '../ui/method-line';
import { MethodName } from '../ui/method-name';
import { ScrollRegion } from '../ui/scroll-region';
import { asCell, asColumnHead, asGroup, asRow, asRowHead, asTable, tableClass } from '../ui/table-parts';
import { Glossed } from '../ui/term';
import { levelSharesSentence, levelSharesWords, shareName } from '../words/level-shares';
import { levelSharesTwin, sharesOf } from './twins';

/** What is explained without levels (a ring) and with them (a dot), on one scale for all methods. */
function Gain({ method, from, to, low, last }: { method: string; from: number; to: number; low: number; last: boolean }) {
  const label = `${labelOf(method)}: ${fixed(from, 2)} without levels, ${fixed(to, 2)} with them`;
  return (
    <RowPlot method={method} label={label} range={[low, 1]} ticks={5} last={last}>
      {(x) => (
        <>
          <path d={`M${x(0)} 0V36`} stroke="var(--grid)" />
          <path d={`M${x(from)} 18H${x(to)}`} {...methodStroke(method, 2)} />
          <circle cx={x(from)} cy="18" r="4.5" fill="var(--sheet)" stroke="var(--method)" strokeWidth="2" />
          <circle cx={x(to)} cy="18" r="4.5" fill="var(--method)" />
        </>
      )}
    </RowPlot>
  );
}

/**
 * Networks and mixed models on one line: what each explains of the test rows without their levels and with
 * them.
 */
export function LevelSharesPanel() {
  const spec = useRun((state) => state.spec);
  const results = useRun((state) => state.results);
  const source = useRun((state) => state.source);
  const shares = useMemo(() => sharesOf(methodsOf(spec), results), [spec, results]);
  if (shares.length === 0) return null;
  const name = shareName(shares);
  const least = Math.min(...shares.flatMap(({ shares: { without, with: known } }) => [without, known]));
  const low = Math.min(0, Math.max(-1, least));
  return (
    <section className="panel w12" aria-labelledby="level-shares-title" data-panel="level-shares">
      <div className="ph">
        <h2 id="level-shares-title">{name} without and with levels</h2>
        <RecordedTag recorded={source.kind === 'recorded'} />
        <span className="sp" />
        <Control id="downloads">
          <button type="button" className="btn wide" onClick={() => saveCsv('level-shares', levelSharesTwin(shares))}>
            <Icon name="download" small />
            CSV
          </button>
        </Control>
      </div>
      <ScrollRegion className="tw" aria-label={`${name} without and with levels`}>
        <table {...asTable} className={tableClass(5, 'estimates')}>
          <thead {...asGroup}>
            <tr {...asRow}>
              <th {...asColumnHead} className="by">
                Method
              </th>
              <th {...asColumnHead}>Without levels</th>
              <th {...asColumnHead}>With levels</th>
              <th {...asColumnHead}>Difference</th>
              <th {...asColumnHead} className="plotted">
                Ring: without, dot: with
              </th>
            </tr>
          </thead>
          <tbody {...asGroup}>
            {shares.map(({ method, shares: { without, with: known } }, i) => (
              <tr key={method} {...asRow} className="last">
                <th {...asRowHead} className="by">
                  <MethodName id={method} />
                </th>
                <td {...asCell('Without levels')}>{fixed(without, 3)}</td>
                <td {...asCell('With levels')}>{fixed(known, 3)}</td>
                <td {...asCell('Difference')}>{fixed(known - without, 3)}</td>
                <td {...asCell()} className="plotted">
                  <Gain method={method} from={without} to={known} low={low} last={i === shares.length - 1} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p className="cap wide">
        <Glossed>{levelSharesSentence(shares)}</Glossed>
      </p>
      <p className="fine wide">{levelSharesWords(shares)}</p>
      <Provenance />
    </section>
  );
}
