import { useEffect, useState } from 'react';
import { claimHash } from '../../workers/spec/lessons';
import type { Claims } from '../../workers/spec/lessons/claims';
import { claimsSchema } from '../../workers/spec/lessons/claims';
import { holds, type RunNumbers } from '../../workers/spec/lessons/evaluate';
import { type Lesson, withSeed } from '../../workers/spec/lessons/schema';
import { train } from '../lab-client/client';
import { type RunState, useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { useSpec } from '../state/spec';
import { useView } from '../state/view';
import { when } from '../state/when';
import { MathText } from '../ui/math-text';
import { numbersOnPage, useLesson } from './lesson-state';
import { showExperiment } from './start';

/** The counts that come with the lab; null where they are of other experiments than the lesson has now. */
async function fetchClaim(lesson: Lesson): Promise<Claims['lessons'][string] | null> {
  try {
    const response = await fetch(new URL('recorded/lessons/claims.json', document.baseURI));
    if (!response.ok) return null;
    const claim = claimsSchema.parse(await response.json()).lessons[lesson.id];
    return claim?.hash === claimHash(lesson) ? claim : null;
  } catch {
    return null;
  }
}

/** The page once this run on it has ended, was taken away, or has given way to another. */
const ended = (mine: number): Promise<RunState> =>
  when(useRun, ({ number, source, status }) => number !== mine || source.kind !== 'live' || !isUnderway(status));

/** What a try came to, or why it came to nothing. */
type Tried = { held: boolean } | { problem: string };

/**
 * Trains all experiments of the lesson with the seed, one after another, and asks whether its claim holds.
 * Null where the learner has left (`here`): nothing more is trained then.
 */
export async function tryAgain(lesson: Lesson, seed: number, say: (words: string) => void, here: () => boolean): Promise<Tried | null> {
  const runs: Record<string, RunNumbers> = {};
  const all = withSeed(lesson, seed);
  for (const [i, { id, spec }] of all.entries()) {
    say(all.length > 1 ? `Training, run ${i + 1} of ${all.length}.` : 'Training.');
    await showExperiment(spec);
    if (!here()) return null;
    const mine = useRun.getState().number + 1;
    await train();
    const run = await ended(mine);
    if (!here()) return null;
    const numbers = numbersOnPage(run);
    if (run.number !== mine || run.status !== 'done' || !numbers)
      return { problem: run.error?.message ?? 'The run was ended before its results were there.' };
    runs[id] = numbers;
  }
  const now = runs[all[all.length - 1].id];
  const context = { now, runs, spec: now.spec, view: { ...useView.getState() }, selected: 0, answers: {} };
  return { held: holds(lesson.measured.holds, context) };
}

/** The claim once more, on data that nobody has chosen. */
export function AgainStage({ lesson }: { lesson: Lesson }) {
  const { again, setAgain } = useLesson();
  const underway = useRun((state) => isUnderway(state.status));
  const [busy, setBusy] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [claim, setClaim] = useState<Claims['lessons'][string] | null>(null);
  useEffect(() => {
    let current = true;
    void fetchClaim(lesson).then((found) => current && setClaim(found));
    return () => {
      current = false;
    };
  }, [lesson]);
  const run = async (): Promise<void> => {
    const seed = 1_000 + Math.floor(Math.random() * 999_000);
    setProblem(null);
    const { place } = useLesson.getState();
    const here = () => useLesson.getState().lesson === lesson && useLesson.getState().place === place;
    try {
      const tried = await tryAgain(lesson, seed, setBusy, here);
      if (!tried) return;
      if ('problem' in tried) setProblem(tried.problem);
      else setAgain({ seed, held: tried.held });
    } finally {
      setBusy('');
    }
  };
  const last = useSpec((state) => state.spec.seeds.data);
  return (
    <>
      <p>The numbers so far come from one draw of the data and one start of the weights. Does the claim hold for others?</p>
      <p className="claim">
        <MathText>{lesson.claim}</MathText>
      </p>
      <p>
        <button
          type="button"
          className="btn solid"
          // Not disabled: that would take the focus of a keyboard away.
          aria-disabled={busy !== '' || underway}
          onClick={() => busy === '' && !underway && void run()}
        >
          {busy !== '' && <span className="spinner" />}
          {busy !== '' ? 'Training' : 'Again with new seeds'}
        </button>
      </p>
      <div aria-live="polite">
        {busy !== '' && (
          <p className="help">
            {busy} Seed {last}.
          </p>
        )}
        {busy === '' && problem && <p className="refusal">{problem}</p>}
        {busy === '' && !problem && again && (
          <p>
            With seed {again.seed} the claim <b>{again.held ? 'held' : 'did not hold'}</b>.
          </p>
        )}
        {claim && (
          <p>
            The lab’s command line trained this lesson with {claim.of} seeds: the claim held for{' '}
            <b>
              {claim.held} of {claim.of}
            </b>
            {claim.failed.length > 0 && `, not for ${claim.failed.length > 1 ? 'seeds' : 'seed'} ${claim.failed.join(', ')}`}.
          </p>
        )}
      </div>
    </>
  );
}
