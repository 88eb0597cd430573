import './mixed.css';
import { useCallback, useEffect, useState } from 'react';
import type { LabError, MixedView, VarianceTest } from '../../workers/protocol';
import { mixedTests, mixedView } from '../lab-client/mixed';
import { Provenance } from '../results/provenance';
import { saveCsv } from '../results/save';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { fixed, value } from '../text/numbers';
import { Control } from '../ui/control';
import { capital, count } from '../ui/format';
import { Icon } from '../ui/icons';
import { Glossed } from '../ui/term';
import { familyName, sharesSentence, testsSentence } from '../words/mixed';
import { FixedTable, VarianceTable } from './fit-tables';
import { IntervalsPanel } from './intervals-panel';
import { LevelsPanel } from './levels-panel';
import { ShownNames, shownTests, shownView } from './shown-view';
import { SlopesPanel, slopesOf } from './slopes-panel';
import { fitTwin } from './twins';

const METHOD = 'linear-mixed-model';
/** Up to so many rows and levels the model is fitted again without being asked: well below a second. */
const QUICK_ROWS = 20_000;
const QUICK_LEVELS = 2_000;

type Known =
  | { kind: 'none' }
  | { kind: 'fitting' }
  | { kind: 'failed'; error: LabError }
  | { kind: 'done'; view: MixedView; tests: VarianceTest[] | null; failure: LabError | null };

/** What a mixed model says of itself after its fit. Each run begins with an empty one. */
export default function MixedRoom() {
  const generation = useRun((state) => state.generation);
  return <Room key={generation} />;
}

function Room() {
  const status = useRun((state) => state.status);
  const summary = useRun((state) => state.summary);
  // Intercepts of tags have none of this.
  const finished = useRun(
    ({ results, summary: data }) => results[METHOD] !== undefined && (results[METHOD].mixed !== undefined || !data?.tags?.length),
  );
  const [known, setKnown] = useState<Known>({ kind: 'none' });
  const over = !isUnderway(status);
  const size = summary ? summary.features.reduce((sum, { levels }) => sum + levels, 0) : Number.POSITIVE_INFINITY;
  const quick = size <= QUICK_LEVELS && (summary?.trainRows ?? Number.POSITIVE_INFINITY) <= QUICK_ROWS;
  const ask = useCallback(() => {
    setKnown({ kind: 'fitting' });
    const names = new ShownNames();
    mixedView(METHOD)
      .then(async (fitted) => {
        const view = shownView(fitted, names);
        setKnown({ kind: 'done', view, tests: null, failure: null });
        const tests = shownTests(await mixedTests(METHOD), names);
        setKnown({ kind: 'done', view, tests, failure: null });
      })
      .catch((error: LabError) =>
        setKnown((before) => (before.kind === 'done' ? { ...before, tests: [], failure: error } : { kind: 'failed', error })),
      );
  }, []);
  useEffect(() => {
    if (finished && over && quick) ask();
  }, [finished, over, quick, ask]);
  if (!finished) return null;
  return (
    <>
      <section className="panel w12 mixed-head" aria-labelledby="mixed-title" data-panel="mixed-model">
        <div className="ph">
          <h2 id="mixed-title">Mixed model</h2>
          <span className="whose">Its variances tested, its parameters with intervals, its levels by rank.</span>
          <span className="sp" />
          {known.kind === 'done' && (
            <Control id="downloads">
              <button type="button" className="btn wide" onClick={() => saveCsv('mixed-model', fitTwin(known.view.fit, known.tests ?? []))}>
                <Icon name="download" small />
                CSV
              </button>
            </Control>
          )}
        </div>
        {known.kind === 'done' ? (
          <Told view={known.view} tests={known.tests} failure={known.failure} />
        ) : (
          <p className="note" role={known.kind === 'failed' ? 'alert' : 'status'}>
            {known.kind === 'fitting' ? (
              <span>Fitting to all rows for training and validation.</span>
            ) : known.kind === 'failed' ? (
              <span>{`${known.error.message} ${known.error.hint}`}</span>
            ) : over ? (
              <button type="button" className="btn" onClick={ask}>
                Test and show this model
              </button>
            ) : (
              <span>Shown when the run has ended.</span>
            )}
          </p>
        )}
        <Provenance methods={[METHOD]} />
      </section>
      {known.kind === 'done' && (
        <>
          <IntervalsPanel view={known.view} />
          <LevelsPanel view={known.view} />
          {slopesOf(known.view).length > 0 && <SlopesPanel view={known.view} />}
        </>
      )}
    </>
  );
}

/** Formula, numbers of the fit, what should be known of it, and its tables. */
function Told({ view: { fit }, tests, failure }: { view: MixedView; tests: VarianceTest[] | null; failure: LabError | null }) {
  const { formula, family, method, rows, notes, shape, fit: whole } = fit;
  const numbers: [string, string][] = whole
    ? [
        [
          whole.restricted ? 'log likelihood (restricted)' : 'log likelihood',
          `${fixed(whole.logLikelihood, 2)}${whole.logLikelihoodError === undefined ? '' : ` ± ${value(whole.logLikelihoodError)} (Monte Carlo error)`}`,
        ],
        ['AIC', fixed(whole.aic, 1)],
        ['BIC', fixed(whole.bic, 1)],
        ...(whole.marginal === null ? [] : [['R² marginal', fixed(whole.marginal, 3)] as [string, string]]),
        ...(whole.conditional === null ? [] : [['R² conditional', fixed(whole.conditional, 3)] as [string, string]]),
        ...(shape === undefined ? [] : [['shape', fixed(shape, 2)] as [string, string]]),
      ]
    : [];
  return (
    <>
      <p className="mixed-formula">
        <code>{formula}</code>
      </p>
      <p className="fine wide">{`${capital(familyName(family))}, ${method}, ${count(rows)} rows for training and validation.`}</p>
      {numbers.length > 0 && (
        <dl className="mixed-numbers">
          {numbers.map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="tab">{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {notes.length > 0 && (
        <ul className="mixed-notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <VarianceTable fit={fit} tests={tests} />
      <FixedTable fit={fit} />
      <p className="cap wide">
        <Glossed>{`${sharesSentence(fit)}${tests === null ? '' : ` ${testsSentence(tests, failure)}`}`}</Glossed>
      </p>
      <p className="fine wide">
        SD: standard deviation. Correlation: with the effects above it of the same levels. χ²: twice the log likelihood that is lost without the
        effect. p: how often chance alone would lose as much; what it is compared with allows for variances that cannot be below 0. Intervals of fixed
        effects are 1.96 standard errors to both sides.
      </p>
    </>
  );
}
