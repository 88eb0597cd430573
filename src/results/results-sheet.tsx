import './results.css';
import { EmbeddingPanel } from './embedding-panel';
import { LossPanel } from './loss-panel';
import { ParametersPanel } from './parameters-panel';
import { PredictionPanel } from './prediction-panel';
import { ResultsTable } from './results-table';

/** The sheet of figures: five panels on twelve columns, divided by hairlines. Live while training; every state keeps its place. */
export function ResultsSheet() {
  return (
    <div className="figures">
      <LossPanel />
      <ParametersPanel />
      <EmbeddingPanel />
      <PredictionPanel />
      <ResultsTable />
    </div>
  );
}
