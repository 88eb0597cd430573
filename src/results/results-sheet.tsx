import './results.css';
import { type ReactNode, useEffect } from 'react';
import { isolateLine } from '../charts/theme';
import { useIsolated } from '../state/isolated';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { isStale, useStaleness } from '../state/stale';
import { Shown } from '../ui/control';
import { later } from '../ui/later';
import { lineOf } from '../ui/method-line';
import { EmbeddingPanel } from './embedding-panel';
import { EstimatesTable } from './estimates-table';
import { LossPanel } from './loss-panel';
import { ParametersPanel } from './parameters-panel';
import { PosteriorPanel } from './posterior-panel';
import { PredictionPanel } from './prediction-panel';
import { ResultsTable } from './results-table';
import { ShrinkagePanel } from './shrinkage-panel';
import { StaleNotice } from './stale-notice';

// Comes with the first run of this page that has ended.
const EpochBar = later(() => import('./epoch-bar').then((module) => module.default));

/**
 * The sheet of figures: panels on twelve columns, divided by hairlines. Live while training; those of random
 * effects come with the first method that has some.
 */
export function ResultsSheet({ children }: { children?: ReactNode }) {
  const isolated = useIsolated(({ pointed, held }) => pointed ?? held);
  useEffect(() => isolateLine(isolated === null ? null : lineOf(isolated)), [isolated]);
  const over = useRun(({ source, status, results }) => source.kind === 'live' && !isUnderway(status) && Object.keys(results).length > 0);
  return (
    <>
      <StaleNotice />
      {over && (
        <Shown panel="epochs">
          <EpochBar />
        </Shown>
      )}
      <div className={isStale(useStaleness()) ? 'figures is-stale' : 'figures'}>
        <Shown panel="validation-loss">
          <LossPanel />
        </Shown>
        <Shown panel="parameters">
          <ParametersPanel />
        </Shown>
        <Shown panel="level-vectors">
          <EmbeddingPanel />
        </Shown>
        <Shown panel="predictions">
          <PredictionPanel />
        </Shown>
        <Shown panel="shrinkage">
          <ShrinkagePanel />
        </Shown>
        <Shown panel="posteriors">
          <PosteriorPanel />
        </Shown>
        <Shown panel="results">
          <ResultsTable />
        </Shown>
        <Shown panel="estimates">
          <EstimatesTable />
        </Shown>
        {children}
      </div>
    </>
  );
}
