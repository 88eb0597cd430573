import { Checkbox } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { BenchMethod, BenchOptions, BenchProgress, BenchReport, BenchRow } from '../../workers/bench/schema';
import { benchChart, benchHeight } from '../charts/bench-chart';
import type { Theme } from '../charts/figure';
import { FigureView } from '../charts/figure-view';
import { type BenchRun, startBench } from '../lab-client/bench';
import { saveDownload } from '../lab-client/save';
import { CHECK_LINE } from '../ui/mantine';
import { SidePage } from '../ui/page-frame';
import { BenchTable } from './bench-table';
import { digits, LEVELS, linesOf, METHOD_LABELS, optionsOf } from './model';
import { PeersSection } from './peers-section';
import '../results/results.css';
import './bench.css';

interface Shown {
  rows: BenchRow[];
  report: BenchReport | null;
  error: string | null;
}

/** `?bench`: measures this machine in a worker, with a table, a chart and the numbers as JSON. */
export default function BenchPage() {
  return (
    <SidePage>
      <Bench />
    </SidePage>
  );
}

function Bench() {
  const [options, setOptions] = useState(() => optionsOf(location.search));
  const [progress, setProgress] = useState<BenchProgress | null>(null);
  const [shown, setShown] = useState<Shown>({ rows: [], report: null, error: null });
  const [ending, setEnding] = useState(false);
  const run = useRef<BenchRun | null>(null);
  useEffect(() => () => run.current?.close(), []);
  const running = progress !== null;

  const start = () => {
    setShown({ rows: [], report: null, error: null });
    setEnding(false);
    setProgress({ doing: 'Loading the engines', fraction: 0, rows: [] });
    const mine = startBench(options, (next) => {
      if (run.current !== mine) return;
      setProgress(next);
      setShown((before) => ({ ...before, rows: next.rows }));
    });
    run.current = mine;
    mine.report.then(
      (report) => finish(mine, { rows: report.rows, report, error: null }),
      (thrown: unknown) => finish(mine, { rows: [], report: null, error: thrown instanceof Error ? thrown.message : String(thrown) }),
    );
  };
  const finish = (mine: BenchRun, result: Shown) => {
    if (run.current !== mine) return;
    run.current = null;
    setProgress(null);
    setShown(result);
  };
  const cancel = () => {
    setEnding(true);
    run.current?.cancel();
  };

  return (
    <main className="bench">
      <section className="bench-intro" aria-labelledby="bench-title">
        <h2 id="bench-title">How fast is this machine?</h2>
        <p>
          Trains the published architecture step by step on the engines of the lab and, turn by turn with them, on plain TensorFlow.js and jax-js. A
          batch has <i className="m">q</i> rows. Nothing leaves this page.
        </p>
        <Choices options={options} onChange={setOptions} disabled={running} />
        <div className="bench-actions">
          {running ? (
            <button type="button" className="btn" onClick={cancel} disabled={ending}>
              {ending ? 'Ending after this turn' : 'Cancel'}
            </button>
          ) : (
            <button type="button" className="btn solid" onClick={start} disabled={options.levels.length === 0 || options.methods.length === 0}>
              {shown.report ? 'Measure again' : 'Measure'}
            </button>
          )}
          {shown.report && <Downloads report={shown.report} />}
        </div>
        {progress && (
          <div className="bench-progress">
            <progress value={progress.fraction} max={1} aria-label="Progress of the bench" />
            <p className="tab">{progress.doing || 'Going on'}</p>
          </div>
        )}
        <p className="sr" role="status">
          {running ? 'Measuring' : shown.report ? 'The bench is done' : ''}
        </p>
        {shown.error && (
          <p className="bench-error" role="alert">
            The bench stopped: {shown.error}. Measure again, or open the page in another browser.
          </p>
        )}
        {shown.report && <Surroundings report={shown.report} />}
      </section>
      {options.methods.map((method) => (
        <Results key={method} method={method} rows={shown.rows} report={shown.report} />
      ))}
      <PeersSection />
    </main>
  );
}

/** Cardinalities to measure: those of the published table, and any that the address names. */
function Choices({ options, onChange, disabled }: { options: BenchOptions; onChange: (options: BenchOptions) => void; disabled: boolean }) {
  const [offered] = useState(() => [...new Set([...LEVELS, ...options.levels])].sort((a, b) => a - b));
  const toggle = (q: number, on: boolean) => {
    const levels = on ? [...options.levels, q].sort((a, b) => a - b) : options.levels.filter((level) => level !== q);
    onChange({ ...options, levels });
  };
  return (
    <fieldset className="bench-choices" disabled={disabled}>
      <legend>
        Levels <i className="m">q</i>
      </legend>
      {offered.map((q) => (
        <Checkbox
          key={q}
          classNames={CHECK_LINE}
          label={q.toLocaleString('en-US')}
          checked={options.levels.includes(q)}
          onChange={(event) => toggle(q, event.currentTarget.checked)}
        />
      ))}
    </fieldset>
  );
}

function Downloads({ report }: { report: BenchReport }) {
  const [copied, setCopied] = useState('');
  const json = useMemo(() => `${JSON.stringify(report, null, 1)}\n`, [report]);
  const copy = () =>
    navigator.clipboard.writeText(json).then(
      () => setCopied('Copied'),
      () => setCopied('The browser does not let this page copy; download it instead'),
    );
  return (
    <>
      <button type="button" className="btn" onClick={() => void copy()}>
        Copy JSON
      </button>
      <button
        type="button"
        className="btn"
        onClick={() => saveDownload({ name: 'bench.json', bytes: new TextEncoder().encode(json) }, 'application/json')}
      >
        Download JSON
      </button>
      <span role="status">{copied}</span>
    </>
  );
}

/** Where the numbers come from, and what could not be measured. */
function Surroundings({ report }: { report: BenchReport }) {
  const { adapter, hardware, cores, threads } = report.environment;
  return (
    <>
      <p className="bench-facts">
        {adapter ? `GPU: ${adapter}${hardware ? '' : ', computed in software: its numbers say nothing of a real GPU'}` : 'No GPU in this browser'};{' '}
        {cores ?? '?'} cores, {threads} {threads === 1 ? 'thread' : 'threads'} of WASM.
        {report.ceiling &&
          ` A plain copy reaches ${digits(report.ceiling.copy)} GB/s on this adapter, a plain product ${digits(report.ceiling.multiply)} GFLOP/s.`}
      </p>
      {report.absent.length > 0 && (
        <ul className="bench-absent">
          {report.absent.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Results({ method, rows, report }: { method: BenchMethod; rows: BenchRow[]; report: BenchReport | null }) {
  const lines = useMemo(() => linesOf(rows, method), [rows, method]);
  const build = useCallback((theme: Theme, width: number) => benchChart(lines, theme, width), [lines]);
  if (lines.length === 0) return null;
  const label = METHOD_LABELS[method];
  return (
    <section className="bench-method" aria-label={label}>
      <h2>{label}</h2>
      <FigureView build={build} height={benchHeight} label={`Milliseconds per step of each engine, ${label}; the numbers are in the tables below`} />
      <BenchTable
        method={method}
        rows={rows.filter((row) => row.method === method)}
        work={report?.work.filter((work) => work.method === method) ?? []}
      />
    </section>
  );
}
