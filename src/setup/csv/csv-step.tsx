import { FileButton, Progress } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { severalFiles } from '../../../workers/spec/several-files';
import { useSpec } from '../../state/spec';
import { useSeries } from '../../state/table/series-store';
import { useTable } from '../../state/table/table-store';
import { datasetName } from '../../ui/dataset-words';
import { bytes as size } from '../../ui/format';
import { Icon } from '../../ui/icons';
import { Beginning } from './beginning';
import { Answers } from './question';
import { RolesStep } from './roles-step';
import { SeriesStep } from './series-step';
import { TABLE_FILES } from './table-files';
import { toResults } from './to-results';
import { progressWords } from './words';
import './csv.css';

/**
 * The step between a file and its use, in place of the results: reading, roles or refusal. It is nothing when
 * no file is being looked at. The dataset of the experiment stays as it was until "Use this table" is
 * pressed. The status line above it belongs to the shell.
 */
export function CsvStep() {
  const phase = useTable((state) => state.phase);
  const heading = useRef<HTMLHeadingElement>(null);
  const series = useSeries((state) => state.shown);
  const sheet = phase === 'roles' && series ? 'series' : phase;
  // A new phase, and the sheet of series, replaces the whole sheet: those who cannot see it are taken to its
  // title.
  useEffect(() => {
    if (sheet !== 'none') heading.current?.focus();
  }, [sheet]);
  if (sheet === 'none') return null;
  return (
    <>
      {sheet === 'reading' && <Reading heading={heading} />}
      {sheet === 'series' && <SeriesStep heading={heading} />}
      {sheet === 'roles' && <RolesStep heading={heading} />}
      {sheet === 'refused' && <Refused heading={heading} />}
    </>
  );
}

type Heading = { heading: React.RefObject<HTMLHeadingElement | null> };

function Reading({ heading }: Heading) {
  const { fileName, bytes, progress, beginning, cancel } = useTable((state) => state);
  const percent = progress ? Math.min(100, (100 * progress.bytesRead) / Math.max(1, progress.bytesTotal)) : 0;
  return (
    <section ref={toResults} className="csv" aria-labelledby="csv-title" aria-busy>
      <div className="csv-head">
        <h2 id="csv-title" ref={heading} tabIndex={-1}>
          Reading {fileName}
        </h2>
        <button type="button" className="btn csv-wide" onClick={cancel}>
          Cancel
        </button>
      </div>
      <Progress.Root className="csv-progress" size={8}>
        <Progress.Section className="csv-progress-bar" value={percent} aria-label={`Reading ${fileName}`} />
      </Progress.Root>
      <p className="csv-progress-words">{progress ? progressWords(progress) : `Opening a file of ${size(bytes)}.`}</p>
      {beginning && <Beginning {...beginning} />}
    </section>
  );
}

function Refused({ heading }: Heading) {
  const { fileName, error, open, dismiss, answerRefusal } = useTable((state) => state);
  const loaded = useSpec((state) => datasetName(state.spec.dataset));
  return (
    <section ref={toResults} className="csv" aria-labelledby="csv-title">
      <div className="csv-head">
        <h2 id="csv-title" ref={heading} tabIndex={-1}>
          {fileName} cannot be used
        </h2>
      </div>
      <div className="csv-refusal" role="alert">
        <Icon name="warn" />
        <div>
          <p>
            <b>{error?.message}</b>
          </p>
          <p>{error?.hint}</p>
          {error?.question && (
            <>
              <p>{error.question.text}</p>
              <Answers question={error.question} choose={(answer) => void answerRefusal(answer)} />
            </>
          )}
        </div>
      </div>
      <div className="csv-acts">
        <FileButton accept={TABLE_FILES} multiple onChange={(files) => files.length > 0 && void open(severalFiles(files))}>
          {(props) => (
            <button type="button" className="btn solid" {...props}>
              Choose another file
            </button>
          )}
        </FileButton>
        <button type="button" className="btn quiet" onClick={dismiss}>
          Keep {loaded}
        </button>
      </div>
    </section>
  );
}
