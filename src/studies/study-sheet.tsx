import { useEffect, useMemo, useRef } from 'react';
import { intervalWords, scoresOf } from '../../workers/papers/study-scores';
import { repetitionsOf, studyExperimentId } from '../../workers/spec/study';
import { changedSince } from '../../workers/spec/study-plans';
import { Choice } from '../results/choice';
import { useSpec } from '../state/spec';
import { useStudy } from '../state/study';
import { storedRecords, storedStudies, unreadableWords } from '../state/unit-store';
import { useBlocked } from '../ui/blocked';
import { datasetName } from '../ui/dataset-words';
import { MathText } from '../ui/math-text';
import { fittedBy } from '../words/fitted-by';
import { repeatFive } from './commands';
import { CurvesPanel } from './curves-panel';
import { ScoresPanel } from './scores-panel';
import { StudyActions } from './study-actions';
import { StudyTable } from './study-table';
import { failureWords, studyVerdict, studyView } from './view';
import { scoreName, studyAbout, studyTitle } from './words';
import '../results/results.css';
import './studies.css';

/** After a reload the newest study of this browser comes back, with its finished repetitions. */
function useStored(): void {
  useEffect(() => {
    void storedStudies().then(
      async ({ found: [newest], unreadable: studies }) => {
        const { set } = useStudy.getState();
        if (studies > 0) set({ error: unreadableWords(studies, 'study') });
        if (!newest || useStudy.getState().study) return;
        const { found, unreadable } = await storedRecords(studyExperimentId(newest.study));
        if (unreadable > 0) set({ error: unreadableWords(unreadable, 'repetition') });
        const records = found.filter(({ repetition }) => repetition <= repetitionsOf(newest.study.plan));
        if (!useStudy.getState().study && records.length > 0) set({ study: newest.study, begun: newest.begun, records });
      },
      () => undefined,
    );
  }, []);
}

/**
 * What was repeated: scores with their spread, differences with their intervals, the curves of every
 * repetition.
 */
export default function StudySheet() {
  useStored();
  // One by one: lanes come ten times per second, and concern nothing here.
  const study = useStudy((state) => state.study);
  const records = useStudy((state) => state.records);
  const status = useStudy((state) => state.status);
  const metricChosen = useStudy((state) => state.metric);
  const referenceChosen = useStudy((state) => state.reference);
  const set = useStudy((state) => state.set);
  const spec = useSpec((known) => known.spec);
  const top = useRef<HTMLElement>(null);
  const running = status !== 'idle';
  const blocked = useBlocked();
  // What was just asked for is brought into view.
  useEffect(() => {
    if (running) top.current?.scrollIntoView({ block: 'nearest' });
  }, [running]);
  const view = useMemo(
    () => study && studyView(study, records, { metric: metricChosen, reference: referenceChosen }),
    [study, records, metricChosen, referenceChosen],
  );
  const verdict = useMemo(() => (study && view ? studyVerdict(study, view.metric, records) : ''), [study, records, view]);
  if (!study || !view) return null;
  const changed = changedSince(study, spec);
  const { metric, reference, rows } = view;
  return (
    <section className={changed === 'nothing' ? 'figures study' : 'figures study is-stale'} aria-labelledby="study-title" ref={top}>
      <section className="panel w12 study-head" aria-label="What is repeated">
        <div className="ph">
          <h2 id="study-title">{studyTitle(study)}</h2>
          <span className="sp" />
          <StudyActions />
        </div>
        <p className="cap wide">
          <MathText>{studyAbout(study)}</MathText>
        </p>
        {changed !== 'nothing' && (
          <p className="fine wide stale-words" role="note">
            <MathText>
              {changed === 'data'
                ? `Of other data: the experiment is now on ${datasetName(spec.dataset)}.`
                : 'Settings or methods have changed since.'}
            </MathText>{' '}
            {!running && (
              <button type="button" className="lk" disabled={blocked !== null} title={blocked ?? undefined} onClick={() => void repeatFive()}>
                Repeat 5× with these settings
              </button>
            )}
          </p>
        )}
        <p className="verdict" aria-live="polite">
          <MathText>{verdict}</MathText>
        </p>
        <div className="row2">
          <Choice
            label="Score"
            value={metric}
            options={scoresOf(study).map((key) => ({ value: key, label: `Test ${scoreName(key)}` }))}
            onChange={(value) => set({ metric: scoresOf(study).find((key) => key === value) ?? null })}
          />
        </div>
      </section>
      <ScoresPanel study={study} rows={rows} metric={metric} reference={reference} />
      <CurvesPanel study={study} records={records} />
      <StudyTable study={study} rows={rows} metric={metric} reference={reference} />
      <p className="fine study-rules">
        <MathText>
          {[intervalWords(study), failureWords(study, rows), records.length > 0 ? `${fittedBy(records)}.` : ''].filter(Boolean).join(' ')}
        </MathText>
      </p>
    </section>
  );
}
