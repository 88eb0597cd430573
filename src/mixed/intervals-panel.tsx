import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { LabError, MixedInterval, MixedIntervals, MixedView } from '../../workers/protocol';
import { escapeMarkup } from '../charts/escape';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { intervalChart, intervalHeight } from '../charts/interval-chart';
import { cancelIntervals, mixedIntervals } from '../lab-client/mixed';
import { EmptyChart, Panel } from '../results/panel';
import { useRun } from '../state/run';
import { lineOf } from '../ui/method-line';
import { Segmented } from '../ui/segmented';
import { CountInput } from '../ui/typed-text';
import { intervalLabel, intervalsSentence, openEndsSentence } from '../words/mixed';
import { intervalsTwin } from './twins';

/** What shares an axis: standard deviations, correlations, slopes, the shape of a negative binomial. */
type Drawn = 'deviations' | 'correlations' | 'shape' | 'fixed';
const AXES: Record<Drawn, string> = { deviations: 'standard deviation', correlations: 'correlation', shape: 'shape', fixed: 'fixed effect' };

const drawnAs = ({ kind }: MixedInterval): Drawn =>
  kind === 'correlation' ? 'correlations' : kind === 'deviation' || kind === 'residual' ? 'deviations' : kind;

const REFITS = 200;
const LEAST_REFITS = 20;
const MOST_REFITS = 10_000;

/** Intervals of all parameters, by profile or by a parametric bootstrap, drawn while they are found. */
export function IntervalsPanel({ view }: { view: MixedView }) {
  const figure = useRef<FigureHandle>(null);
  const seed = useRun((state) => state.spec?.seeds.weights ?? 1);
  const [state, setState] = useState<MixedIntervals | null>(null);
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [kind, setKind] = useState<Drawn>('deviations');
  const [refits, setRefits] = useState(REFITS);
  const correlated = view.levels.some(({ effects }) => effects.length > 1);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
      cancelIntervals();
    };
  }, []);
  const ask = (by: MixedIntervals['by']) => {
    setRunning(true);
    setProblem(null);
    const hear = (next: MixedIntervals) => {
      if (mounted.current) setState(next);
    };
    mixedIntervals({ method: view.method, by, refits, seed }, hear).then(
      (last) => {
        hear(last);
        if (mounted.current) setRunning(false);
      },
      (error: LabError) => {
        if (!mounted.current) return;
        setRunning(false);
        if (error.code !== 'cancelled') setProblem(`${error.message} ${error.hint}`);
      },
    );
  };
  const rows = useMemo(
    () =>
      (state?.intervals ?? [])
        .filter((one) => drawnAs(one) === kind && Number.isFinite(one.low) && Number.isFinite(one.high))
        // The intercept is far from the slopes, and stands in the table.
        .filter((one, _, all) => one.kind !== 'fixed' || one.name !== 'intercept' || all.length === 1)
        .map((one) => ({ label: escapeMarkup(intervalLabel(one)), mean: one.estimate, low: one.low, high: one.high })),
    [state, kind],
  );
  const build = useMemo(() => {
    const color = lineOf(view.method);
    const all = rows.map(({ label, ...ours }) => ({ label, color, ours: { ...ours, repetitions: [] }, published: null }));
    return intervalChart(all, AXES[kind], 3);
  }, [rows, kind, view.method]);
  const openEnds = running ? null : openEndsSentence((state?.intervals ?? []).filter((one) => drawnAs(one) === kind));
  const twin = useCallback(() => intervalsTwin({ intervals: state?.intervals ?? [] }), [state]);
  return (
    <Panel
      panel="mixed-model"
      title="Intervals"
      width={6}
      file="mixed-model-intervals"
      figure={figure}
      ready={rows.length > 0}
      twin={twin}
      live={running}
      methods={[view.method]}
      row={
        view.noIntervals === null && (
          <>
            <Segmented
              aria-label="Parameters"
              value={kind}
              onChange={(next) => setKind(next as typeof kind)}
              data={[
                { value: 'deviations', label: 'SD' },
                ...(correlated ? [{ value: 'correlations', label: 'r' }] : []),
                ...(view.fit.shape === undefined ? [] : [{ value: 'shape', label: 'Shape' }]),
                { value: 'fixed', label: 'Fixed' },
              ]}
            />
            {running ? (
              <button type="button" className="btn refits-stop" onClick={cancelIntervals}>
                Stop
              </button>
            ) : (
              <>
                <button type="button" className="btn" onClick={() => ask('profile')}>
                  Profile
                </button>
                <button type="button" className="btn" onClick={() => ask('bootstrap')}>
                  Bootstrap
                </button>
                <CountInput
                  aria-label="Refits of the bootstrap"
                  className="refits"
                  value={refits}
                  min={LEAST_REFITS}
                  max={MOST_REFITS}
                  onChange={setRefits}
                />
              </>
            )}
          </>
        )
      }
      caption={state ? intervalsSentence(state, running) : undefined}
      fine={
        state && !running
          ? `A standard deviation cannot be below 0, so its interval need not be symmetric.${view.fit.family === 'gaussian' ? ' Unlike the table’s, these intervals of fixed effects allow for variances that are uncertain too.' : ''}`
          : undefined
      }
    >
      {rows.length > 0 ? (
        <FigureView build={build} height={intervalHeight(rows.length)} handle={figure} label="95 % intervals of the parameters" />
      ) : (
        <EmptyChart height={160}>
          {view.noIntervals ??
            openEnds ??
            (running ? 'The first intervals come soon.' : 'Profile is quick: it goes by the likelihood. Bootstrap fits the model anew many times.')}
        </EmptyChart>
      )}
      {problem && (
        <p className="note" role="alert">
          <span>{problem}</span>
        </p>
      )}
    </Panel>
  );
}
