import { type KeyboardEvent, type MouseEvent, type PointerEvent, useState } from 'react';
import { type LossChartInput, lossAt, lossGeometry } from '../charts/loss-chart';
import { stepHeld, useIsolated } from '../state/isolated';
import { whole } from '../text/numbers';
import { Swatch } from '../ui/method-line';
import { pointIn } from '../ui/pointer';

const TIP_WIDTH = 202;
/** More where the training loss stands beside. */
const BESIDE_WIDTH = 96;

/** The method of a name at the end of a line, which may have been cut to its room; null for other words. */
export function methodNamed(lines: LossChartInput['lines'], words: string): string | null {
  const cut = words.endsWith('…') ? words.slice(0, -1) : null;
  return lines.find(({ label }) => label === words || (cut !== null && cut.length > 1 && label.startsWith(cut)))?.method ?? null;
}

/**
 * One crosshair for all methods, sorted by value: follows the pointer, or the arrow keys once the chart has
 * the focus.
 */
export function Crosshair({ input, width }: { input: LossChartInput; width: number }) {
  const [epoch, setEpoch] = useState<number | null>(null);
  const { plot, epochs, height } = lossGeometry(input, width);
  const scale = (plot.right - plot.left) / epochs;
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const at = Math.round((pointIn(event).x - plot.left) / scale);
    setEpoch(at >= 1 && at <= epochs ? at : null);
    if (event.pointerType === 'mouse') useIsolated.getState().point(nameAt(event));
  };
  /** The method whose name at the end of its line is there. */
  const nameAt = ({ currentTarget, clientX, clientY }: MouseEvent<HTMLDivElement>): string | null => {
    if (clientX - currentTarget.getBoundingClientRect().left < plot.right) return null;
    for (const text of currentTarget.parentElement?.querySelectorAll('svg.over text') ?? []) {
      const box = text.getBoundingClientRect();
      const method = clientY >= box.top - 2 && clientY <= box.bottom + 14 ? methodNamed(input.lines, text.textContent ?? '') : null;
      if (method !== null) return method;
    }
    return null;
  };
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setEpoch(Math.max(1, Math.min(epochs, (epoch ?? epochs) + (epoch === null ? 0 : step))));
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      stepHeld(
        input.lines.map(({ method }) => method),
        event.key === 'ArrowDown' ? 1 : -1,
      );
    } else if (event.key === 'Escape') {
      setEpoch(null);
      useIsolated.getState().hold(null);
    }
  };
  const shown = epoch !== null && epoch <= epochs ? epoch : null;
  const rows = shown === null ? [] : lossAt(input, shown);
  const tip = TIP_WIDTH + (rows.some(({ training }) => training !== null) ? BESIDE_WIDTH : 0);
  const x = shown === null ? 0 : plot.left + shown * scale;
  const spoken = rows.map((row) => `${row.line.label} ${row.text}${row.training === null ? '' : `, training ${row.training}`}`).join(', ');
  return (
    <div
      className="cross"
      role="slider"
      tabIndex={0}
      aria-label="Read the losses at one epoch; up and down show one method alone"
      aria-valuemin={1}
      aria-valuemax={epochs}
      aria-valuenow={shown ?? epochs}
      aria-valuetext={shown === null ? `epoch ${epochs}` : `epoch ${shown}: ${spoken}`}
      style={{ height }}
      onPointerMove={move}
      onPointerDown={move}
      // A finger that is lifted leaves too, and what it asked for stays.
      onPointerLeave={({ pointerType }) => {
        if (pointerType !== 'mouse') return;
        setEpoch(null);
        useIsolated.getState().point(null);
      }}
      onClick={(event) => {
        const name = nameAt(event);
        const { held, hold } = useIsolated.getState();
        if (name !== null) hold(held === name ? null : name);
      }}
      onBlur={() => setEpoch(null)}
      onKeyDown={press}
    >
      {shown !== null && rows.length > 0 && (
        <>
          <div className="hair" style={{ left: x, top: plot.top, height: plot.bottom - plot.top }} />
          <div className="hover" style={{ left: x + tip > width ? Math.max(0, x - tip) : x + 12, top: 32 }}>
            <div className="at">epoch {whole(shown)}</div>
            {rows.map((row) => (
              <div key={row.line.method}>
                <Swatch id={row.line.method} width={20} />
                <span>{row.line.label}</span>
                <b>{row.text}</b>
                {row.training !== null && <span className="beside">training {row.training}</span>}
              </div>
            ))}
          </div>
        </>
      )}
    </div>
  );
}
