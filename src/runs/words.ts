import { type KeptRun, MOST_RUNS } from '../state/run-store';
import { dataOf } from '../state/stale';
import { datasetName } from '../ui/dataset-words';
import { bytes, count, plural } from '../ui/format';

/** "14:05" for one of today, with the day before it for others. */
export function whenWords(at: Date, now: Date): string {
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (at.toDateString() === now.toDateString()) return time;
  return `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}, ${time}`;
}

/** What a run is called: by its person, else by its data and its time. */
export const runTitle = ({ name, spec, begun }: Pick<KeptRun, 'name' | 'spec' | 'begun'>, now: Date): string =>
  name ?? `${datasetName(spec.dataset)}, ${whenWords(new Date(begun), now)}`;

/** "3 methods, stopped at epoch 112 · 2.3 MB", with its data where the name does not say them. */
export function runFacts(run: Pick<KeptRun, 'name' | 'spec' | 'begun' | 'over' | 'epoch' | 'bytes'>, now: Date): string {
  const where = run.over ? `${plural(run.epoch, 'epoch')}, ended` : `stopped at epoch ${count(run.epoch)}`;
  const data = run.name === undefined ? '' : `${datasetName(run.spec.dataset)}, ${whenWords(new Date(run.begun), now)} · `;
  return `${data}${plural(run.spec.methods.length, 'method')}, ${where} · ${bytes(run.bytes)}`;
}

/** Which runs stay. */
export const STAY_WORDS = `The ${MOST_RUNS} newest runs stay, and those that have a name of yours until you delete them.`;

/** What the browser answers when it is asked to keep this. Null: it does not say. */
export function persistWords(persisted: boolean | null): string {
  if (persisted === true) return 'The browser has promised not to clear this by itself.';
  if (persisted === false)
    return 'The browser may clear this when the disk is full, or when you have not come for a while: save what matters as a file.';
  return 'The browser does not say whether this will stay: save what matters as a file.';
}

/** What is to be said of curves that are laid over one another. */
export function compareWords(runs: readonly Pick<KeptRun, 'spec'>[], without: readonly string[]): string {
  const data = new Set(runs.map(({ spec }) => JSON.stringify(dataOf(spec))));
  const alike =
    data.size === 1
      ? 'All of these runs train and validate on the same rows.'
      : 'These runs are not of the same rows: their losses are of different things.';
  return without.length === 0 ? alike : `${alike} Without this method: ${without.join('; ')}.`;
}
