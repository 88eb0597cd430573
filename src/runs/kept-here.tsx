import { useEffect, useState } from 'react';
import { askToPersist, isPersisted } from '../state/persist';
import { eraseAll, keptBytes } from '../state/run-store';
import { isVolatile } from '../state/volatile';
import { bytes as size } from '../ui/format';
import { persistWords, STAY_WORDS } from './words';

interface Props {
  /** Counts changes of what is kept. */
  version: number;
  /** Saves all runs; absent where there are none. */
  saveAll?: () => void;
  onErased(): void;
  onFailure(failure: unknown): void;
}

/** How much is kept here, whether it will stay, and a way to save it or be rid of it. */
export function KeptHere({ version, saveAll, onErased, onFailure }: Props) {
  const [bytes, setBytes] = useState<number | null>(null);
  const [asking, setAsking] = useState(false);
  const [persisted, setPersisted] = useState<boolean | null>(null);
  const [unable, setUnable] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is kept has changed with its version
  useEffect(() => {
    keptBytes().then(setBytes, () => setUnable(true));
    void isPersisted().then(setPersisted);
  }, [version]);
  if (isVolatile())
    return <p className="help">Nothing of this visit is kept: the address says ?volatile. A run on the page can be saved as a file.</p>;
  if (unable) return <p className="help">This browser lets the page keep nothing. A run on the page can be saved as a file.</p>;
  const erase = () => {
    setAsking(false);
    eraseAll().then(onErased, onFailure);
  };
  return (
    <>
      <p className="kept-here">
        <b>Kept in this browser{bytes !== null && `: ${size(bytes)}`}</b>
        {saveAll && (
          <button type="button" className="btn quiet" onClick={saveAll}>
            Save all runs as a file
          </button>
        )}
        {asking ? (
          <>
            <span>Erase all runs, studies, tables and answers to lessons?</span>
            <button type="button" className="btn" onClick={erase}>
              Erase
            </button>
            <button type="button" className="btn quiet" onClick={() => setAsking(false)}>
              Keep
            </button>
          </>
        ) : (
          <button type="button" className="btn quiet" onClick={() => setAsking(true)}>
            Erase all
          </button>
        )}
      </p>
      <p className="help">
        Runs, studies, answers to lessons and tables that you asked to keep. {STAY_WORDS} {persistWords(persisted)}{' '}
        {persisted === false && (
          <button type="button" className="lk" onClick={() => void askToPersist().then(setPersisted)}>
            Ask the browser to keep it
          </button>
        )}
      </p>
    </>
  );
}
