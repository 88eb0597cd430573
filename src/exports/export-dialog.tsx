import './exports.css';
import { NativeSelect } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ExportedMethod, LabError } from '../../workers/protocol';
import { toLabError } from '../../workers/spec/lab-error';
import { aboutMethod } from '../../workers/spec/methods';
import { exportedMethods } from '../lab-client/models';
import { saveDownload } from '../lab-client/save';
import { fileName } from '../results/save';
import { useExports } from '../state/exports';
import { useRun } from '../state/run';
import { Dialog } from '../ui/dialog';
import { bytes } from '../ui/format';
import { Icon } from '../ui/icons';
import { agree } from '../words/names';
import { PredictFile } from './predict-file';
import { EXPORTS, type ExportEntry } from './registry';

/** One kind of file: what it is for, and its button. */
function Entry({ entry, method }: { entry: ExportEntry; method: string }) {
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState('');
  const [error, setError] = useState<LabError | null>(null);
  const make = async () => {
    setBusy(true);
    setError(null);
    setTold('');
    try {
      const { words = '', ...download } = await entry.make(method);
      saveDownload({ ...download, name: fileName(download.name) }, entry.type);
      setTold(`${bytes(download.bytes.length)}. ${words}`);
    } catch (thrown) {
      setError(toLabError(thrown));
    }
    setBusy(false);
  };
  return (
    <li>
      <div>
        <b>{entry.title}</b>
        <p className="help">{entry.sentence}</p>
        <p className="help" role="status">
          {told}
        </p>
        {error && (
          <p className="refused" role="alert">
            {error.message} {error.hint}
          </p>
        )}
      </div>
      <button type="button" className="btn" disabled={busy} aria-label={`Save ${entry.title.toLowerCase()}`} onClick={() => void make()}>
        <Icon name="download" small />
        Save
      </button>
    </li>
  );
}

/** The finished methods of the run; null until the worker has answered. */
function useExported(): ExportedMethod[] | null {
  const [methods, setMethods] = useState<ExportedMethod[] | null>(null);
  useEffect(() => {
    /** Questions that were asked or given up: only the newest is answered. */
    let newest = 0;
    const ask = () => {
      const mine = ++newest;
      exportedMethods().then(
        (found) => mine === newest && setMethods(found),
        () => mine === newest && setMethods([]),
      );
    };
    ask();
    const leave = useRun.subscribe((now, before) => now.results !== before.results && ask());
    return () => {
      newest++;
      leave();
    };
  }, []);
  return methods;
}

function Body() {
  const methods = useExported();
  const [chosen, setChosen] = useState<string | null>(null);
  if (methods === null) return <p className="help">Looking at what can be exported.</p>;
  const one = methods.find(({ method }) => method === chosen) ?? methods.find(({ refusal }) => refusal === null) ?? methods[0];
  if (!one) return <p>No method of this run has results yet. Train one to its end, or press Stop.</p>;
  const { label } = aboutMethod(one.method);
  return (
    <>
      <NativeSelect
        label="Method"
        value={one.method}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={methods.map(({ method }) => ({ value: method, label: aboutMethod(method).label }))}
      />
      {one.refusal !== null ? (
        <p className="refused">
          {label} {agree([label], 'has', 'have')} no model file. {one.refusal}
        </p>
      ) : (
        <>
          <ul className="export-list">
            {EXPORTS.map((entry) => (
              <Entry key={`${entry.id} ${one.method}`} entry={entry} method={one.method} />
            ))}
          </ul>
          <PredictFile key={one.method} source={{ method: one.method }} />
        </>
      )}
    </>
  );
}

/** Files of a finished method for use elsewhere, and rows of another table predicted by it. */
export function ExportDialog() {
  const close = useExports((state) => state.close);
  return (
    <Dialog opened onClose={close} title="Export" size={720} className="export-dialog">
      <div className="export-body">
        <Body />
      </div>
    </Dialog>
  );
}
