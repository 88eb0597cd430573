import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RunSnapshot } from '../../workers/protocol';
import { hasClasses, primaryMetric } from '../../workers/spec/scores';
import { escapeMarkup } from '../charts/escape';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { type LinesAxes, linesChart, linesHeight, type NamedLine } from '../charts/lines-chart';
import { Choice } from '../results/choice';
import { EmptyChart, Panel } from '../results/panel';
import type { Twin } from '../results/twin';
import { type KeptRun, readRun } from '../state/run-store';
import { plural } from '../ui/format';
import { labelOf, lineOf } from '../ui/method-line';
import { compareWords, runTitle } from './words';

/** A dash for each run, so that they can be told apart without colour. */
const DASHES = ['solid', '8px,3px', '2px,3px', '12px,3px,2px,3px', '5px,5px', '16px,4px'];
export const MOST_COMPARED = DASHES.length;

export interface Compared {
  run: KeptRun;
  title: string;
  dash: string;
  snapshot: RunSnapshot;
}

/** The runs, read; the ones that cannot be read are left out. */
function useCompared(runs: readonly KeptRun[]): Compared[] {
  const [read, setRead] = useState<ReadonlyMap<string, RunSnapshot>>(new Map());
  useEffect(() => {
    let late = false;
    for (const run of runs)
      if (!read.has(run.id))
        readRun(run).then(
          ({ snapshot }) => late || setRead((before) => new Map([...before, [run.id, snapshot]])),
          () => undefined,
        );
    return () => {
      late = true;
    };
  }, [runs, read]);
  return useMemo(
    () =>
      runs.flatMap((run, i) => {
        const snapshot = read.get(run.id);
        return snapshot ? [{ run, title: runTitle(run, new Date()), dash: DASHES[i % DASHES.length], snapshot }] : [];
      }),
    [runs, read],
  );
}

const curveOf = ({ snapshot }: Pick<Compared, 'snapshot'>, method: string) => snapshot.curves.find((curve) => curve.method === method)?.predictive;

/**
 * The curve of a method in each run that has one. `short`: named by the number of the run in the key, which
 * counts runs without a curve too.
 */
export function linesOf(compared: readonly Pick<Compared, 'title' | 'dash' | 'snapshot'>[], method: string, short: boolean): NamedLine[] {
  const { light, dark } = lineOf(method);
  return compared.flatMap((one, i): NamedLine[] => {
    const values = curveOf(one, method);
    const label = short ? `Run ${i + 1}` : escapeMarkup(one.title, 22);
    return values ? [{ label, color: { light, dark }, dash: one.dash, points: pointsOf(values), dots: false }] : [];
  });
}

const pointsOf = (values: Float32Array) => Array.from(values, (y, i) => ({ x: i + 1, y })).filter(({ y }) => Number.isFinite(y) && y > 0);

/** The least loss of each run and its test score; in full every epoch's loss. */
function twinOf(compared: readonly Compared[], method: string, full: boolean): Twin {
  const caption = `Predictive validation loss of ${labelOf(method)} in ${plural(compared.length, 'run')}.`;
  const drawn = compared.flatMap((one) => {
    const values = curveOf(one, method);
    return values ? [{ ...one, values }] : [];
  });
  if (full)
    return {
      caption,
      columns: ['run', 'epoch', 'loss'],
      rows: drawn.flatMap(({ title, values }) => Array.from(values, (loss, i) => [title, i + 1, loss] as (string | number)[])),
    };
  return {
    caption,
    columns: ['Run', 'Epochs', 'Least loss', 'at epoch', 'Test score'],
    rows: drawn.map(({ title, values, snapshot }) => {
      const least = values.reduce((best, value, i) => (value < values[best] ? i : best), 0);
      const result = snapshot.results.find((one) => one.method === method);
      return [
        title,
        values.length,
        values[least],
        least + 1,
        result?.metrics[primaryMetric(snapshot.summary.task, snapshot.summary.events !== undefined)] ?? null,
      ];
    }),
  };
}

/** Curves of several kept runs over one another, a method at a time. */
export function ComparePanel({ runs }: { runs: readonly KeptRun[] }) {
  const compared = useCompared(runs);
  const [asked, setAsked] = useState<string | null>(null);
  const figure = useRef<FigureHandle | null>(null);
  const methods = useMemo(() => {
    const times = new Map<string, { runs: number; epochs: number }>();
    for (const one of compared)
      for (const { method, predictive } of one.snapshot.curves) {
        const { runs, epochs } = times.get(method) ?? { runs: 0, epochs: 0 };
        if (predictive.length > 0) times.set(method, { runs: runs + 1, epochs: Math.max(epochs, predictive.length) });
      }
    // One without epochs has no curve worth a first look.
    return [...times].sort(([, a], [, b]) => b.runs - a.runs || b.epochs - a.epochs).map(([method]) => method);
  }, [compared]);
  const method = asked !== null && methods.includes(asked) ? asked : (methods[0] ?? '');
  const build = useMemo(() => {
    const classes = compared[0] && hasClasses(compared[0].snapshot.summary.task);
    const axes: LinesAxes = {
      title: `Predictive validation loss (${classes ? 'log loss' : 'MSE'}), log scale`,
      x: { label: 'epoch', log: false, ticks: null },
      y: { log: true, fromZero: false },
    };
    // On a phone the names are in the key alone.
    return (...[theme, width]: Parameters<ReturnType<typeof linesChart>>) => linesChart(linesOf(compared, method, width < 480), axes)(theme, width);
  }, [compared, method]);
  const twin = useCallback((full: boolean) => twinOf(compared, method, full), [compared, method]);
  const drawn = compared.some((one) => curveOf(one, method));
  const without = compared.filter((one) => !curveOf(one, method)).map(({ title }) => title);
  return (
    <Panel
      title="Runs compared"
      width={12}
      file="compared-runs"
      origin={`${plural(compared.length, 'run')} kept in this browser.`}
      named={method}
      figure={figure}
      ready={drawn}
      twin={twin}
      live={false}
      controls={
        methods.length > 1 && (
          <Choice label="Method" value={method} options={methods.map((id) => ({ value: id, label: labelOf(id) }))} onChange={setAsked} />
        )
      }
      namedControls
      caption={
        compared.length > 1 &&
        compareWords(
          compared.map(({ run }) => run),
          without,
        )
      }
    >
      {drawn ? (
        <>
          <FigureView build={build} height={linesHeight} handle={figure} label={`Validation loss of ${labelOf(method)} by epoch in each run`} />
          <div className="key runs-key">
            {compared.map(({ run, title, dash }, i) => (
              <span key={run.id}>
                <svg width="28" height="12" aria-hidden="true">
                  <path d="M0 6h28" stroke="currentColor" strokeWidth="2" strokeDasharray={dash === 'solid' ? undefined : dash.replace(/px/g, '')} />
                </svg>
                {i + 1}. {title}
              </span>
            ))}
          </div>
        </>
      ) : (
        <EmptyChart height={linesHeight(640)}>{compared.length < runs.length ? 'Reading the runs.' : 'These runs have no epoch yet.'}</EmptyChart>
      )}
    </Panel>
  );
}
