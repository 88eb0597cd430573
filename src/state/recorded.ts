import { experimentSchema } from '../../workers/spec/experiment';
import { usePageView } from './page-view';
import { type RecordedRun, useRun } from './run';
import { useSpec } from './spec';

/** Those that have come: of the default comparison, or of a lesson's experiments. */
const recordings: RecordedRun[] = [];

/** Shows a recorded run when the page is empty and the spec is the one it was recorded with. */
export function offerRecorded(): void {
  const { source } = useRun.getState();
  if (source.kind !== 'none' || usePageView.getState().view?.results === false) return;
  const asked = JSON.stringify(useSpec.getState().spec);
  const fitting = recordings.find(({ run }) => JSON.stringify(run.spec) === asked);
  if (fitting) useRun.getState().showRecorded(fitting);
}

/**
 * Fetches a recorded run, absent a path that of the default comparison. Without it the page starts empty,
 * which is a state of its own.
 */
export async function fetchRecorded(path = 'recorded/default.json'): Promise<void> {
  try {
    const response = await fetch(new URL(path, document.baseURI));
    if (!response.ok) return;
    const read = (await response.json()) as RecordedRun;
    // Settings that came after it was recorded have their defaults, and so it is told from other experiments.
    recordings.push({ ...read, run: { ...read.run, spec: experimentSchema.parse(read.run.spec) } });
  } catch {
    // Offline, or a site without it.
  }
}

/**
 * From now on, shows the recorded run whenever it fits. The experiment of the address has been read by then.
 */
export function followRecorded(): void {
  offerRecorded();
  useSpec.subscribe(offerRecorded);
}
