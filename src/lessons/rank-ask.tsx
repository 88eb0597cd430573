import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { Answer } from '../../workers/spec/lessons/answer';
import type { Ask } from '../../workers/spec/lessons/schema';
import { Icon } from '../ui/icons';
import { MathText } from '../ui/math-text';
import { Swatch } from '../ui/method-line';

type RankAsk = Extract<Ask, { kind: 'rank' }>;

/** Two columns of dots: what can be dragged. */
const Grip = () => (
  <svg width="10" height="16" viewBox="0 0 10 16" fill="currentColor" aria-hidden="true">
    {[2, 8].flatMap((cx) => [3, 8, 13].map((cy) => <circle key={`${cx} ${cy}`} cx={cx} cy={cy} r="1.4" />))}
  </svg>
);

/** An order with one item moved to a place; places beyond the ends are the ends. */
export function moved(order: readonly string[], id: string, place: number): string[] {
  const others = order.filter((other) => other !== id);
  const to = Math.max(0, Math.min(others.length, place));
  return [...others.slice(0, to), id, ...others.slice(to)];
}

/**
 * A list to put in order: drag a line by its handle, press the arrows, or use the arrow keys on a handle. It
 * counts as answered when it was moved, or confirmed as it stands.
 */
export function RankAskView({ ask, answer, onAnswer }: { ask: RankAsk; answer: Answer | undefined; onAnswer(answer: Answer): void }) {
  const { items, first } = ask;
  const ids = items.map(({ id }) => id);
  const known = answer?.kind === 'rank' && [...answer.order].sort().join() === [...ids].sort().join() ? answer.order : null;
  const [order, setOrder] = useState<readonly string[]>(known ?? ids);
  const [said, setSaid] = useState('');
  const list = useRef<HTMLOListElement>(null);
  const dragged = useRef<string | null>(null);
  const labelOf = (id: string): string => items.find((item) => item.id === id)?.label ?? id;
  const move = (id: string, place: number): void => {
    const next = moved(order, id, place);
    if (next.join() === order.join()) return;
    setOrder(next);
    setSaid(`${labelOf(id)}: place ${next.indexOf(id) + 1} of ${next.length}.`);
    onAnswer({ kind: 'rank', order: next });
  };
  const onKey = (event: KeyboardEvent, id: string): void => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(id, order.indexOf(id) + step);
  };
  const drag = (event: PointerEvent): void => {
    if (dragged.current === null || !list.current) return;
    const rows = [...list.current.children].map((row) => row.getBoundingClientRect());
    const place = rows.findIndex((row) => event.clientY < row.bottom);
    move(dragged.current, place < 0 ? order.length - 1 : place);
  };
  return (
    <>
      <p className="help">
        First: <MathText>{first}</MathText>.
      </p>
      <ol className="rank" ref={list}>
        {order.map((id, place) => (
          <li key={id}>
            <button
              type="button"
              className="handle"
              aria-label={`${labelOf(id)}, place ${place + 1} of ${order.length}. Arrow keys move it.`}
              title="Drag, or press the arrow keys"
              onKeyDown={(event) => onKey(event, id)}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                dragged.current = id;
              }}
              onPointerMove={drag}
              onPointerUp={() => {
                dragged.current = null;
              }}
            >
              <Grip />
            </button>
            <span className="place">{place + 1}</span>
            {items.find((item) => item.id === id)?.method && <Swatch id={items.find((item) => item.id === id)?.method ?? ''} width={22} />}
            <span className="name">
              <MathText>{labelOf(id)}</MathText>
            </span>
            <button
              type="button"
              className="btn quiet icon up"
              aria-label={`${labelOf(id)}: one place up`}
              disabled={place === 0}
              onClick={() => move(id, place - 1)}
            >
              <Icon name="down" small />
            </button>
            <button
              type="button"
              className="btn quiet icon"
              aria-label={`${labelOf(id)}: one place down`}
              disabled={place === order.length - 1}
              onClick={() => move(id, place + 1)}
            >
              <Icon name="down" small />
            </button>
          </li>
        ))}
      </ol>
      {known === null && (
        <p className="under">
          <button type="button" className="btn" onClick={() => onAnswer({ kind: 'rank', order: [...order] })}>
            This is my order
          </button>
        </p>
      )}
      <span className="sr" aria-live="polite">
        {said}
      </span>
    </>
  );
}
