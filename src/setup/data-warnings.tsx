import { useEffect, useState } from 'react';
import type { DataWarning } from '../../workers/protocol';
import { summarize } from '../lab-client/client';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { useSpec } from '../state/spec';
import { useSeries } from '../state/table/series-store';
import { useTable } from '../state/table/table-store';
import { Icon } from '../ui/icons';

/** A pause of the person before the worker is asked to divide the rows anew. */
const SETTLED_MS = 400;

/**
 * What to know of the open table before Train, once its rows are divided; until the worker has answered, what
 * it said of the roles.
 */
function useWarnings(): DataWarning[] {
  const spec = useSpec((state) => state.spec);
  const fingerprint = useTable((state) => state.preview?.fingerprint);
  const check = useTable((state) => state.check);
  const underway = useRun((state) => isUnderway(state.status));
  const [known, setKnown] = useState<{ key: string; warnings: DataWarning[] } | null>(null);
  const { dataset, seeds } = spec;
  const series = useSeries((state) => state.inUse);
  const open = (dataset.kind === 'table' && dataset.fingerprint === fingerprint) || (dataset.kind === 'series-table' && series !== null);
  const key = JSON.stringify([dataset, seeds.split]);
  const ask = open && !underway && known?.key !== key;
  useEffect(() => {
    if (!ask) return;
    let late = false;
    const timer = setTimeout(() => {
      summarize(spec).then(
        ({ warnings }) => late || setKnown({ key, warnings: warnings ?? [] }),
        // Train says what is wrong with the data, and what to do about it.
        () => late || setKnown({ key, warnings: [] }),
      );
    }, SETTLED_MS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [ask, key, spec]);
  if (!open) return [];
  return known?.key === key ? known.warnings : ((dataset.kind === 'table' ? check?.warnings : series?.warnings) ?? []);
}

/** What the worker says of data that can be used. */
export function WarningList({ warnings, label }: { warnings: readonly DataWarning[]; label: string }) {
  if (warnings.length === 0) return null;
  return (
    <ul className="data-warnings" aria-label={label}>
      {warnings.map(({ code, message }) => (
        <li key={`${code} ${message}`}>
          <Icon name="warn" small />
          <span>{message}</span>
        </li>
      ))}
    </ul>
  );
}

export const DataWarnings = () => <WarningList warnings={useWarnings()} label="What to know of these data" />;
