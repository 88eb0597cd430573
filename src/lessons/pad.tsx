import type { ReactNode } from 'react';
import type { Axis } from '../../workers/spec/lessons/schema';
import { linearTicks, logTicks } from '../charts/ticks';
import { methodColours } from '../ui/method-line';
import { dotPath, type Frame, frameOf, type Point, pathOf, wideEnough, xOf, yOf } from './pad-geometry';

/** Something drawn in a pad. */
export interface Mark {
  id: string;
  label: string;
  /** Its colour; absent: that of the text. */
  method?: string;
  /**
   * `answer`: wide and pale, as from a broad pen; `result`: a thin line; `dots`: a dot each; `cross`: one
   * point.
   */
  look: 'answer' | 'result' | 'dots' | 'cross';
  points: Point[];
  /** Its place among the curves of the question, which gives its dashes. */
  dash: number;
}

const DASHES = [undefined, '7 5', '1.5 5'];

/** A picture of how something is drawn. */
export function MarkKey({ look, method, dash }: Pick<Mark, 'look' | 'method' | 'dash'>) {
  return (
    <svg
      className={method ? 'method pad-key' : 'pad-key'}
      style={method ? methodColours(method) : undefined}
      width="28"
      height="12"
      aria-hidden="true"
    >
      {look === 'dots' || look === 'cross' ? (
        <path className={`pad-${look}`} d={look === 'dots' ? dotPath([[14, 6]]) : crossPath([[14, 6]])} />
      ) : (
        <path d="M3 6H25" className={`pad-${look}`} strokeDasharray={DASHES[dash]} />
      )}
    </svg>
  );
}

const crossPath = (at: readonly Point[]): string => at.map(([x, y]) => `M${(x - 6).toFixed(1)} ${y.toFixed(1)}h12m-6 -6v12`).join('');

interface Props {
  x: Axis;
  y: Axis;
  marks: readonly Mark[];
  width: number;
  height?: number;
  label: string;
  /** What takes the pointer, above the drawing. */
  children?: (frame: Frame) => ReactNode;
}

/**
 * The axes of a question with what was answered and what came out: one drawing for step, result, collector
 * and print.
 */
export function Pad({ x: askedX, y: askedY, marks, width, height = 264, label, children }: Props) {
  const points = marks.flatMap((mark) => mark.points);
  const x = wideEnough(
    askedX,
    points.map(([value]) => value),
  );
  const y = wideEnough(
    askedY,
    points.map(([, value]) => value),
  );
  const frame = frameOf(width, height);
  const { left, right, top, bottom } = frame;
  const onScreen = ([a, b]: Point): Point => [xOf(x, a, frame), yOf(y, b, frame)];
  const ticksOf = (axis: Axis, count: number) => (axis.log ? logTicks(axis.min, axis.max) : linearTicks(axis.min, axis.max, count));
  return (
    <div className="pad">
      <svg width={width} height={height} role="img" aria-label={label}>
        {ticksOf(y, 4).map(({ at, text }) => (
          <g key={text} className="pad-tick">
            <path d={`M${left} ${yOf(y, at, frame)}H${right}`} />
            <text x={left - 6} y={yOf(y, at, frame) + 4} textAnchor="end">
              {text}
            </text>
          </g>
        ))}
        {ticksOf(x, Math.max(2, Math.floor(width / 90))).map(({ at, text }) => (
          <text key={text} className="pad-tick" x={xOf(x, at, frame)} y={bottom + 16} textAnchor="middle">
            {text}
          </text>
        ))}
        <path className="pad-axis" d={`M${left} ${top}V${bottom}H${right}`} />
        <text className="pad-name" x={(left + right) / 2} y={height - 8} textAnchor="middle">
          {x.label}
        </text>
        <text className="pad-name" transform={`translate(12 ${(top + bottom) / 2}) rotate(-90)`} textAnchor="middle">
          {y.label}
        </text>
        {marks.map(({ id, look, method, points: own, dash }) => (
          <g key={`${look} ${id}`} className={method ? 'method' : undefined} style={method ? methodColours(method) : undefined}>
            <path
              className={`pad-${look}`}
              d={look === 'dots' ? dotPath(own.map(onScreen)) : look === 'cross' ? crossPath(own.map(onScreen)) : pathOf(own, x, y, frame)}
              strokeDasharray={look === 'answer' || look === 'result' ? DASHES[dash] : undefined}
            />
          </g>
        ))}
      </svg>
      {children?.(frame)}
    </div>
  );
}

/** Which line is which. */
export function PadKey({ marks }: { marks: readonly Mark[] }) {
  return (
    <p className="pad-keys">
      {marks.map((mark) => (
        <span key={`${mark.look} ${mark.id}`}>
          <MarkKey {...mark} />
          {mark.label}
        </span>
      ))}
    </p>
  );
}
