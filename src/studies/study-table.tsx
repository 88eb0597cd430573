import type { StudyRow } from '../../workers/papers/study-table';
import type { ScoreKey } from '../../workers/protocol';
import { repetitionsOf, type Study } from '../../workers/spec/study';
import { Choice } from '../results/choice';
import { CopyButton } from '../results/copy-button';
import { saveCsv } from '../results/save';
import { toTsv } from '../results/twin';
import { useStudy } from '../state/study';
import { fixed, whole } from '../text/numbers';
import { Icon } from '../ui/icons';
import { labelOf, Swatch } from '../ui/method-line';
import { ScrollRegion } from '../ui/scroll-region';
import { acrossColumns, asCell, asColumnHead, asGroup, asRow, asRowHead, asTable, tableClass } from '../ui/table-parts';
import { studyTwin } from './view';
import { decimalsOf, scoreName, studySlug } from './words';

interface Props {
  study: Study;
  rows: StudyRow[];
  metric: ScoreKey;
  reference: string;
}

/** Every method with mean ± SE, and its paired difference to the reference. */
export function StudyTable({ study, rows, metric, reference }: Props) {
  const set = useStudy((state) => state.set);
  const decimals = decimalsOf(rows);
  const twin = studyTwin(study, rows, metric, reference);
  const any = rows.some(({ n }) => n > 0);
  const name = scoreName(metric);
  return (
    <section className="panel w12" aria-labelledby="study-table-title">
      <div className="ph">
        <h2 id="study-table-title">Differences</h2>
        <span className="beside">to</span>
        <Choice
          label="Reference"
          value={reference}
          options={study.spec.methods.map(({ id }) => ({ value: id, label: labelOf(id) }))}
          onChange={(value) => set({ reference: value })}
        />
        <span className="sp" />
        <CopyButton text={() => toTsv(twin)} disabled={!any} />
        <button type="button" className="btn wide" disabled={!any} onClick={() => saveCsv(`study-${metric}`, twin, studySlug(study))}>
          <Icon name="download" small />
          CSV
        </button>
      </div>
      <ScrollRegion className="tw" aria-label="Table of the study">
        <table {...asTable} className={tableClass(6, 'lines')}>
          <thead {...asGroup}>
            <tr {...asRow}>
              <th {...asColumnHead}>Method</th>
              <th {...asColumnHead}>Mean test {name}</th>
              <th {...asColumnHead}>n</th>
              <th {...asColumnHead}>Minus {labelOf(reference)}</th>
              <th {...asColumnHead}>95 % interval</th>
              <th {...asColumnHead}>Than {labelOf(reference)}</th>
            </tr>
          </thead>
          <tbody {...asGroup}>
            {rows.map((row) => (
              <Row key={row.method} name={name} row={row} decimals={decimals} reference={reference} asked={repetitionsOf(study.plan)} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}

function Row({ name, row, decimals, reference, asked }: { name: string; row: StudyRow; decimals: number; reference: string; asked: number }) {
  const { method, mean, se, n, difference, leaks } = row;
  return (
    <tr {...asRow}>
      <th {...asRowHead}>
        <span className="who">
          <Swatch id={method} />
          {labelOf(method)}
        </span>
      </th>
      <td {...asCell(`Mean test ${name}`)}>
        {mean === null ? '' : fixed(mean, decimals)}
        {se !== null && <small className="soft pm">± {fixed(se, decimals)}</small>}
      </td>
      <td {...asCell('n')}>
        {whole(n)} <span className="soft">of {whole(asked)}</span>
      </td>
      {method === reference ? (
        <td {...asCell()} className="na" {...acrossColumns(3)}>
          reference
        </td>
      ) : difference === null ? (
        <td {...asCell()} className="na" {...acrossColumns(3)}>
          {leaks ? 'leaking, for teaching: not compared' : 'after two that both have'}
        </td>
      ) : (
        <>
          <td {...asCell(`Minus ${labelOf(reference)}`)}>{signed(difference.mean, decimals)}</td>
          <td {...asCell('95 % interval')}>
            {signed(difference.low, decimals)} to {signed(difference.high, decimals)}
          </td>
          <td
            {...asCell(`Than ${labelOf(reference)}`)}
            className={difference.verdict === 'no clear winner' ? 'soft' : `verdict-${difference.verdict}`}
          >
            {difference.verdict}
          </td>
        </>
      )}
    </tr>
  );
}

const signed = (value: number, decimals: number): string => `${value > 0 ? '+' : ''}${fixed(value, decimals)}`;
