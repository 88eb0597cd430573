import type { Step } from '../../../workers/data/schema';
import { shortened } from '../../../workers/data/shown-text';
import type { TablePreview } from '../../../workers/protocol';
import type { ExperimentSpec } from '../../../workers/spec/experiment';
import { toLabError } from '../../../workers/spec/lab-error';
import { isOpen, openKnown } from '../../lab-client/client';
import { takeKept } from '../../lab-client/kept-runs';
import { openSession } from '../../lab-client/session-file';
import { type MissingTable, useKept } from '../kept';
import { fileOf } from '../kept-tables';
import { useRun } from '../run';
import type { KeptRun } from '../run-store';
import { useRunsDialog } from '../runs-dialog';
import { underway } from '../underway';
import { useTable } from './table-store';

interface Asked {
  which: 'table' | 'features';
  name: string;
  fingerprint: string;
  reading?: Step[];
}

/** The tables of one's own that an experiment is about. */
function tablesOf({ dataset }: ExperimentSpec): Asked[] {
  if (dataset.kind === 'table') return [{ which: 'table', ...dataset }];
  if (dataset.kind !== 'series-table') return [];
  return [{ which: 'table', ...dataset }, ...(dataset.features ? [{ which: 'features' as const, ...dataset.features }] : [])];
}

const another = (file: string, name: string) => ({
  code: 'other-table',
  message: `${file} is another table than ${name} was: its cells are not those that the run trained on.`,
  hint: `Choose ${name} as it was then, or take the results alone.`,
});

/**
 * Opens the tables of an experiment, each by its own steps of reading: kept ones, those whose file can be
 * found, and `chosen` for the first that cannot. Null: all are open; else the first that is missing, with why
 * what was tried is not it.
 *
 * @param ask whether permission for a file may be asked for, which needs a press
 */
async function bringTables(spec: ExperimentSpec, ask: boolean, chosen?: File): Promise<MissingTable | null> {
  let given = chosen;
  for (const { which, name, fingerprint, reading } of tablesOf(spec)) {
    if (isOpen(fingerprint)) continue;
    const file = given ?? (await fileOf(fingerprint, ask));
    given = undefined;
    if (!file) return { name, problem: null };
    let preview: TablePreview | null;
    try {
      preview = await openKnown(which, file, fingerprint, reading);
    } catch (refusal) {
      return { name, problem: toLabError(refusal) };
    }
    if (!preview) return { name, problem: another(shortened(file.name, 100), name) };
    if (spec.dataset.kind === 'table') useTable.getState().adopt(preview, spec.dataset);
  }
  return null;
}

/** How often a run was asked for. */
let asked = 0;

/**
 * Goes on with a kept run, or shows its results. Nothing happens where another was asked for, or a run was
 * begun, while its table was read, or where a run or a study is under way. Where its table is needed and not
 * at hand nothing happens but that the page asks for the file. Rejects with LabFailure where what was kept is
 * damaged.
 */
export async function takeRun(run: KeptRun, how: 'continue' | 'results', chosen?: File): Promise<void> {
  if (underway()) return;
  const mine = ++asked;
  const { number } = useRun.getState();
  const wanted = (): boolean => mine === asked && number === useRun.getState().number;
  const missing = await bringTables(run.spec, how === 'continue', chosen);
  if (!wanted()) return;
  if (missing && how === 'continue') useKept.getState().offer(run, missing);
  else await takeKept(run, how, wanted);
}

/**
 * Opens a session file: one run is shown, several are listed. Rejects with LabFailure where it is refused.
 */
export async function openSaved(file: File): Promise<void> {
  const runs = await openSession(file);
  if (runs.length === 1 && !underway()) await takeRun(runs[0], 'results');
  else useRunsDialog.getState().set(true);
}
