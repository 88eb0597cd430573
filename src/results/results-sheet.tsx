import './results.css';
import type { ReactNode } from 'react';
import { isStale, useStaleness } from '../state/stale';
import { EmbeddingPanel } from './embedding-panel';
import { EstimatesTable } from './estimates-table';
import { LossPanel } from './loss-panel';
import { ParametersPanel } from './parameters-panel';
import { PosteriorPanel } from './posterior-panel';
import { PredictionPanel } from './prediction-panel';
import { ResultsTable } from './results-table';
import { ShrinkagePanel } from './shrinkage-panel';
import { StaleNotice } from './stale-notice';

/**
 * The sheet of figures: panels on twelve columns, divided by hairlines. Live while training; those of random
 * effects come with the first method that has some.
 */
export function ResultsSheet({ children }: { children?: ReactNode }) {
  return (
    <>
      <StaleNotice />
      <div className={isStale(useStaleness()) ? 'figures is-stale' : 'figures'}>
        <LossPanel />
        <ParametersPanel />
        <EmbeddingPanel />
        <PredictionPanel />
        <ShrinkagePanel />
        <PosteriorPanel />
        <ResultsTable />
        <EstimatesTable />
        {children}
      </div>
    </>
  );
}
