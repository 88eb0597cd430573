import { toLabError } from '../../workers/spec/lab-error';
import type { Study } from '../../workers/spec/study';
import { studyChoices } from '../../workers/spec/study-plans';
import { useSpec } from '../state/spec';
import { useStudy } from '../state/study';

/** The code of studies comes with the first one. */
const runner = () => import('./runner');

const refused = (thrown: unknown): void => useStudy.getState().set({ error: toLabError(thrown), status: 'idle' });

export async function repeat(study: Study): Promise<void> {
  await runner().then(({ startStudy }) => startStudy(study), refused);
}

/** Repeats the experiment on the page five times. */
export const repeatFive = (): Promise<void> => repeat(studyChoices(useSpec.getState().spec).repeat[0].study);

/** Pause, or go on. */
export async function pauseOrResume(): Promise<void> {
  const { pauseStudy, resumeStudy } = await runner();
  const { status } = useStudy.getState();
  if (status === 'running') pauseStudy();
  else if (status === 'paused') resumeStudy();
}

export async function stopRepeating(): Promise<void> {
  if (useStudy.getState().status === 'stopping') return;
  (await runner()).stopStudy();
}
