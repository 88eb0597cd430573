import './exports.css';
import { useEffect, useState } from 'react';
import { shortened } from '../../workers/data/shown-text';
import type { LabError, ModelView } from '../../workers/protocol';
import { toLabError } from '../../workers/spec/lab-error';
import { aboutMethod } from '../../workers/spec/methods';
import { modelLevels, openModel } from '../lab-client/models';
import { saveDownload } from '../lab-client/save';
import { errorOf, errorText, metricColumns, numberOf, responseOf } from '../results/columns';
import { useExports } from '../state/exports';
import { useSpec } from '../state/spec';
import { decimalsFor, measured } from '../text/numbers';
import { dataPhrase } from '../ui/dataset-words';
import { Dialog } from '../ui/dialog';
import { bytes, count, listed, plural } from '../ui/format';
import { Icon } from '../ui/icons';
import { agree } from '../words/names';
import { PredictFile } from './predict-file';

/** Scores on the test rows of the run that the model is of. */
function Scores({ facts: { task }, result }: ModelView) {
  const columns = metricColumns(task, false, false, responseOf([result])).filter((column) => numberOf(column, result) !== null);
  return (
    <table className="model-scores">
      <caption>On the test rows of its run</caption>
      <thead>
        <tr>
          {columns.map(({ key, name }) => (
            <th key={key} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          {columns.map((column) => {
            const value = numberOf(column, result) ?? Number.NaN;
            const decimals = column.decimals === 'size' ? decimalsFor([value]) : column.decimals;
            const error = errorOf(column, result);
            return (
              <td key={column.key}>
                {measured(value, decimals)}
                {error !== null && <span className="se"> ± {errorText(error, decimals)}</span>}
              </td>
            );
          })}
        </tr>
      </tbody>
    </table>
  );
}

function Levels({ file, features }: { file: File; features: ModelView['features'] }) {
  const [problem, setProblem] = useState('');
  if (features.length === 0) return null;
  const vectors = features.some(({ d }) => d !== null);
  const words = features.map(({ name, levels, d }) => `${name} (${plural(levels, 'level')}${d === null ? '' : `, vectors of ${count(d)}`})`);
  const save = () => modelLevels(file).then(saveDownload, (thrown) => setProblem(toLabError(thrown).message));
  return (
    <>
      <p>Levels of {listed(words)}.</p>
      <button type="button" className="btn" onClick={() => void save()}>
        <Icon name="download" small />
        {vectors ? 'Save level vectors' : 'Save levels'}
      </button>
      {problem && (
        <p className="refused" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

function Opened({ file, view }: { file: File; view: ModelView }) {
  const close = useExports((state) => state.close);
  const { facts, spec, result } = view;
  const { label } = aboutMethod(facts.method);
  const columns = facts.columns.map(({ name }) => name);
  const { data, split, weights } = spec.seeds;
  return (
    <>
      <p>
        <b>{label}</b> {agree([label], 'predicts', 'predict')} <b>{facts.target}</b> from{' '}
        {listed(columns.length > 12 ? [...columns.slice(0, 12), `${count(columns.length - 12)} more columns`] : columns)}. It was trained for{' '}
        {plural(result.epochs, 'epoch')} on {dataPhrase(spec.dataset)}, with {count(result.parameters)} parameters; seeds {data}, {split} and{' '}
        {weights}; data {facts.fingerprint}; lab {facts.lab}. {bytes(view.bytes)}.
      </p>
      <Scores {...view} />
      <Levels file={file} features={view.features} />
      <PredictFile source={{ file }} />
      <p className="use-settings">
        <button
          type="button"
          className="btn"
          onClick={() => {
            useSpec.getState().change(() => spec);
            close();
          }}
        >
          Use its settings
        </button>
        <span className="help">Data, method, training and seeds as they were. Undo brings yours back.</span>
      </p>
    </>
  );
}

/** A model file that was opened: what it is of, its scores and levels, and a place to predict with it. */
export function ModelDialog() {
  const file = useExports((state) => state.model);
  const close = useExports((state) => state.close);
  const [view, setView] = useState<ModelView | null>(null);
  const [error, setError] = useState<LabError | null>(null);
  useEffect(() => {
    let late = false;
    setView(null);
    setError(null);
    if (file)
      openModel(file).then(
        (opened) => late || setView(opened),
        (thrown) => late || setError(toLabError(thrown)),
      );
    return () => {
      late = true;
    };
  }, [file]);
  if (!file) return null;
  return (
    <Dialog opened onClose={close} title={shortened(file.name, 60)} size={720} className="export-dialog">
      <div className="export-body">
        {view ? <Opened file={file} view={view} /> : !error && <p className="help">Opening {shortened(file.name, 60)}.</p>}
        {error && (
          <p className="refused" role="alert">
            {error.message} {error.hint}
          </p>
        )}
      </div>
    </Dialog>
  );
}
