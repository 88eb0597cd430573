import { type PointerEvent, useRef, useState } from 'react';
import type { Answer } from '../../workers/spec/lessons/answer';
import type { Ask } from '../../workers/spec/lessons/schema';
import { useElementWidth } from '../ui/element-width';
import { NumberField } from './number-field';
import { type Mark, MarkKey, Pad } from './pad';
import { columnsOf, EMPTY, type Frame, isWhole, numberAt, pointAt, pointsOf, stroked, withNumber, type Ys } from './pad-geometry';

type SketchAsk = Extract<Ask, { kind: 'sketch' }>;
type MarkAsk = Extract<Ask, { kind: 'mark' }>;

/** What was drawn or marked as it stands in a pad. */
export function answerMarks(ask: SketchAsk | MarkAsk, answer: Answer | undefined): Mark[] {
  if (ask.kind === 'sketch')
    return ask.curves.flatMap(({ id, label, method }, dash) => {
      const points = answer?.kind === 'sketch' ? answer.curves[id] : undefined;
      return points ? [{ id, label, method, look: 'answer' as const, points, dash }] : [];
    });
  return ask.marks.flatMap(({ id, label, method }, dash) => {
    const point = answer?.kind === 'mark' ? answer.marks[id] : undefined;
    return point ? [{ id, label, method, look: 'cross' as const, points: [point], dash }] : [];
  });
}

/** Which of several is drawn now: as radio buttons, each with its line. */
function Which({ items, look, chosen, onChoose }: { items: SketchAsk['curves']; look: Mark['look']; chosen: string; onChoose(id: string): void }) {
  if (items.length < 2) return null;
  return (
    <div className="which" role="radiogroup" aria-label="What you draw">
      {items.map(({ id, label, method }, dash) => (
        <label key={id} data-checked={chosen === id || undefined}>
          <input type="radio" name="which" checked={chosen === id} onChange={() => onChoose(id)} />
          <MarkKey look={look} method={method} dash={dash} />
          {label}
        </label>
      ))}
    </div>
  );
}

const placeIn = (event: PointerEvent<HTMLElement>): { x: number; y: number } => {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
};

/** A curve by pointer in the axes, or by numbers in a form that draws the same curve. */
export function SketchAskView({ ask, answer, onAnswer }: { ask: SketchAsk; answer: Answer | undefined; onAnswer(answer: Answer | null): void }) {
  const { x, y, curves, at } = ask;
  const [drawn, setDrawn] = useState<Record<string, Ys>>(() =>
    Object.fromEntries(
      curves.map(({ id }) => {
        const points = answer?.kind === 'sketch' ? answer.curves[id] : undefined;
        return [id, points ? columnsOf(points, x) : EMPTY];
      }),
    ),
  );
  const [chosen, setChosen] = useState(curves[0].id);
  const [ref, width] = useElementWidth<HTMLDivElement>(340);
  const last = useRef<{ x: number; y: number } | null>(null);
  const change = (id: string, ys: Ys): void => {
    const next = { ...drawn, [id]: ys };
    setDrawn(next);
    const whole = curves.every((curve) => isWhole(next[curve.id]));
    onAnswer(whole ? { kind: 'sketch', curves: Object.fromEntries(curves.map((curve) => [curve.id, pointsOf(next[curve.id], x)])) } : null);
  };
  const draw = (event: PointerEvent<HTMLElement>, frame: Frame): void => {
    const to = placeIn(event);
    change(chosen, stroked(drawn[chosen], y, last.current ?? to, to, frame));
    last.current = to;
  };
  const marks = curves.flatMap(({ id, label, method }, dash): Mark[] => {
    const points = pointsOf(drawn[id], x);
    return points.length > 1 ? [{ id, label, method, look: 'answer', points, dash }] : [];
  });
  /** Once a curve is whole, the next that is not is the one to draw. */
  const finish = (): void => {
    last.current = null;
    const open = curves.find(({ id }) => !isWhole(drawn[id]));
    if (isWhole(drawn[chosen]) && open) setChosen(open.id);
  };
  const own = curves.find(({ id }) => id === chosen) ?? curves[0];
  return (
    <>
      <Which items={curves} look="answer" chosen={chosen} onChoose={setChosen} />
      <div ref={ref}>
        <Pad x={x} y={y} marks={marks} width={width} label={`Your sketch: ${y.label} by ${x.label}. The numbers below say the same.`}>
          {(frame) => (
            <div
              className="pad-over"
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                last.current = null;
                draw(event, frame);
              }}
              onPointerMove={(event) => last.current && draw(event, frame)}
              onPointerUp={finish}
              onPointerCancel={finish}
            />
          )}
        </Pad>
      </div>
      <p className="help">Draw from left to right with a finger, pen or mouse. Draw again over what you want to change. Or give numbers:</p>
      <fieldset className="numbers">
        <legend>{curves.length > 1 ? `${own.label}: ${y.label}` : y.label}</legend>
        {at.map((place, i) => (
          <NumberField
            key={`${own.id} ${place}`}
            label={`at ${place.toLocaleString('en-US')}`}
            value={numberAt(drawn[own.id], x, place)}
            min={y.min}
            max={y.max}
            onChange={(value) => change(own.id, withNumber(drawn[own.id], { x, y }, at, i, value))}
          />
        ))}
      </fieldset>
      <p className="under">
        <button type="button" className="lk" onClick={() => change(own.id, EMPTY)}>
          Erase {curves.length > 1 ? `“${own.label}”` : 'the curve'}
        </button>
      </p>
    </>
  );
}

/** A point for each item: a tap in the axes, or two numbers. */
export function MarkAskView({ ask, answer, onAnswer }: { ask: MarkAsk; answer: Answer | undefined; onAnswer(answer: Answer | null): void }) {
  const { x, y, marks: items } = ask;
  const [given, setGiven] = useState<Record<string, [number | null, number | null]>>(() => {
    const known = answer?.kind === 'mark' ? answer.marks : {};
    return Object.fromEntries(items.map(({ id }) => [id, known[id] ?? [null, null]]));
  });
  const [chosen, setChosen] = useState(items[0].id);
  const [ref, width] = useElementWidth<HTMLDivElement>(340);
  const isSet = (pair: [number | null, number | null]): pair is [number, number] => pair[0] !== null && pair[1] !== null;
  const change = (id: string, pair: [number | null, number | null]): void => {
    const next = { ...given, [id]: pair };
    setGiven(next);
    const whole = items.every((item) => isSet(next[item.id]));
    onAnswer(whole ? { kind: 'mark', marks: next as Record<string, [number, number]> } : null);
  };
  const set = (event: PointerEvent<HTMLElement>, frame: Frame): void => {
    change(chosen, pointAt(x, y, placeIn(event), frame));
    const open = items.find(({ id }) => id !== chosen && !isSet(given[id]));
    if (open) setChosen(open.id);
  };
  const marks = items.flatMap(({ id, label, method }, dash): Mark[] => {
    const pair = given[id];
    return isSet(pair) ? [{ id, label, method, look: 'cross', points: [pair], dash }] : [];
  });
  const own = items.find(({ id }) => id === chosen) ?? items[0];
  return (
    <>
      <Which items={items} look="cross" chosen={chosen} onChoose={setChosen} />
      <div ref={ref}>
        <Pad x={x} y={y} marks={marks} width={width} label={`Your mark: ${y.label} by ${x.label}. The numbers below say the same.`}>
          {(frame) => <div className="pad-over" onPointerDown={(event) => set(event, frame)} />}
        </Pad>
      </div>
      <p className="help">Tap in the chart, or give numbers:</p>
      <fieldset className="numbers">
        <legend>{own.label}</legend>
        {[x, y].map((axis, i) => (
          <NumberField
            key={`${own.id} ${axis.label}`}
            label={axis.label}
            value={given[own.id][i]}
            min={axis.min}
            max={axis.max}
            onChange={(value) => change(own.id, i === 0 ? [value, given[own.id][1]] : [given[own.id][0], value])}
          />
        ))}
      </fieldset>
    </>
  );
}
