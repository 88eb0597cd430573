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
import { MethodChecks } from './method-checks';

type Checked = { view: CheckView } | { error: LabError } | 'asked';

/**
 * Where it errs, and how the predictions stand up to the test rows: nothing of the latter is computed before
 * a method is chosen.
 */
export function CheckRoom() {
  const live = useRun((state) => state.source.kind === 'live');
  return (
    <>
      <Shown panel="error-by-rows">
        <ByCountPanel />
      </Shown>
      {live && (
        <Shown panel="check">
          <Checks />
        </Shown>
      )}
      {live && (
        <Shown panel="learning-curve">
          <LearningPanel />
        </Shown>
      )}
    </>
  );
}

function Checks() {
  const generation = useRun((state) => state.generation);
  const spec = useRun((state) => state.spec);
  const results = useRun((state) => state.results);
  const [chosen, setChosen] = useState<string[]>([]);
  const [views, setViews] = useState<Record<string, Checked>>({});
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new run takes the numbers of the old one away
  useEffect(() => setViews({}), [generation]);
  const methods = methodsOf(spec).filter((method) => results[method]);
  const wanted = methods.filter((method) => chosen.includes(method));
  useEffect(() => {
    for (const method of wanted) {
      if (views[method]) continue;
      setViews((known) => ({ ...known, [method]: 'asked' }));
      const settle = (found: Checked) => useRun.getState().generation === generation && setViews((known) => ({ ...known, [method]: found }));
      checkMethod(method).then(
        (view) => settle({ view }),
        (error: LabError) => settle({ error }),
      );
    }
  }, [wanted, views, generation]);
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
      {wanted.map((method) => {
        const found = views[method];
        if (!found || found === 'asked')
          return (
            <p key={method} className="panel w12 fine" role="status">
              Checking {labelOf(method)}.
            </p>
          );
        if ('error' in found)
          return (
            <p key={method} className="panel w12 fine" role="alert">
              {found.error.message} {found.error.hint}
            </p>
          );
        return <MethodChecks key={method} view={found.view} />;
      })}
    </>
  );
}
