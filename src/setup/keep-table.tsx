import { Checkbox } from '@mantine/core';
import { useEffect, useState } from 'react';
import { toLabError } from '../../workers/spec/lab-error';
import { openFile } from '../lab-client/client';
import { forgetTable, keepTable, keptTable, mayBeKept } from '../state/kept-tables';
import { useNotice } from '../state/notice';
import { askToPersist } from '../state/persist';
import { isVolatile } from '../state/volatile';
import { bytes } from '../ui/format';

/** A small table is kept itself when its person says so; a reload then finds it. */
export function KeepTable({ fingerprint }: { fingerprint: string }) {
  const [kept, setKept] = useState<boolean | null>(null);
  useEffect(() => {
    let late = false;
    // A browser that stores nothing is not asked to.
    keptTable(fingerprint).then(
      (table) => late || setKept(table?.file !== undefined),
      () => undefined,
    );
    return () => {
      late = true;
    };
  }, [fingerprint]);
  const file = openFile(fingerprint);
  if (isVolatile() || kept === null || !file || !mayBeKept(file)) return null;
  const change = async (keep: boolean) => {
    setKept(keep);
    try {
      if (keep) await keepTable(file, fingerprint);
      else await forgetTable(fingerprint);
      if (keep) await askToPersist();
    } catch (failure) {
      setKept(!keep);
      useNotice.getState().show(toLabError(failure));
    }
  };
  return (
    <Checkbox
      className="keep-table"
      checked={kept}
      label={`Keep it in this browser (${bytes(file.size)})`}
      title="A reload or a later visit then finds the table without asking for its file."
      onChange={(event) => void change(event.currentTarget.checked)}
    />
  );
}
