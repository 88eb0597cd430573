import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { toCsv, toJson, toLatex } from '../../workers/papers/formats';
import { ofOneTable } from '../../workers/papers/open-table';
import { rulesOf } from '../../workers/papers/table';
import type { Experiment, UnitRecord } from '../../workers/papers/types';
import type { LabError } from '../../workers/protocol';
import type { FigureHandle } from '../charts/figure-view';
import { FigureView } from '../charts/figure-view';
import { intervalChart, intervalHeight } from '../charts/interval-chart';
import { listenToUnits } from '../lab-client/client';
import { saveBlob } from '../lab-client/save';
import { Choice } from '../results/choice';
import { storedRecords, unreadableWords } from '../state/unit-store';
import { BackendBadge } from '../ui/backend-badge';
import { MathText } from '../ui/math-text';
import { SidePage } from '../ui/page-frame';
import { fittedBy } from '../words/fitted-by';
import { Contents } from './contents';
import { Controls } from './controls';
import { FigurePanel } from './figure-panel';
import { METRIC_WORDS } from './metric-words';
import { followAddress } from './open';
import { ReasonList } from './reason-list';
import { countWords, otherTableWords } from './reasons';
import { type Shown, type Source, shownRecords, useExperiment, writeView } from './state';
import { PaperTable } from './table';
import { intervalRows, tableOf } from './view';
import '../results/results.css';
import './experiments.css';
import { Segmented } from '../ui/segmented';

/** `?experiment=`: the papers' tables and the lab's own experiments, fitted again in the page. */
export default function ExperimentsPage() {
  return (
    <SidePage badge={<BackendBadge />}>
      <Experiments />
    </SidePage>
  );
}

const UNREADABLE: LabError = { code: 'published-missing', message: 'The published numbers could not be loaded.', hint: 'Reload the page.' };

/**
 * Loads what belongs to the experiment: published numbers, recorded repetitions, those of this browser.
 * Writes the view into the address.
 */
function useLoaded(): void {
  const experiment = useExperiment((state) => state.experiment);
  useEffect(() => {
    let current = true;
    const { set } = useExperiment.getState();
    document.title = `${experiment.title} · MMbeddings Lab`;
    set({ published: null, live: [], forgotten: [], recorded: null });
    void experiment.published().then(
      (published) => current && set({ published }),
      () => current && set({ error: UNREADABLE }),
    );
    void storedRecords(experiment.id).then(
      ({ found, unreadable }) => current && set({ live: found, ...(unreadable > 0 && { error: unreadableWords(unreadable, 'repetition') }) }),
      () => undefined,
    );
    void fetchRecorded(experiment.id).then((records) => {
      if (!current) return;
      set(records ? { recorded: { records } } : { recorded: null, source: 'live' });
    });
    return () => {
      current = false;
    };
  }, [experiment]);
  useEffect(() => {
    listenToUnits(({ cell, repetition, column, lane }) => useExperiment.getState().set({ now: { cell, repetition, column, lane } }));
    const write = () => {
      const address = writeView(useExperiment.getState());
      if (address !== location.search) history.replaceState(null, '', address);
    };
    const unsubscribe = useExperiment.subscribe(write);
    window.addEventListener('popstate', followAddress);
    const leave = (event: BeforeUnloadEvent) => {
      if (useExperiment.getState().status !== 'idle') event.preventDefault();
    };
    window.addEventListener('beforeunload', leave);
    return () => {
      unsubscribe();
      window.removeEventListener('popstate', followAddress);
      window.removeEventListener('beforeunload', leave);
    };
  }, []);
}

/** Repetitions shipped with the lab; null where there are none. */
async function fetchRecorded(id: string): Promise<UnitRecord[] | null> {
  try {
    const index = await fetch(new URL('recorded/experiments/index.json', document.baseURI));
    if (!index.ok || !((await index.json()) as string[]).includes(id)) return null;
    const response = await fetch(new URL(`recorded/experiments/${id}.json`, document.baseURI));
    if (!response.ok) return null;
    const { records } = (await response.json()) as { records: UnitRecord[] };
    return records.length > 0 ? records : null;
  } catch {
    return null;
  }
}

function Experiments() {
  useLoaded();
  const { experiment, published, shown, source, cell, recorded, live, set } = useExperiment();
  const all = shownRecords({ source, live, recorded });
  const { records, others } = useMemo(() => ofOneTable(experiment, all), [experiment, all]);
  const table = useMemo(() => tableOf(experiment, published, records), [experiment, published, records]);
  const scores = experiment.metrics.filter(({ better }) => better !== 'none');
  const [metricKey, setMetricKey] = useState(scores[0].key);
  const metric = experiment.metrics.find(({ key }) => key === metricKey) ?? scores[0];
  const rows = useMemo(() => intervalRows(experiment, published, records, cell, metric), [experiment, published, records, cell, metric]);
  const build = useMemo(() => intervalChart(rows, METRIC_WORDS[metric.key].name, metric.digits), [rows, metric]);
  const height = useCallback((_: number) => intervalHeight(rows.length)(), [rows.length]);
  const figure = useRef<FigureHandle | null>(null);
  const cells = experiment.cells.map(({ id, label }) => ({ value: id, label }));
  const some = table.entries.some(({ ours, published: theirs }) => (shown !== 'published' && ours) || (shown !== 'ours' && theirs));
  return (
    <main className="experiments">
      <Contents />
      <div className="experiment">
        <header>
          <h2>{experiment.title}</h2>
          <p className="paper">{experiment.paper}</p>
          <p className="about">
            <MathText>{experiment.about}</MathText>
          </p>
        </header>
        <Controls />
        <section className="panel" aria-labelledby="table-title">
          <div className="ph">
            <h2 id="table-title">
              {!some
                ? 'Table'
                : records.length === 0
                  ? experiment.ownExperiment
                    ? 'Numbers of a second implementation'
                    : 'Published numbers'
                  : source === 'recorded'
                    ? 'Recorded run of the lab'
                    : 'Run in this browser'}
            </h2>
            <span className="sp" />
            {recorded && (
              <Toggle
                label="Whose repetitions"
                value={source}
                options={[
                  { value: 'recorded', label: 'Recorded' },
                  { value: 'live', label: 'This browser' },
                ]}
                onChange={(value) => set({ source: value as Source })}
              />
            )}
            <Toggle
              label="Numbers shown"
              value={shown}
              options={[
                { value: 'both', label: 'Both' },
                { value: 'ours', label: 'Lab' },
                { value: 'published', label: experiment.ownExperiment ? 'Reference' : 'Published' },
              ]}
              onChange={(value) => set({ shown: value as Shown })}
            />
          </div>
          <p className="cap" role="status">
            {records.length === 0
              ? emptyWords(
                  experiment,
                  table.entries.some((entry) => entry.published),
                )
              : `${fittedBy(records)}. ${countWords(experiment, table)}${otherTableWords(others.length)}`}
          </p>
          {some && <PaperTable experiment={experiment} table={table} shown={shown} />}
          {shown === 'both' && <ReasonList experiment={experiment} table={table} />}
          <Exports table={table} records={records} figure={figure} />
        </section>
        <section className="panel" aria-labelledby="chart-title">
          <div className="ph">
            <h2 id="chart-title">Means and 95 % intervals</h2>
            <span className="sp" />
            <Choice label="Data" value={cell} options={cells} onChange={(value) => set({ cell: value })} />
            <Choice
              label="Metric"
              value={metric.key}
              options={experiment.metrics.map(({ key }) => ({ value: key, label: METRIC_WORDS[key].name }))}
              onChange={(value) => setMetricKey(value as typeof metricKey)}
            />
          </div>
          {rows.length > 0 ? (
            <FigureView
              build={build}
              height={height}
              handle={figure}
              label={`${METRIC_WORDS[metric.key].name} of each method with its interval; the numbers are in the table above`}
            />
          ) : (
            <p className="cap">Neither the lab nor the paper has a number for these data and this metric yet.</p>
          )}
          {rows.length > 0 && (
            <p className="cap">
              Dots are means of the lab, with its repetitions as ticks; rings are{' '}
              {experiment.ownExperiment ? 'means of a second implementation' : 'the published means'}.
            </p>
          )}
        </section>
        <FigurePanel experiment={experiment} published={published} records={records} />
        <section className="panel notes" aria-labelledby="notes-title">
          <h2 id="notes-title">How to read it</h2>
          {rulesOf(experiment).map((rule) => (
            <p key={rule}>
              <MathText>{rule}</MathText>
            </p>
          ))}
          <h3>Metrics</h3>
          <dl>
            {experiment.metrics.map(({ key, label }) => (
              <div key={key}>
                <dt>
                  <MathText>{label}</MathText>
                </dt>
                <dd>{METRIC_WORDS[key].meaning}</dd>
              </div>
            ))}
          </dl>
          <h3>To keep in mind</h3>
          <ul>
            {experiment.caveats.map(({ text }) => (
              <li key={text}>
                <MathText>{text}</MathText>
              </li>
            ))}
          </ul>
          {published && (
            <p className="where">
              {experiment.ownExperiment ? 'Numbers beside the lab’s' : 'Published numbers'}: {published.source}
            </p>
          )}
        </section>
      </div>
    </main>
  );
}

/** What there is to see before anything is fitted, and how to begin. */
function emptyWords({ needs, ownExperiment }: Experiment, published: boolean): string {
  const begin = `Nothing is fitted here yet: ${needs ? 'open the file, then press Run' : 'press Run'}`;
  return published
    ? `${begin}, and the lab’s numbers come next to ${ownExperiment ? 'those of a second implementation' : 'the paper’s'}.`
    : `${begin}.`;
}

function Toggle(props: { label: string; value: string; options: { value: string; label: string }[]; onChange: (value: string) => void }) {
  const { label, value, options, onChange } = props;
  return <Segmented aria-label={label} value={value} onChange={onChange} data={options} />;
}

function Exports({
  table,
  records,
  figure,
}: {
  table: ReturnType<typeof tableOf>;
  records: readonly UnitRecord[];
  figure: React.RefObject<FigureHandle | null>;
}) {
  const experiment = useExperiment((state) => state.experiment);
  const [said, setSaid] = useState('');
  const save = (ending: string, type: string, text: string) => saveBlob(`${experiment.id}.${ending}`, new Blob([text], { type }));
  const image = (format: 'png' | 'svg') =>
    figure.current?.image(format).then(
      (blob) => saveBlob(`${experiment.id}.${format}`, blob),
      () => setSaid(`The ${format.toUpperCase()} could not be made in this browser.`),
    );
  const copy = () =>
    navigator.clipboard.writeText(location.href).then(
      () => setSaid('Link copied'),
      () => setSaid('The browser does not let this page copy; take the address of the page'),
    );
  return (
    <div className="exports">
      <button type="button" className="btn" onClick={() => save('csv', 'text/csv;charset=utf-8', toCsv(table))}>
        CSV
      </button>
      <button type="button" className="btn" onClick={() => save('json', 'application/json', toJson(experiment, table, records))}>
        JSON
      </button>
      <button type="button" className="btn" onClick={() => save('tex', 'text/plain;charset=utf-8', toLatex(experiment, table, true))}>
        LaTeX
      </button>
      <button type="button" className="btn" onClick={() => void image('png')}>
        Chart PNG
      </button>
      <button type="button" className="btn" onClick={() => void image('svg')}>
        Chart SVG
      </button>
      <button type="button" className="btn" onClick={() => void copy()}>
        Copy link
      </button>
      <span role="status">{said}</span>
    </div>
  );
}
