import { type FormEvent, useState } from 'react';
import type { StepTrace } from '../../workers/protocol';
import { useFollowed } from '../state/followed';

/**
 * Which row is followed: another one, one of a rare level, the worst of the test rows, or one by its number.
 */
export function FollowBar({ trace }: { trace: StepTrace | null }) {
  const setFollow = useFollowed((state) => state.setFollow);
  const [seed, setSeed] = useState(1);
  const [number, setNumber] = useState('');
  const other = (kind: 'random' | 'rare') => {
    setSeed(seed + 1);
    setFollow({ kind, seed: seed + 1 });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (/^\d+$/.test(number.trim()) && Number(number) >= 1) setFollow({ kind: 'row', row: Number(number) - 1 });
  };
  const leveled = trace === null || trace.features.length > 0;
  return (
    <div className="follow">
      <span className="name">Follow</span>
      <button type="button" className="btn" onClick={() => other('random')}>
        Another row
      </button>
      {leveled && (
        <button type="button" className="btn" onClick={() => other('rare')}>
          A rare level
        </button>
      )}
      <button type="button" className="btn" onClick={() => setFollow({ kind: 'worst' })}>
        The worst test row
      </button>
      <form onSubmit={submit}>
        <input
          className="txt"
          inputMode="numeric"
          aria-label="Number of a row"
          placeholder="row"
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <button type="submit" className="btn">
          Go
        </button>
      </form>
    </div>
  );
}
