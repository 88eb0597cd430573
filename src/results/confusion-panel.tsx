import './confusion.css';
import { type CSSProperties, useState } from 'react';
import { shortened } from '../../workers/data/shown-text';
import type { ClassResult } from '../../workers/protocol';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { useView } from '../state/view';
import { fixed, whole } from '../text/numbers';
import { Control } from '../ui/control';
import { Icon } from '../ui/icons';
import { labelOf } from '../ui/method-line';
import { ScrollRegion } from '../ui/scroll-region';
import { asCell, asColumnHead, asGroup, asRow, asRowHead, asTable } from '../ui/table-parts';
import { type ClassRow, classRows, confusionSentence } from '../words/classes';
import { inSentence } from '../words/names';
import { Choice } from './choice';
import { confusionTwin } from './confusion-twin';
import { useFullScreen } from './full-screen';
import { FullScreenButton } from './full-screen-button';
import { MethodChoice } from './method-choice';
import { methodsOf, predictionMethod } from './model';
import { EmptyChart, RecordedTag } from './panel';
import { Provenance } from './provenance';
import { saveCsv } from './save';

/** Letters of a class in the head of a column. */
const MOST_LETTERS = 24;

type Shown = 'counts' | 'shares';

/**
 * Where several classes are predicted: which are taken for which, and how well each is told from the rest.
 */
export default function ConfusionPanel() {
  const chosen = useView((state) => state.predictionMethod);
  const choose = useView((state) => state.setPredictionMethod);
  const source = useRun((state) => state.source);
  const status = useRun((state) => state.status);
  const spec = useRun((state) => state.spec);
  const lanes = useRun((state) => state.lanes);
  const summary = useRun((state) => state.summary);
  const predictions = useRun((state) => state.predictions);
  const results = useRun((state) => state.results);
  const [shown, setShown] = useState<Shown>('counts');
  const { ref, full, toggle } = useFullScreen();
  const method = predictionMethod({ predictions, results, status, spec, lanes }, chosen);
  const classes = method === null ? undefined : results[method]?.classes;
  const available = methodsOf(spec).filter((id) => results[id]?.classes);
  const label = method === null ? '' : labelOf(method);
  return (
    <section ref={ref} className={full ? 'panel w4 is-full' : 'panel w4'} aria-labelledby="confusion-title" data-panel="predictions">
      <div className="ph">
        <h2 id="confusion-title">Confusion matrix</h2>
        <span className="sp" />
        <span className="tools">
          <FullScreenButton title="Confusion matrix" full={full} onClick={toggle} />
          <Control id="downloads">
            <button
              type="button"
              className="btn quiet icon"
              aria-label="Confusion matrix: download CSV"
              title="Download CSV"
              disabled={!classes}
              onClick={() => classes && saveCsv('confusion-matrix', confusionTwin(label, classes))}
            >
              <Icon name="download" />
            </button>
          </Control>
        </span>
      </div>
      <div className="row2 confusion-choices">
        <Control id="chart-choices">
          <MethodChoice method={method} of={available} onChange={choose} />
          <Choice
            label="Cells show"
            value={shown}
            options={[
              { value: 'counts', label: 'Rows' },
              { value: 'shares', label: 'Shares' },
            ]}
            onChange={(next) => setShown(next as Shown)}
            disabled={!classes}
          />
          <RecordedTag recorded={source.kind === 'recorded'} />
        </Control>
      </div>
      {classes ? (
        <Matrix classes={classes} shown={shown} label={label} />
      ) : (
        <EmptyChart height={240}>
          {source.kind === 'live' && isUnderway(status)
            ? 'The first method to finish appears here.'
            : 'Test rows are predicted when a method has finished.'}
        </EmptyChart>
      )}
      {classes && <p className="cap">{confusionSentence(label, classes)}</p>}
      {classes && (
        <p className="fine">
          In each line are the test rows of a class, whose number stands behind its name; in each column those that are taken for one, their most
          probable. Shares are in percent of the line. AUC: how well a class is told from all others, where 0.5 is chance and 1 perfect.
          {summary?.task === 'ordinal' ? ` Classes are in their order, ${inSentence(classes.labels[0])} the lowest.` : ''}
        </p>
      )}
      {method !== null && <Provenance methods={[method]} />}
    </section>
  );
}

function Matrix({ classes, shown, label }: { classes: ClassResult; shown: Shown; label: string }) {
  const { labels } = classes;
  const rows = classRows(classes);
  const caption = `${shown === 'counts' ? 'Test rows' : 'Shares in percent of the test rows'} of each class by the class that ${label} takes them for.`;
  return (
    <ScrollRegion className="tw" aria-label={caption}>
      <table {...asTable} className="confusion">
        <caption className="sr">{caption}</caption>
        <thead {...asGroup}>
          <tr {...asRow}>
            <th {...asColumnHead}>Class</th>
            {labels.map((other) => (
              <th key={other} {...asColumnHead} title={other}>
                {shortened(other, MOST_LETTERS)}
              </th>
            ))}
            <th {...asColumnHead} className="end">
              AUC
            </th>
          </tr>
        </thead>
        <tbody {...asGroup}>
          {rows.map((row, c) => (
            <ClassLine
              key={row.label}
              row={row}
              labels={labels}
              counts={classes.counts.slice(c * labels.length, (c + 1) * labels.length)}
              shown={shown}
            />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

interface ClassLineProps {
  row: ClassRow;
  labels: readonly string[];
  /** Rows of the class that are taken for each class, in the order of `labels`. */
  counts: readonly number[];
  shown: Shown;
}

function ClassLine({ row, labels, counts, shown }: ClassLineProps) {
  const share = (count: number): number => (row.rows > 0 ? count / row.rows : 0);
  return (
    <tr {...asRow}>
      <th {...asRowHead} title={row.label}>
        {shortened(row.label, MOST_LETTERS)} <span className="soft">{whole(row.rows)}</span>
      </th>
      {labels.map((other, c) => (
        <td key={other} {...asCell()} className={other === row.label ? 'cell own' : 'cell'} style={{ '--share': share(counts[c]) } as CSSProperties}>
          {shown === 'counts' ? whole(counts[c]) : row.rows > 0 ? fixed(100 * share(counts[c]), 1) : ''}
        </td>
      ))}
      <td {...asCell()} className="end">
        {row.auc === null ? 'none' : fixed(row.auc, 3)}
      </td>
    </tr>
  );
}
