import './runs.css';
import { FileButton } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { shortened } from '../../workers/data/shown-text';
import type { LabError } from '../../workers/protocol';
import { toLabError } from '../../workers/spec/lab-error';
import { SESSION_ENDING } from '../../workers/store/session/limits';
import { keptAs } from '../lab-client/keep-run';
import { openSession, saveRuns, saveShown, tableFor } from '../lab-client/session-file';
import { askToPersist, isPersisted } from '../state/persist';
import { useRun } from '../state/run';
import { heldElsewhere, runLock } from '../state/run-lock';
import { forgetRun, type KeptRun, keptBytes, keptRuns, putBack, renameRun, type TakenOut, takeOut } from '../state/run-store';
import { useRunsDialog } from '../state/runs-dialog';
import { takeRun } from '../state/table/take-run';
import { useUnderway } from '../state/underway';
import { Dialog } from '../ui/dialog';
import { plural, bytes as size } from '../ui/format';
import { Icon } from '../ui/icons';
import { takeFocus } from '../ui/take-focus';
import { ComparePanel, MOST_COMPARED } from './compare';
import { KeptHere, type Room } from './kept-here';
import { RunRow } from './run-row';
import { runTitle } from './words';

/** What this browser keeps; `again` reads it anew after a change. */
function useKeptHere() {
  const [runs, setRuns] = useState<KeptRun[] | null>(null);
  const [elsewhere, setElsewhere] = useState<ReadonlySet<string>>(new Set());
  const [room, setRoom] = useState<Room>({ bytes: null, persisted: null, unable: false });
  const again = useCallback(() => {
    const learn = (part: Partial<Room>) => setRoom((before) => ({ ...before, ...part }));
    void keptRuns().then(setRuns, () => setRuns([]));
    void heldElsewhere().then(setElsewhere);
    keptBytes().then(
      (bytes) => learn({ bytes }),
      () => learn({ unable: true }),
    );
    void isPersisted().then((persisted) => learn({ persisted }));
  }, []);
  useEffect(again, [again]);
  return { runs, elsewhere, room, again };
}

/** A run whose table could go into its file: the person says whether. */
interface Asking {
  run: KeptRun;
  table: { name: string; bytes: number };
}

function Runs() {
  const { runs, elsewhere, room, again } = useKeptHere();
  const [problem, setProblem] = useState<LabError | null>(null);
  const [said, setSaid] = useState('');
  const [deleted, setDeleted] = useState<{ taken: TakenOut; title: string } | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [asking, setAsking] = useState<Asking | null>(null);
  const source = useRun((state) => state.source);
  const blocked = useUnderway();
  const close = () => useRunsDialog.getState().set(false);
  const onPage = source.kind === 'live' ? keptAs() : null;
  const fail = (failure: unknown) => setProblem(toLabError(failure));
  const after = (work: Promise<unknown>, words = '') => {
    setProblem(null);
    work.then(() => setSaid(words), fail).finally(again);
  };
  const open = (run: KeptRun, how: 'continue' | 'results') => void takeRun(run, how).then(close, fail);
  const take = async (run: KeptRun) => {
    const taken = await takeOut(run.id);
    setDeleted({ taken, title: runTitle(run, new Date()) });
    setAsking((before) => (before?.run.id === run.id ? null : before));
  };
  const save = (run: KeptRun, tables: boolean) => {
    setAsking(null);
    after(saveRuns(runTitle(run, new Date()), [run], tables));
  };
  const askAndSave = async (run: KeptRun) => {
    const table = await tableFor(run);
    if (table) setAsking({ run, table });
    else save(run, false);
  };
  const openFile = (file: File | null) =>
    file &&
    after(
      openSession(file).then((opened) =>
        setSaid(`${plural(opened.length, 'run')} ${opened.length === 1 ? 'was' : 'were'} added from ${shortened(file.name, 80)}.`),
      ),
    );
  const compared = (runs ?? []).filter(({ id }) => chosen.includes(id));
  return (
    <div className="runs">
      {problem && (
        <p className="status is-bad" role="alert">
          <Icon name="warn" />
          <span className="words">
            <b>{problem.message}</b> {problem.hint}
          </span>
        </p>
      )}
      {runs?.length === 0 && <p>No run is kept here yet. Every run is kept as it goes; a file that the lab has saved can be opened here too.</p>}
      <ul aria-label="Kept runs">
        {runs?.map((run) => (
          <RunRow
            key={run.id}
            run={run}
            shown={run.id === onPage}
            elsewhere={elsewhere.has(runLock(run.id))}
            blocked={blocked}
            compared={chosen.includes(run.id)}
            full={chosen.length >= MOST_COMPARED}
            onCompare={(now) => setChosen(now ? [...chosen, run.id] : chosen.filter((id) => id !== run.id))}
            onOpen={(how) => open(run, how)}
            onRename={(name) => after(renameRun(run.id, name).then(askToPersist))}
            onSave={() => void askAndSave(run).catch(fail)}
            onDelete={() => after(take(run))}
          />
        ))}
      </ul>
      {asking && (
        <p className="kept-here" role="status">
          <span>
            Put its table {shortened(asking.table.name, 80)} ({size(asking.table.bytes)}) into the file too? Whoever gets the file gets the table.
          </span>
          <button type="button" className="btn" onClick={() => save(asking.run, true)}>
            With the table
          </button>
          <button type="button" className="btn quiet" onClick={() => save(asking.run, false)}>
            Without it
          </button>
        </p>
      )}
      {deleted && (
        <p className="kept-here" role="status">
          <span>{deleted.title} was deleted.</span>
          <button
            ref={takeFocus}
            type="button"
            className="btn quiet"
            onClick={() => {
              setDeleted(null);
              after(putBack(deleted.taken));
            }}
          >
            Undo
          </button>
        </p>
      )}
      <p className="sr" role="status">
        {said}
      </p>
      {compared.length > 0 && <ComparePanel runs={compared} />}
      <p className="kept-here">
        <FileButton accept={SESSION_ENDING} onChange={openFile}>
          {(props) => (
            <button type="button" className="btn" {...props}>
              <Icon name="upload" small />
              Open a saved file
            </button>
          )}
        </FileButton>
        {source.kind === 'live' && (
          <button type="button" className="btn quiet" onClick={() => after(saveShown('run on the page'))}>
            Save the run on the page as a file
          </button>
        )}
      </p>
      <KeptHere
        room={room}
        saveAll={runs && runs.length > 0 ? () => after(saveRuns('mmbeddings runs', runs, false)) : undefined}
        onErased={() => {
          setDeleted(null);
          setSaid('Everything was erased. What is on the page stays until you close it.');
          for (const { id } of runs ?? []) void forgetRun(id).catch(() => undefined);
          again();
        }}
        onAsked={again}
        onFailure={fail}
      />
    </div>
  );
}

/** The runs that this browser keeps: looked at again, compared, named, saved, deleted. */
export function RunsDialog() {
  const { open, set } = useRunsDialog();
  return (
    <Dialog opened={open} onClose={() => set(false)} title="Runs" size={960} className="runs-dialog">
      <Runs />
    </Dialog>
  );
}
