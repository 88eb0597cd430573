import { FileButton, Progress } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useSpec } from '../../state/spec';
import { RolesStep } from './roles-step';
import { useTable } from './table-store';
import { datasetWords, fileSize, progressWords } from './words';
import './csv.css';

/** What a file chooser offers first; any file may be tried. */
export const TABLE_FILES = '.csv,.tsv,.txt,.gz,text/csv,text/tab-separated-values,application/gzip';

/**
 * The step between a file and its use, in place of the results: reading, roles or refusal. It is nothing when no file is being looked at. The
 * dataset of the experiment stays as it was until "Use this table" is pressed.
 */
export function CsvStep() {
  const phase = useTable((state) => state.phase);
  const heading = useRef<HTMLHeadingElement>(null);
  // A new phase replaces the whole sheet: those who cannot see it are taken to its title.
  useEffect(() => {
    if (phase !== 'none') heading.current?.focus({ preventScroll: phase !== 'roles' });
  }, [phase]);
  if (phase === 'none') return null;
  return (
    <>
      <StepStatus />
      {phase === 'reading' && <Reading heading={heading} />}
      {phase === 'roles' && <RolesStep heading={heading} />}
      {phase === 'refused' && <Refused heading={heading} />}
    </>
  );
}

/** The status line of the sheet during this step. */
function StepStatus() {
  const phase = useTable((state) => state.phase);
  const loaded = useSpec((state) => datasetWords(state.spec.dataset));
  const words = {
    none: null,
    reading: (
      <>
        The file is read in this browser and sent nowhere. <b>{loaded}</b> stays loaded.
      </>
    ),
    roles: (
      <>
        The table was read in this browser and sent nowhere. <b>{loaded}</b> stays loaded until you press Use this table.
      </>
    ),
    refused: (
      <>
        Nothing has changed: <b>{loaded}</b> stays loaded.
      </>
    ),
  }[phase];
  return (
    <div className="status">
      <IconShieldCheck className="ico" aria-hidden />
      <span className="words">{words}</span>
    </div>
  );
}

type Heading = { heading: React.RefObject<HTMLHeadingElement | null> };

function Reading({ heading }: Heading) {
  const { fileName, bytes, progress, cancel } = useTable((state) => state);
  const percent = progress ? Math.min(100, (100 * progress.bytesRead) / Math.max(1, progress.bytesTotal)) : 0;
  return (
    <section className="csv" aria-labelledby="csv-title" aria-busy>
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
      <p className="csv-progress-words">{progress ? progressWords(progress) : `Opening a file of ${fileSize(bytes)}.`}</p>
    </section>
  );
}

function Refused({ heading }: Heading) {
  const { fileName, error, open, dismiss } = useTable((state) => state);
  const loaded = useSpec((state) => datasetWords(state.spec.dataset));
  return (
    <section className="csv" aria-labelledby="csv-title">
      <div className="csv-head">
        <h2 id="csv-title" ref={heading} tabIndex={-1}>
          {fileName} cannot be used
        </h2>
      </div>
      <div className="csv-refusal" role="alert">
        <IconAlertTriangle className="ico" aria-hidden />
        <div>
          <p>
            <b>{error?.message}</b>
          </p>
          <p>{error?.hint}</p>
        </div>
      </div>
      <div className="csv-acts">
        <FileButton accept={TABLE_FILES} onChange={(file) => file && open(file)}>
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
