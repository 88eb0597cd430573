import { type Ref, useId } from 'react';
import { shortened } from '../../workers/data/shown-text';
import type { StepTrace } from '../../workers/protocol';
import type { Theme } from '../charts/figure';
import { fixed, value, whole } from '../text/numbers';
import type { Scene } from '../words/diagram/scene';
import { BAR, type Box, COLUMN, LINE, layOut, SHARE, UNIT, UNITS_A_ROW, wayAbove, wayBetween } from './layout';
import { apart, type Body, nodesOf, sideWay } from './nodes';

interface Props {
  trace: StepTrace;
  /** The feature whose vector is shown. */
  k: number;
  scene: Scene;
  theme: Theme;
  colour: string;
  width: number;
  /** The sub-step has just come: its way is drawn once. */
  moving: boolean;
  svg: Ref<SVGSVGElement>;
}

/** Colours of what takes part in the sub-step and of what waits. */
interface Ink {
  theme: Theme;
  colour: string;
  lit: boolean;
}

/** Numbers as bars from a zero line: right is positive. */
function Bars({ body, x, y, ink, slopes }: { body: Extract<Body, { kind: 'bars' }>; x: number; y: number; ink: Ink; slopes: boolean }) {
  const { theme, colour, lit } = ink;
  const numbers = Array.from((slopes && body.slopes) || body.values);
  const largest = Math.max(1e-30, ...numbers.map(Math.abs).filter(Number.isFinite));
  const left = x + (body.names ? BAR.name : 0);
  const zero = left + BAR.width / 2;
  const text = lit ? theme.ink : theme.ink3;
  return (
    <g>
      <line x1={zero} x2={zero} y1={y} y2={y + numbers.length * BAR.height} stroke={theme.axis} />
      {numbers.map((number, i) => {
        const length = (Math.abs(number) / largest) * (BAR.width / 2);
        const top = y + i * BAR.height;
        return (
          <g key={top}>
            {body.names && (
              <text x={x} y={top + 11} fontSize={10.5} fill={text} fontWeight={body.marked === i ? 600 : 400}>
                {shortened(body.names[i] ?? '', 7)}
              </text>
            )}
            <rect
              x={number < 0 ? zero - length : zero}
              y={top + 2}
              width={Math.max(0.5, length)}
              height={BAR.height - 4}
              fill={slopes && body.slopes ? 'none' : lit ? colour : theme.axis}
              stroke={slopes && body.slopes ? colour : 'none'}
            />
            <text x={left + BAR.width + BAR.number - 2} y={top + 11} fontSize={10.5} textAnchor="end" fill={text}>
              {short(number)}
            </text>
          </g>
        );
      })}
      {body.more > 0 && <More x={x} y={y + numbers.length * BAR.height} more={body.more} theme={theme} />}
    </g>
  );
}

const More = ({ x, y, more, theme }: { x: number; y: number; more: number; theme: Theme }) => (
  <text x={x} y={y + 12} fontSize={10.5} fill={theme.ink3}>
    and {whole(more)} more
  </text>
);

/** A number short enough for its place. */
const short = (number: number): string => {
  const size = Math.abs(number);
  return size !== 0 && (size < 0.005 || size >= 1e5)
    ? number.toExponential(0).replace('-', '−').replace('e-', 'e−').replace('e+', 'e')
    : size < 100
      ? fixed(number, 2)
      : value(Number(number.toPrecision(3)));
};

/** Units of a layer as squares: empty is off. */
function Units({ body, x, y, ink }: { body: Extract<Body, { kind: 'units' }>; x: number; y: number; ink: Ink }) {
  const { theme, colour, lit } = ink;
  const numbers = Array.from(body.values);
  const largest = Math.max(1e-30, ...numbers);
  return (
    <g>
      {numbers.map((number, i) => {
        const left = x + (i % UNITS_A_ROW) * UNIT + 0.5;
        const top = y + Math.floor(i / UNITS_A_ROW) * UNIT + 0.5;
        return (
          <rect
            key={`${left} ${top}`}
            x={left}
            y={top}
            width={UNIT - 2}
            height={UNIT - 2}
            fill={lit ? colour : theme.axis}
            fillOpacity={number > 0 ? 0.2 + (0.8 * number) / largest : 0}
            stroke={theme.axis}
            strokeWidth={0.75}
          />
        );
      })}
      {body.more > 0 && <More x={x} y={y + Math.ceil(numbers.length / UNITS_A_ROW) * UNIT} more={body.more} theme={theme} />}
    </g>
  );
}

/** Vectors of several rows, a column each. */
function Columns({ body, x, y, ink }: { body: Extract<Body, { kind: 'columns' }>; x: number; y: number; ink: Ink }) {
  const { theme, colour, lit } = ink;
  const d = body.columns[0]?.length ?? 1;
  const largest = Math.max(1e-30, ...body.columns.flatMap((column) => Array.from(column, Math.abs)));
  return (
    <g>
      {body.columns.map((column, c) => {
        const left = x + c * COLUMN;
        const zero = left + COLUMN / 2;
        const own = body.own && c === 0;
        return (
          <g key={left}>
            {own && <rect x={left} y={y - 2} width={COLUMN} height={d * BAR.height + 4} fill={theme.sunk} />}
            <line x1={zero} x2={zero} y1={y} y2={y + d * BAR.height} stroke={theme.axis} />
            {Array.from(column, (number, i) => {
              const length = (Math.abs(number) / largest) * (COLUMN / 2 - 2);
              const top = y + i * BAR.height + 2;
              return (
                <rect
                  key={top}
                  x={number < 0 ? zero - length : zero}
                  y={top}
                  width={Math.max(0.5, length)}
                  height={BAR.height - 4}
                  fill={lit ? colour : theme.axis}
                />
              );
            })}
          </g>
        );
      })}
      {body.more > 0 && <More x={x} y={y + d * BAR.height} more={body.more} theme={theme} />}
    </g>
  );
}

/** A name, with what follows an underscore as its index. */
function Name({ name, theme }: { name: string; theme: Theme }) {
  const [base, index] = name.split('_');
  if (index === undefined) return <tspan fill={theme.ink3}>{name} </tspan>;
  return (
    <tspan fill={theme.ink3}>
      {base}
      <tspan dy={3} fontSize={9}>
        {index}
      </tspan>
      <tspan dy={-3}> </tspan>
    </tspan>
  );
}

function BodyView({ body, x, y, ink, slopes }: { body: Body; x: number; y: number; ink: Ink; slopes: boolean }) {
  const { theme, colour, lit } = ink;
  switch (body.kind) {
    case 'bars':
      return <Bars body={body} x={x} y={y} ink={ink} slopes={slopes} />;
    case 'units':
      return <Units body={body} x={x} y={y} ink={ink} />;
    case 'columns':
      return <Columns body={body} x={x} y={y} ink={ink} />;
    case 'share':
      return (
        <g>
          <rect x={x} y={y + 1} width={SHARE} height={10} fill="none" stroke={theme.axis} />
          <rect x={x} y={y + 1} width={SHARE * body.share} height={10} fill={lit ? colour : theme.axis} />
        </g>
      );
    case 'text':
      return (
        <g>
          {body.lines.map(({ name, text }, i) => (
            <text key={name} x={x} y={y + i * LINE + 12} fontSize={12} fill={lit ? theme.ink : theme.ink3}>
              <Name name={shortened(name, 9)} theme={theme} />
              <tspan fontWeight={600}>{shortened(text, 10)}</tspan>
            </text>
          ))}
        </g>
      );
  }
}

function Part({ box, ink, slopes }: { box: Box; ink: Ink; slopes: boolean }) {
  const { theme, colour, lit } = ink;
  return (
    <g transform={`translate(${box.x} ${box.y})`}>
      <rect width={box.width} height={box.height} rx={6} fill={theme.sheet} stroke={lit ? colour : theme.line} strokeWidth={lit ? 1.75 : 1} />
      <text x={10} y={18} fontSize={12.5} fontWeight={600} fill={lit ? theme.ink : theme.ink3}>
        {box.node.title}
      </text>
      <text x={10} y={32} fontSize={11} fontStyle="italic" fontFamily={theme.serif} fill={theme.ink3}>
        {box.node.symbol}
      </text>
      {box.bodies.map(({ body, x, y }) => (
        <BodyView key={`${x} ${y}`} body={body} x={x} y={y} ink={ink} slopes={slopes} />
      ))}
    </g>
  );
}

/**
 * The method as parts and ways between them, with the numbers of the traced row; colours of the theme within.
 */
export function Picture({ trace, k, scene, theme, colour, width, moving, svg }: Props) {
  const id = useId();
  const { boxes, width: wide, height } = layOut(nodesOf(trace, k), width);
  const lit = (box: Box): boolean => scene.lit.includes(box.node.id);
  const backwards = scene.id === 'back';
  const side = sideWay(trace);
  const find = (node: string): Box | undefined => boxes.find((box) => box.node.id === node);
  const [from, to] = [side && find(side[0]), side && find(side[1])];
  const ways = boxes.slice(1).flatMap((box, i) => {
    const before = boxes[i];
    if (apart(trace, before.node.id, box.node.id)) return [];
    return [{ path: wayBetween(before, box), on: lit(before) && lit(box) && scene.id !== 'update' }];
  });
  const above = from && to && boxes.indexOf(to) - boxes.indexOf(from) > 1 ? wayAbove(from, to, boxes) : null;
  if (above && from && to) ways.push({ path: above, on: lit(from) && lit(to) && !backwards });
  return (
    <svg
      ref={svg}
      xmlns="http://www.w3.org/2000/svg"
      role="img"
      aria-label={`${scene.title}: ${scene.words}`}
      width={wide}
      height={height}
      viewBox={`0 0 ${wide} ${height}`}
      fontFamily={theme.sans}
    >
      <rect width={wide} height={height} fill={theme.sheet} />
      <defs>
        {(['on', 'off'] as const).map((state) => (
          <marker key={state} id={`${id}${state}`} viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
            <path d="M0 0.5L7 4L0 7.5z" fill={state === 'on' ? colour : theme.axis} />
          </marker>
        ))}
      </defs>
      {ways.map(({ path, on }) => (
        <path
          key={path}
          d={path}
          pathLength={on && moving && !backwards ? 1 : undefined}
          className={on && moving && !backwards ? 'is-moving' : undefined}
          fill="none"
          stroke={on ? colour : theme.axis}
          strokeWidth={on ? 2 : 1.25}
          strokeDasharray={backwards && on ? '4 3' : undefined}
          markerEnd={backwards && on ? undefined : `url(#${id}${on ? 'on' : 'off'})`}
          markerStart={backwards && on ? `url(#${id}on)` : undefined}
        />
      ))}
      {boxes.map((box) => (
        <Part key={box.node.id} box={box} ink={{ theme, colour, lit: lit(box) }} slopes={backwards} />
      ))}
    </svg>
  );
}
