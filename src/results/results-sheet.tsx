import './results.css';
import { type ComponentType, type ReactNode, useEffect } from 'react';
import type { PanelId } from '../../workers/spec/view/panels';
import { isolateLine } from '../charts/theme';
import { useIsolated } from '../state/isolated';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { isStale, useStaleness } from '../state/stale';
import { Shown } from '../ui/control';
import { later } from '../ui/later';
import { lineOf } from '../ui/method-line';
import { EmbeddingPanel } from './embedding-panel';
import { LossPanel } from './loss-panel';
import { ParametersPanel } from './parameters-panel';
import { PredictionPanel } from './prediction-panel';
import { StaleNotice } from './stale-notice';

// Under the first screen.
const ShrinkagePanel = later(() => import('./shrinkage-panel').then((module) => module.ShrinkagePanel));
const PosteriorPanel = later(() => import('./posterior-panel').then((module) => module.PosteriorPanel));
const ResultsTable = later(() => import('./results-table').then((module) => module.ResultsTable));
const EstimatesTable = later(() => import('./estimates-table').then((module) => module.EstimatesTable));

// Comes with the first run of this page.
const RunEpochs = later(() => import('./epoch-bar').then((module) => module.default));

// Where several classes are predicted.
const Confusion = later(() => import('./confusion-panel').then((module) => module.default));

function Predictions() {
  return useRun((state) => state.summary?.classes !== undefined) ? <Confusion /> : <PredictionPanel />;
}

const SurvivalPanel = later(() => import('./survival-panel').then((module) => module.SurvivalPanel));

/** Only where the response is a time to an event. */
function SurvivalCurves() {
  return useRun(({ results }) => Object.values(results).some(({ survival }) => survival !== undefined)) ? <SurvivalPanel /> : null;
}

const VariogramPanel = later(() => import('./variogram-panel').then((module) => module.VariogramPanel));

/** Only where a method has fitted a field over places. */
function VariogramOfPlaces() {
  return useRun(({ results }) => Object.values(results).some(({ variogram }) => variogram !== undefined)) ? <VariogramPanel /> : null;
}

/** The panels in their order; each carries its id too, for links and lessons to point at. */
const PANELS: readonly [PanelId, ComponentType][] = [
  ['validation-loss', LossPanel],
  ['parameters', ParametersPanel],
  ['level-vectors', EmbeddingPanel],
  ['predictions', Predictions],
  ['shrinkage', ShrinkagePanel],
  ['posteriors', PosteriorPanel],
  ['results', ResultsTable],
  ['estimates', EstimatesTable],
  ['survival', SurvivalCurves],
  ['variogram', VariogramOfPlaces],
];

/**
 * The sheet of figures: panels on twelve columns, divided by hairlines. Live while training; those of random
 * effects come with the first method that has some.
 */
export function ResultsSheet({ children }: { children?: ReactNode }) {
  const isolated = useIsolated(({ pointed, held }) => pointed ?? held);
  useEffect(() => isolateLine(isolated === null ? null : lineOf(isolated)), [isolated]);
  const live = useRun(({ source, status, results }) => source.kind === 'live' && (isUnderway(status) || Object.keys(results).length > 0));
  // It is at hand when Train is pressed, and moves nothing later.
  useEffect(() => void RunEpochs.load(), []);
  return (
    <>
      <StaleNotice />
      {live && <RunEpochs />}
      <div className={isStale(useStaleness()) ? 'figures is-stale' : 'figures'}>
        {PANELS.map(([panel, Content]) => (
          <Shown key={panel} panel={panel}>
            <Content />
          </Shown>
        ))}
        {children}
      </div>
    </>
  );
}
