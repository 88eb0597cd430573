import './exports.css';
import { NativeSelect } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ExportedMethod, LabError } from '../../workers/protocol';
import { toLabError } from '../../workers/spec/lab-error';
import { aboutMethod } from '../../workers/spec/methods';
import { exportedMethods } from '../lab-client/models';
import { saveBlob } from '../lab-client/save';
import { fileName } from '../results/save';
import { useExports } from '../state/exports';
import { useRun } from '../state/run';
import { listed } from '../text/numbers';
import { Dialog } from '../ui/dialog';
import { bytes } from '../ui/format';
import { Icon } from '../ui/icons';
import { PredictFile } from './predict-file';
import { EXPORTS, type ExportChoice, type ExportEntry } from './registry';

/** Files of different methods have different names: 'model.onnx' becomes 'model-mmbeddings.onnx'. */
const ofMethod = (name: string, method: string): string => name.replace(/(\.[^.]+)$/, `-${method}$1`);

/** One kind of file: what it is for, and its buttons. Files that the method does not have say why. */
function Entry({ entry, one }: { entry: ExportEntry; one: ExportedMethod }) {
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState('');
  const [error, setError] = useState<LabError | null>(null);
  const make = async (file: ExportChoice) => {
    setBusy(true);
    setError(null);
    setTold('');
    try {
      const { name, blob, words } = await file.make(one.method);
      saveBlob(fileName(entry.of === 'method' ? ofMethod(name, one.method) : name), blob);
      setTold(`${bytes(blob.size)}. ${words}`);
    } catch (thrown) {
      setError(toLabError(thrown));
    }
    setBusy(false);
  };
  const refused = entry.files.flatMap((file) => {
    const refusal = file.refusal(one);
    return refusal === null ? [] : [{ file, refusal }];
  });
  const there = entry.files.filter((file) => !refused.some((other) => other.file === file));
  const reasons = [...new Set(refused.map(({ refusal }) => refusal))];
  return (
    <li>
      <div>
        <b>{entry.title}</b>
        <p className="help">{entry.sentence}</p>
        {reasons.map((reason) => (
          <p className="help" key={reason}>
            {there.length > 0 && `No ${listed(refused.filter(({ refusal }) => refusal === reason).map(({ file }) => file.label))}: `}
            {reason}
          </p>
        ))}
        <p className="help" role="status">
          {told}
        </p>
        {error && (
          <p className="refused" role="alert">
            {error.message} {error.hint}
          </p>
        )}
      </div>
      {there.length > 0 && (
        <div className="export-files">
          {there.map((file) => (
            <button key={file.label} type="button" className="btn" disabled={busy} aria-label={`Save ${file.what}`} onClick={() => void make(file)}>
              <Icon name="download" small />
              {file.label}
            </button>
          ))}
        </div>
      )}
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

const entriesOf = (of: ExportEntry['of']): ExportEntry[] => EXPORTS.filter((entry) => entry.of === of);

function Body() {
  const methods = useExported();
  const [chosen, setChosen] = useState<string | null>(null);
  if (methods === null) return <p className="help">Looking at what can be exported.</p>;
  const one = methods.find(({ method }) => method === chosen) ?? methods.find(({ refusals }) => refusals.model === undefined) ?? methods[0];
  if (!one) return <p>No method of this run has results yet. Train one to its end, or press Stop.</p>;
  return (
    <>
      <NativeSelect
        label="Method"
        value={one.method}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={methods.map(({ method }) => ({ value: method, label: aboutMethod(method).label }))}
      />
      <ul className="export-list">
        {entriesOf('method').map((entry) => (
          <Entry key={`${entry.id} ${one.method}`} entry={entry} one={one} />
        ))}
      </ul>
      {one.refusals.model === undefined && <PredictFile key={one.method} source={{ method: one.method }} />}
      {entriesOf('run').length > 0 && (
        <section className="export-run" aria-labelledby="export-run-title">
          <h3 id="export-run-title">The whole run</h3>
          <ul className="export-list">
            {entriesOf('run').map((entry) => (
              <Entry key={entry.id} entry={entry} one={one} />
            ))}
          </ul>
        </section>
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
