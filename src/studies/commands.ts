import { toLabError } from '../../workers/spec/lab-error';
import type { Study } from '../../workers/spec/study';
import { studyChoices } from '../../workers/spec/study-plans';
import { useNotice } from '../state/notice';
import { useSpec } from '../state/spec';
import { useStudy } from '../state/study';

/** The code of studies comes with the first one. */
const runner = () => import('./runner');

/**
 * Told beside the study, and where none stands yet (its code could not be loaded) in the page's own notice.
 */
function refused(thrown: unknown): void {
  const error = toLabError(thrown);
  useStudy.getState().set({ error, status: 'idle' });
  if (!useStudy.getState().study) useNotice.getState().show(error);
}

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
