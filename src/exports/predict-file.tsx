import { Progress } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { useEffect, useRef, useState } from 'react';
import type { Step } from '../../workers/data/schema';
import { shortened } from '../../workers/data/shown-text';
import type { LabError, ModelSource, PredictedFile, PredictProgress } from '../../workers/protocol';
import { toLabError } from '../../workers/spec/lab-error';
import { severalFiles } from '../../workers/spec/several-files';
import { cancelPrediction, predictFile } from '../lab-client/models';
import { saveBlob } from '../lab-client/save';
import { bytes, count, plural } from '../ui/format';
import { Icon } from '../ui/icons';
import { ScrollRegion } from '../ui/scroll-region';

const STAGES: Record<PredictProgress['stage'], string> = { reading: 'Reading', predicting: 'Predicting', writing: 'Writing' };

const INTERVALS = {
  model: '.lower and .upper are 95 % intervals from the model’s own variances.',
  validation: '.lower and .upper are 95 % intervals from the error of the validation rows, the same for every row.',
};

/** The first rows of what was predicted. */
function Head({ columns, cells }: PredictedFile['head']) {
  return (
    <ScrollRegion className="table-wrap" aria-label="First predicted rows">
      <table className="predicted">
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cells.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name but their place.
            <tr key={i}>
              {columns.map((name, j) => (
                <td key={name}>{row[j]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** A place for a second table: its rows are predicted by a model, and nothing is trained. */
export function PredictFile({ source }: { source: ModelSource }) {
  const [progress, setProgress] = useState<(PredictProgress & { name: string }) | null>(null);
  const [predicted, setPredicted] = useState<PredictedFile | null>(null);
  const [error, setError] = useState<LabError | null>(null);
  const choose = useRef<() => void>(null);
  const asked = useRef(0);
  /** The file of the refusal, and what has been answered of it. */
  const reading = useRef<{ file: File; given: Step[] } | null>(null);
  useEffect(
    () => () => {
      asked.current++;
      cancelPrediction();
    },
    [],
  );
  const predict = async (file: File, given: Step[] = []) => {
    reading.current = { file, given };
    const mine = ++asked.current;
    setPredicted(null);
    setError(null);
    const name = shortened(file.name, 60);
    setProgress({ stage: 'reading', share: 0, name });
    try {
      const found = await predictFile(source, file, given, (step) => mine === asked.current && setProgress({ ...step, name }));
      if (mine === asked.current) setPredicted(found);
    } catch (thrown) {
      const refusal = toLabError(thrown);
      if (mine === asked.current && refusal.code !== 'cancelled') setError(refusal);
    }
    if (mine === asked.current) setProgress(null);
  };
  return (
    <section className="predict-file" aria-label="Predict a file">
      <h3>Predict a file</h3>
      <Dropzone
        className="drop"
        activateOnKeyboard={false}
        tabIndex={-1}
        openRef={choose}
        inputProps={{ 'aria-label': 'Choose a file to predict' }}
        onDrop={(files) => files.length > 0 && void predict(severalFiles(files))}
      >
        <Icon name="upload" />
        <span>
          <b>
            Drop a second table, or{' '}
            <button
              type="button"
              className="choose"
              onClick={(event) => {
                event.stopPropagation();
                choose.current?.();
              }}
            >
              choose a file
            </button>
          </b>
          <span className="help">CSV, JSON records, Parquet or Excel; its columns are found by their names. It stays in this browser.</span>
        </span>
      </Dropzone>
      {progress && (
        <div className="predict-progress">
          <Progress.Root size={8}>
            <Progress.Section value={100 * progress.share} aria-label={`${STAGES[progress.stage]} ${progress.name}`} />
          </Progress.Root>
          <p className="help">
            {STAGES[progress.stage]} {progress.name}{' '}
            <button type="button" className="lk" onClick={cancelPrediction}>
              Cancel
            </button>
          </p>
        </div>
      )}
      <div role="status">
        {predicted && (
          <>
            <p>
              {plural(predicted.rows, 'row')} predicted.
              {predicted.unseen !== null &&
                predicted.unseen > 0 &&
                ` ${count(predicted.unseen)} of them ${predicted.unseen === 1 ? 'has' : 'have'} a level that no training row had.`}{' '}
              {predicted.interval && INTERVALS[predicted.interval]}
            </p>
            <Head {...predicted.head} />
            <button type="button" className="btn" onClick={() => saveBlob(predicted.name, predicted.blob)}>
              <Icon name="download" small />
              Save {predicted.name} ({bytes(predicted.blob.size)})
            </button>
          </>
        )}
      </div>
      {error && (
        <p className="refused" role="alert">
          {error.message} {error.hint}
        </p>
      )}
      {error?.question && (
        <fieldset className="predict-answers" aria-label={error.question.text}>
          {error.question.answers.map(({ label, steps }) => (
            <button
              key={label}
              type="button"
              className="btn"
              onClick={() => reading.current && void predict(reading.current.file, [...reading.current.given, ...steps])}
            >
              {label}
            </button>
          ))}
        </fieldset>
      )}
    </section>
  );
}
