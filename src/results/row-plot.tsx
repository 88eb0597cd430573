import type { ReactNode } from 'react';
import { linearTicks } from '../charts/ticks';
import { methodColours } from '../ui/method-line';

const WIDTH = 320;
/** Free space beside the scale. */
const EDGE = 8;
/** Half the width of a tick’s label (px), which must not be cut at the edge. */
const LABEL = 14;

interface Props {
  method: string;
  /** What the row shows, for those who do not see it. */
  label: string;
  /** The scale that all rows of a group share. */
  range: readonly [number, number];
  /** About how many ticks the axis has. */
  ticks: number;
  /** The last row has the axis. */
  last: boolean;
  /** Marks of the row, 36 px high, by the place of a value; beyond the range that is its end. */
  children: (x: (value: number) => number) => ReactNode;
}

/** A small plot in a row of a table, on one scale with the rows above and below it. */
export function RowPlot({ method, label, range: [low, high], ticks, last, children }: Props) {
  const x = (value: number) => EDGE + ((Math.max(low, Math.min(value, high)) - low) / (high - low)) * (WIDTH - 2 * EDGE);
  return (
    <svg className="interval method" style={methodColours(method)} width={WIDTH} height={last ? 56 : 36} role="img" aria-label={label}>
      {children(x)}
      {last && <path d={`M${EDGE} 36.5H${WIDTH - EDGE}`} stroke="var(--axis)" />}
      {last &&
        linearTicks(low, high, ticks).map(({ at, text }) => (
          <g key={at}>
            <path d={`M${x(at)} 36.5v4`} stroke="var(--axis)" />
            <text x={Math.max(LABEL, Math.min(x(at), WIDTH - LABEL))} y="52" textAnchor="middle">
              {text}
            </text>
          </g>
        ))}
    </svg>
  );
}
