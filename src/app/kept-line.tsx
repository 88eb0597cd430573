import { useState } from 'react';
import type { LabError } from '../../workers/protocol';
import { toLabError } from '../../workers/spec/lab-error';
import { discardKept, takeKept } from '../lab-client/kept-runs';
import { useKept } from '../state/kept';
import type { KeptRun } from '../state/run-store';
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
  const [problem, setProblem] = useState<LabError | null>(null);
  const take = (how: 'continue' | 'results') => () => takeKept(run, how).catch((failure: unknown) => setProblem(toLabError(failure)));
  const { lead, rest } = keptWords({ ...run, data: datasetName(run.spec.dataset), epoch: count(run.epoch) }, new Date());
  return (
    <section className={problem ? 'status is-offer is-bad' : 'status is-offer is-plain'} aria-label="Run of an earlier visit">
      <Icon name={problem ? 'warn' : 'info'} />
      <span className="words" role={problem ? 'alert' : undefined}>
        {problem ? (
          <>
            <b>{problem.message}</b> {problem.hint}
          </>
        ) : (
          <>
            <b>{lead}</b> <MathText>{rest}</MathText>
          </>
        )}
      </span>
      <span className="acts">
        {!run.over && !problem && (
          <button type="button" className="btn" onClick={take('continue')}>
            Continue
          </button>
        )}
        {!problem && (
          <button type="button" className="btn quiet" onClick={take('results')}>
            {run.over ? 'Show it' : 'Results only'}
          </button>
        )}
        <button type="button" className="btn quiet" onClick={() => void discardKept(run)}>
          Discard
        </button>
        <button type="button" className="btn quiet icon" aria-label="Not now" onClick={() => useKept.getState().offer(null)}>
          <Icon name="close" small />
        </button>
      </span>
    </section>
  );
}
