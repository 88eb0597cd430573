import { experimentSchema } from '../../workers/spec/experiment';
import { type RecordedRun, useRun } from './run';
import { useSpec } from './spec';

let recorded: RecordedRun | null = null;

/** Shows the recorded run when the page is empty and the spec is the one it was recorded with. */
export function offerRecorded(): void {
  const { source } = useRun.getState();
  if (recorded && source.kind === 'none' && JSON.stringify(recorded.run.spec) === JSON.stringify(useSpec.getState().spec)) {
    useRun.getState().showRecorded(recorded);
  }
}

/**
 * Fetches the recorded run of the default comparison. Without it the page starts empty, which is a state of
 * its own.
 */
export async function fetchRecorded(): Promise<void> {
  try {
    const response = await fetch(new URL('recorded/default.json', document.baseURI));
    if (!response.ok) return;
    const read = (await response.json()) as RecordedRun;
    // Settings that came after it was recorded have their defaults, and so it is told from other experiments.
    recorded = { ...read, run: { ...read.run, spec: experimentSchema.parse(read.run.spec) } };
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
