import { useState } from 'react';
import { orderedClasses } from '../../state/table/table-choice';
import { useTable } from '../../state/table/table-store';

/** The classes of an ordinal target as a list, the lowest first, each of which can be moved up or down. */
export function ClassOrder({ subject }: { subject: string }) {
  const check = useTable((state) => state.check);
  const classOrder = useTable((state) => state.classOrder);
  const classes = orderedClasses({ check, classOrder });
  const [moved, setMoved] = useState('');
  const move = (from: number, to: number) => {
    const next = [...classes];
    next.splice(to, 0, ...next.splice(from, 1));
    useTable.getState().setClassOrder(next);
    setMoved(`${classes[from]} is now ${to + 1} of ${classes.length}, counted from the lowest.`);
  };
  return (
    <>
      <ol className="csv-order" aria-label={`Classes of ${subject}, the lowest first`}>
        {classes.map((label, place) => (
          <li key={label}>
            <span>{label}</span>
            <button
              type="button"
              className="btn quiet"
              aria-label={`${label} lower`}
              aria-disabled={place === 0}
              onClick={() => place > 0 && move(place, place - 1)}
            >
              ↑
            </button>
            <button
              type="button"
              className="btn quiet"
              aria-label={`${label} higher`}
              aria-disabled={place === classes.length - 1}
              onClick={() => place < classes.length - 1 && move(place, place + 1)}
            >
              ↓
            </button>
          </li>
        ))}
      </ol>
      <span className="sr" role="status">
        {moved}
      </span>
    </>
  );
}
