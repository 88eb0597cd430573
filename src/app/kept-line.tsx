import { FileButton } from '@mantine/core';
import { useState } from 'react';
import type { LabError } from '../../workers/protocol';
import { toLabError } from '../../workers/spec/lab-error';
import { severalFiles } from '../../workers/spec/several-files';
import { discardKept, dismissKept, lookAtKept } from '../lab-client/kept-runs';
import { TABLE_FILES } from '../setup/csv/table-files';
import { useKept } from '../state/kept';
import type { KeptRun } from '../state/run-store';
import { takeRun } from '../state/table/take-run';
import { useUnderway } from '../state/underway';
import { datasetName } from '../ui/dataset-words';
import { count } from '../ui/format';
import { Icon } from '../ui/icons';
import { MathText } from '../ui/math-text';
import { keptWords } from './kept-words';

/** A run of an earlier visit: to go on with, to look at, or to be forgotten. */
export function KeptLine() {
  const run = useKept((state) => state.offered);
  return run && <Offer run={run} />;
}

function Offer({ run }: { run: KeptRun }) {
  const { missing, elsewhere, looking } = useKept();
  const blocked = useUnderway();
  const off = { disabled: blocked !== null, title: blocked ?? undefined };
  const [failure, setFailure] = useState<LabError | null>(null);
  const told = (work: Promise<void>) => work.catch((thrown: unknown) => setFailure(toLabError(thrown)));
  const take = (how: 'continue' | 'results', file?: File) => () => told(takeRun(run, how, file));
  const { lead, rest } = keptWords({ ...run, elsewhere, data: datasetName(run.spec.dataset), epoch: count(run.epoch) }, new Date());
  const problem = failure ?? missing?.problem ?? null;
  return (
    <section className={problem ? 'status is-offer is-bad' : 'status is-offer is-plain'} aria-label="Run of an earlier visit">
      <Icon name={problem ? 'warn' : 'info'} />
      <span className="words" role={problem || missing ? 'alert' : undefined}>
        {problem ? (
          <>
            <b>{problem.message}</b> {problem.hint}
          </>
        ) : missing ? (
          <>
            <b>{missing.name} is needed to go on.</b> The run is kept in this browser, its table is not. Choose the file as it was.
          </>
        ) : (
          <>
            <b>{lead}</b> <MathText>{rest}</MathText>
          </>
        )}
      </span>
      <span className="acts">
        {missing && !failure && (
          <FileButton
            accept={TABLE_FILES}
            inputProps={{ 'aria-label': `File of ${missing.name}` }}
            multiple
            onChange={(files) => files.length > 0 && void take('continue', severalFiles(files))()}
          >
            {(props) => (
              <button type="button" className="btn" {...off} {...props}>
                Choose {missing.name}
              </button>
            )}
          </FileButton>
        )}
        {elsewhere && !looking && !failure && (
          <button type="button" className="btn quiet" {...off} onClick={() => void told(lookAtKept(run))}>
            Look at it
          </button>
        )}
        {!elsewhere && !run.over && !failure && !missing && (
          <button type="button" className="btn" {...off} onClick={take('continue')}>
            Continue
          </button>
        )}
        {!elsewhere && !failure && (
          <button type="button" className="btn quiet" {...off} onClick={take('results')}>
            {run.over ? 'Show it' : 'Results only'}
          </button>
        )}
        {!elsewhere && (
          <button type="button" className="btn quiet" onClick={() => void told(discardKept(run))}>
            Discard
          </button>
        )}
        <button type="button" className="btn quiet icon" aria-label="Not now" onClick={dismissKept}>
          <Icon name="close" small />
        </button>
      </span>
    </section>
  );
}
