import { MantineProvider, SegmentedControl } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { EXPERIMENTS } from '../../workers/papers/catalog';
import { toCsv, toJson, toLatex } from '../../workers/papers/formats';
import { RULES } from '../../workers/papers/table';
import type { UnitRecord } from '../../workers/papers/types';
import { BackendBadge } from '../app/backend-badge';
import { ErrorBoundary } from '../app/error-boundary';
import { Brand, ThemeButton } from '../app/header';
import { mantineTheme, useTheme } from '../app/theme';
import type { FigureHandle } from '../charts/figure-view';
import { FigureView } from '../charts/figure-view';
import { intervalChart, intervalHeight } from '../charts/interval-chart';
import { listenToUnits } from '../lab-client/client';
import { saveBlob } from '../lab-client/save';
import { Choice } from '../results/choice';
import { Controls } from './controls';
import { FigurePanel } from './figure-panel';
import { firstGrid } from './grid';
import { readView, type Shown, type Source, shownRecords, useExperiment, writeView } from './state';
import { storedRecords } from './storage';
import { PaperTable } from './table';
import { intervalRows, provenance, tableOf } from './view';
import '../results/results.css';
import './experiments.css';

/** `?experiment=`: the papers' tables, fitted again in the page. */
export default function ExperimentsPage() {
  const theme = useTheme((state) => state.theme);
  return (
    <MantineProvider theme={mantineTheme} forceColorScheme={theme} withCssVariables={false} withGlobalClasses={false}>
      <ErrorBoundary>
        <header className="top">
          <Brand />
          <a className="btn quiet" href="./">
            To the lab
          </a>
          <BackendBadge />
          <ThemeButton />
        </header>
        <Experiments />
      </ErrorBoundary>
    </MantineProvider>
  );
}

/** Loads what belongs to the experiment: published numbers, recorded repetitions, those of this browser. Writes the view into the address. */
function useLoaded(): void {
  const experiment = useExperiment((state) => state.experiment);
  useEffect(() => {
    let current = true;
    const { set } = useExperiment.getState();
    set({ published: null, live: [], recorded: null });
    void experiment.published().then((published) => current && set({ published }));
    void storedRecords(experiment.id).then(
      (live) => current && set({ live }),
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
    const back = () => useExperiment.getState().set(readView(location.search));
    window.addEventListener('popstate', back);
    const leave = (event: BeforeUnloadEvent) => {
      if (useExperiment.getState().status !== 'idle') event.preventDefault();
    };
    window.addEventListener('beforeunload', leave);
    return () => {
      unsubscribe();
      window.removeEventListener('popstate', back);
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
  const records = shownRecords({ source, live, recorded });
  const table = useMemo(() => tableOf(experiment, published, records), [experiment, published, records]);
  const scores = experiment.metrics.filter(({ better }) => better !== 'none');
  const [metricKey, setMetricKey] = useState(scores[0].key);
  const metric = experiment.metrics.find(({ key }) => key === metricKey) ?? scores[0];
  const rows = useMemo(() => intervalRows(experiment, published, records, cell, metric), [experiment, published, records, cell, metric]);
  const build = useMemo(() => intervalChart(rows, metric.label, metric.digits), [rows, metric]);
  const height = useCallback((_: number) => intervalHeight(rows.length)(), [rows.length]);
  const figure = useRef<FigureHandle | null>(null);
  const cells = experiment.cells.map(({ id, label }) => ({ value: id, label }));
  const { reproduced, differs } = table.verdicts;
  return (
    <main className="experiments">
      <nav aria-label="Experiments">
        <h2>The papers’ tables</h2>
        <ul>
          {EXPERIMENTS.map((one) => (
            <li key={one.id}>
              <a
                href={`?experiment=${one.id}`}
                aria-current={one.id === experiment.id ? 'page' : undefined}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                  event.preventDefault();
                  if (useExperiment.getState().status !== 'idle') return;
                  history.pushState(null, '', `?experiment=${one.id}`);
                  const grid = firstGrid(one);
                  set({ experiment: one, grid, cell: grid.cells[0], source: 'recorded', error: null, table: null });
                }}
              >
                {one.title}
                {one.needs && <span className="tag">own file</span>}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="experiment">
        <header>
          <h2>{experiment.title}</h2>
          <p className="paper">{experiment.paper}</p>
          <p className="about">{experiment.about}</p>
        </header>
        <Controls />
        <section className="panel" aria-labelledby="table-title">
          <div className="ph">
            <h2 id="table-title">{source === 'recorded' ? 'Recorded run of the lab' : 'Run of this browser'}</h2>
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
                { value: 'published', label: 'Published' },
              ]}
              onChange={(value) => set({ shown: value as Shown })}
            />
          </div>
          <p className="cap" role="status">
            {records.length === 0
              ? 'No repetition yet: choose cells and press Run. The published numbers are below.'
              : `${provenance(records)}. ${reproduced + differs > 0 ? `${reproduced} of ${reproduced + differs} compared entries reproduced.` : 'A comparison needs at least two repetitions.'}`}
          </p>
          <PaperTable experiment={experiment} table={table} shown={shown} />
          <Exports table={table} records={records} figure={figure} />
        </section>
        <section className="panel" aria-labelledby="chart-title">
          <div className="ph">
            <h2 id="chart-title">Means and 95 % intervals</h2>
            <span className="sp" />
            <Choice label="Cell" value={cell} options={cells} onChange={(value) => set({ cell: value })} />
            <Choice
              label="Metric"
              value={metric.key}
              options={experiment.metrics.map(({ key, label }) => ({ value: key, label }))}
              onChange={(value) => setMetricKey(value as typeof metricKey)}
            />
          </div>
          {rows.length > 0 ? (
            <FigureView
              build={build}
              height={height}
              handle={figure}
              label={`${metric.label} of each method with its interval; the numbers are in the table above`}
            />
          ) : (
            <p className="cap">Neither the lab nor the papers have a number for this cell and metric yet.</p>
          )}
          <p className="cap">Filled: the lab, its repetitions as ticks. Rings: the published repetitions.</p>
        </section>
        <FigurePanel experiment={experiment} published={published} records={records} />
        <section className="panel notes" aria-labelledby="notes-title">
          <h2 id="notes-title">How to read it</h2>
          {RULES.map((rule) => (
            <p key={rule}>{rule}</p>
          ))}
          <h3>Caveats</h3>
          <ul>
            {experiment.caveats.map(({ text, source: where }) => (
              <li key={text}>
                {text}
                {where && <span className="where"> {where}</span>}
              </li>
            ))}
          </ul>
          {published && <p className="where">Published numbers: {published.source}</p>}
        </section>
      </div>
    </main>
  );
}

function Toggle(props: { label: string; value: string; options: { value: string; label: string }[]; onChange: (value: string) => void }) {
  const { label, value, options, onChange } = props;
  return (
    <SegmentedControl
      aria-label={label}
      value={value}
      onChange={onChange}
      data={options}
      transitionDuration={0}
      classNames={{ root: 'seg', indicator: 'seg-indicator', control: 'seg-control', label: 'seg-label' }}
    />
  );
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
