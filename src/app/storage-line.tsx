import { useEffect, useState } from 'react';
import { eraseAll, keptBytes } from '../state/run-store';
import { isVolatile } from '../state/volatile';

/** Where runs, studies and lessons are kept, how much that is, and a way to be rid of it. */
export function StorageLine() {
  const [bytes, setBytes] = useState<number | null>(null);
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    keptBytes().then(setBytes, () => setSaid('This browser lets the page keep nothing.'));
  }, []);
  if (isVolatile()) return <p className="help">Nothing of this visit is kept: the address says ?volatile.</p>;
  if (said) return <p className="help">{said}</p>;
  const erase = () =>
    eraseAll().then(
      () => setSaid('Everything was erased. What is on the page stays until you close it.'),
      (failure: unknown) => setSaid(`It could not be erased: ${failure instanceof Error ? failure.message : String(failure)}`),
    );
  return (
    <p className="help">
      Runs, studies and answers to lessons are kept in this browser alone{bytes !== null && `: ${(bytes / 1e6).toFixed(1)} MB`}.{' '}
      {asking ? (
        <>
          Erase all of it?{' '}
          <button type="button" className="btn quiet" onClick={erase}>
            Erase
          </button>{' '}
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
  );
}
