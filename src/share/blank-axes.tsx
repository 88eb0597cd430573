import type { Axis } from '../../workers/spec/lessons/schema';
import { linearTicks, logTicks } from '../charts/ticks';
import { frameOf, xOf, yOf } from '../lessons/pad-geometry';

const WIDTH = 560;
const HEIGHT = 260;

/** Empty axes to draw in by hand: a frame with its ticks, a light grid, and the names of both axes. */
export function BlankAxes({ x, y, label }: { x: Axis; y: Axis; label: string }) {
  const frame = frameOf(WIDTH, HEIGHT);
  const ticks = (axis: Axis) => (axis.log ? logTicks(axis.min, axis.max) : linearTicks(axis.min, axis.max, 6));
  return (
    <svg className="blank" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {ticks(y).map(({ at, text }) => (
        <g key={text}>
          <path d={`M${frame.left} ${yOf(y, at, frame)}H${frame.right}`} stroke="var(--grid)" />
          <text x={frame.left - 6} y={yOf(y, at, frame) + 4} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {ticks(x).map(({ at, text }) => (
        <g key={text}>
          <path d={`M${xOf(x, at, frame)} ${frame.top}V${frame.bottom + 4}`} stroke="var(--grid)" />
          <text x={xOf(x, at, frame)} y={frame.bottom + 18} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      <path d={`M${frame.left} ${frame.top}V${frame.bottom}H${frame.right}`} fill="none" stroke="var(--ink)" />
      <text x={frame.right} y={HEIGHT - 6} textAnchor="end" className="name">
        {x.label}
      </text>
      <text x={frame.left + 6} y={frame.top + 8} className="name">
        {y.label}
      </text>
    </svg>
  );
}
