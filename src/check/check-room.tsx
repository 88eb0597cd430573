import './check.css';
import { Checkbox } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { CheckView, LabError } from '../../workers/protocol';
import { checkMethod } from '../lab-client/client';
import { methodsOf } from '../results/model';
import { Provenance } from '../results/provenance';
import { useRun } from '../state/run';
import { Shown } from '../ui/control';
import { labelOf, Swatch } from '../ui/method-line';
import { ByCountPanel } from './by-count-panel';
import { LearningPanel } from './learning-panel';
import { LevelSharesPanel } from './level-shares-panel';
import { MethodChecks } from './method-checks';

/**
 * Where it errs, and how the predictions stand up to the test rows: nothing of the latter is computed before
 * a method is chosen.
 */
export function CheckRoom() {
  const live = useRun((state) => state.source.kind === 'live');
  const classes = useRun((state) => state.summary?.classes !== undefined);
  return (
    <>
      <Shown panel="level-shares">
        <LevelSharesPanel />
      </Shown>
      <Shown panel="error-by-rows">
        <ByCountPanel />
      </Shown>
      {live && <Shown panel="check">{classes ? <NoChecks /> : <Checks />}</Shown>}
      {live && (
        <Shown panel="learning-curve">
          <LearningPanel />
        </Shown>
      )}
    </>
  );
}

/** Several classes have neither residuals nor one probability. */
const NoChecks = () => (
  <section className="panel w12 check-head" aria-labelledby="check-title" data-panel="check">
    <div className="ph">
      <h2 id="check-title">Check</h2>
    </div>
    <p className="cap wide">
      Residuals and calibration are those of a number or of one probability. Where there are several classes, the confusion matrix shows which are
      taken for which.
    </p>
  </section>
);

/** The choice of methods, which stays over runs, and what was found of this one. */
function Checks() {
  const generation = useRun((state) => state.generation);
  const spec = useRun((state) => state.spec);
  const results = useRun((state) => state.results);
  const [chosen, setChosen] = useState<string[]>([]);
  const methods = methodsOf(spec).filter((method) => results[method]);
  const wanted = methods.filter((method) => chosen.includes(method));
  const toggle = (method: string) => setChosen((known) => (known.includes(method) ? known.filter((one) => one !== method) : [...known, method]));
  return (
    <>
      <section className="panel w12 check-head" aria-labelledby="check-title" data-panel="check">
        <div className="ph">
          <h2 id="check-title">Check</h2>
          <span className="whose">Residuals, intervals and calibration on the test rows. Choose methods:</span>
        </div>
        <fieldset className="check-choice" aria-label="Methods to check">
          {methods.map((method) => (
            <Checkbox
              key={method}
              checked={chosen.includes(method)}
              onChange={() => toggle(method)}
              label={
                <>
                  <Swatch id={method} width={20} /> {labelOf(method)}
                </>
              }
            />
          ))}
        </fieldset>
        <Provenance />
      </section>
      {wanted.map((method) => (
        <Checking key={`${generation} ${method}`} method={method} />
      ))}
    </>
  );
}

/** The checks of one method of a run: asked for once, when they come into the page. */
function Checking({ method }: { method: string }) {
  const [found, setFound] = useState<{ view: CheckView } | { error: LabError } | null>(null);
  useEffect(() => {
    checkMethod(method).then(
      (view) => setFound({ view }),
      (error: LabError) => setFound({ error }),
    );
  }, [method]);
  if (!found)
    return (
      <p className="panel w12 fine" role="status">
        Checking {labelOf(method)}.
      </p>
    );
  if ('error' in found)
    return (
      <p className="panel w12 fine" role="alert">
        {found.error.message} {found.error.hint}
      </p>
    );
  return <MethodChecks view={found.view} />;
}
