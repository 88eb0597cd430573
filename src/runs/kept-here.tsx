import { useState } from 'react';
import { askToPersist } from '../state/persist';
import { eraseAll } from '../state/run-store';
import { isVolatile } from '../state/volatile';
import { bytes as size } from '../ui/format';
import { takeFocus } from '../ui/take-focus';
import { persistWords, STAY_WORDS } from './words';

/** What is known of the place where all is kept. */
export interface Room {
  /** null: not counted yet. */
  bytes: number | null;
  /** Whether the browser has promised to keep it; null: it does not say. */
  persisted: boolean | null;
  /** This browser keeps nothing. */
  unable: boolean;
}

interface Props {
  room: Room;
  /** Saves all runs; absent where there are none. */
  saveAll?: () => void;
  onErased(): void;
  /** The browser was asked to keep it. */
  onAsked(): void;
  onFailure(failure: unknown): void;
}

/** How much is kept here, whether it will stay, and a way to save it or be rid of it. */
export function KeptHere({ room: { bytes, persisted, unable }, saveAll, onErased, onAsked, onFailure }: Props) {
  const [asking, setAsking] = useState(false);
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
            <button ref={takeFocus} type="button" className="btn quiet" onClick={() => setAsking(false)}>
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
          <button type="button" className="lk" onClick={() => void askToPersist().then(onAsked)}>
            Ask the browser to keep it
          </button>
        )}
      </p>
    </>
  );
}
