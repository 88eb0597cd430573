import { type KeyboardEvent, type PointerEvent, type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { type Camera, fitting, nearest, type Points, panned, placed, zoomed } from '../charts/points-camera';
import { PointLayer } from '../charts/points-layer';
import type { PointRenderer } from '../charts/points-renderer';
import { linearTicks } from '../charts/ticks';
import { useElementWidth } from '../ui/element-width';
import { Icon } from '../ui/icons';
import { pointIn } from '../ui/pointer';
import { oneLine } from './labels';

/** An ellipse in data units: its axes as two vectors from its middle. */
export interface Ellipse {
  x: number;
  y: number;
  first: [number, number];
  second: [number, number];
}

export interface AxisWords {
  name: string;
  /** Numbers along it mean something. */
  ticks: boolean;
}

interface Props {
  points: Points;
  /** What is shown at first; absent: all points. Maps side by side have one frame. */
  frame?: Pick<Points, 'x' | 'y'>;
  axes: [AxisWords, AxisWords];
  /** What the picture shows. */
  label: string;
  /** Places of selected points, with their names. */
  chosen: readonly { place: number; name: string }[];
  ellipses?: readonly Ellipse[];
  /** Lines between pairs of places in data units, such as from an estimate to its truth. */
  lines?: readonly { from: [number, number]; to: [number, number] }[];
  /** The point under the pointer, here or on a map beside this one. */
  hovered: number | null;
  onHover(place: number | null): void;
  onChoose(place: number, add: boolean): void;
  /** What is said of a point: text, never markup. */
  tip(place: number): { title: string; rows: { name: string; value: string }[] };
  height: number;
  /** What the map took, for whoever measures. */
  milliseconds?: number;
  renderer?: PointRenderer['kind'];
  children?: ReactNode;
}

const ZOOM = 1.3;
const PAN_PX = 48;
const TIP_PX = 208;
const CLICK_PX = 5;

/** What is seen stays within reason: beyond it numbers on the axes have no digits left. */
const bounded = (camera: Camera, fit: Camera): Camera => ({ ...camera, scale: Math.min(fit.scale * 1e4, Math.max(fit.scale / 10, camera.scale)) });

/**
 * Points of a plane under axes: zoomed and moved by wheel, fingers, keys and buttons. The list of levels is
 * its twin: whoever does not see it finds every level there.
 */
export function PointMap(props: Props) {
  const {
    points,
    frame = points,
    axes,
    label,
    chosen,
    ellipses = [],
    lines = [],
    hovered,
    onHover,
    onChoose,
    tip,
    height,
    milliseconds,
    renderer = 'webgl2',
    children,
  } = props;
  const id = useId();
  const [box, width] = useElementWidth<HTMLDivElement>(600);
  const layer = useRef<HTMLDivElement>(null);
  const painter = useRef<PointLayer | null>(null);
  const area = useMemo(() => ({ width, height, ratio: Math.min(2, window.devicePixelRatio || 1) }), [width, height]);
  const fit = useMemo(() => fitting(frame, area, 24), [frame, area]);
  const [own, setCamera] = useState<Camera | null>(null);
  const camera = own ?? fit;
  const now = useRef({ camera, fit, area });
  now.current = { camera, fit, area };

  useEffect(() => {
    const element = layer.current;
    if (!element) return;
    painter.current = new PointLayer(element, renderer);
    return () => {
      painter.current?.dispose();
      painter.current = null;
    };
  }, [renderer]);
  useEffect(() => {
    painter.current?.set(points);
    painter.current?.draw(now.current.camera, now.current.area);
  }, [points]);
  useEffect(() => painter.current?.draw(camera, area), [camera, area]);

  const look = useCallback((change: (camera: Camera) => Camera) => {
    // Several moves of fingers may come before the page is drawn again: each goes on from the last.
    now.current.camera = bounded(change(now.current.camera), now.current.fit);
    setCamera(now.current.camera);
  }, []);

  // A wheel scrolls the page until the map has the keyboard, so that nobody is caught in it.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey && !element.contains(document.activeElement)) return;
      event.preventDefault();
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : event.ctrlKey ? 0.01 : 0.0015));
      look((before) => zoomed(before, now.current.area, pointIn({ clientX: event.clientX, clientY: event.clientY, currentTarget: element }), factor));
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [box, look]);

  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const moved = useRef(0);
  const hit = (at: { x: number; y: number }) => nearest(points, camera, area, at);
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, pointIn(event));
    moved.current = fingers.current.size > 1 ? CLICK_PX + 1 : 0;
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const at = pointIn(event);
    const before = fingers.current.get(event.pointerId);
    if (!before) {
      onHover(hit(at));
      return;
    }
    const [right, downwards] = [at.x - before.x, at.y - before.y];
    moved.current += Math.abs(right) + Math.abs(downwards);
    const other = [...fingers.current].find(([finger]) => finger !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, at);
    if (other) {
      const span = (place: { x: number; y: number }) => Math.max(8, Math.hypot(place.x - other.x, place.y - other.y));
      look((seen) =>
        zoomed(panned(seen, right / 2, downwards / 2), area, { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 }, span(at) / span(before)),
      );
    } else if (moved.current > CLICK_PX) look((seen) => panned(seen, right, downwards));
  };
  const up = (event: PointerEvent<HTMLDivElement>) => {
    if (!fingers.current.delete(event.pointerId) || moved.current > CLICK_PX) return;
    const place = hit(pointIn(event));
    if (place === null) return;
    onHover(place);
    onChoose(place, event.ctrlKey || event.metaKey || event.shiftKey);
  };
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const middle = { x: width / 2, y: height / 2 };
    const does: Record<string, () => void> = {
      '+': () => look((seen) => zoomed(seen, area, middle, ZOOM)),
      '=': () => look((seen) => zoomed(seen, area, middle, ZOOM)),
      '-': () => look((seen) => zoomed(seen, area, middle, 1 / ZOOM)),
      '0': () => setCamera(null),
      ArrowLeft: () => look((seen) => panned(seen, PAN_PX, 0)),
      ArrowRight: () => look((seen) => panned(seen, -PAN_PX, 0)),
      ArrowUp: () => look((seen) => panned(seen, 0, PAN_PX)),
      ArrowDown: () => look((seen) => panned(seen, 0, -PAN_PX)),
    };
    if (!(event.key in does)) return;
    does[event.key]();
    event.preventDefault();
  };
  const at = (x: number, y: number) => placed(camera, area, x, y);
  const seen = (place: number) => at(points.x[place], points.y[place]);
  const near = hovered !== null && hovered < points.x.length ? hovered : null;
  const button = (name: string, text: string, change: () => void) => (
    <button type="button" className="btn quiet icon" aria-label={name} title={name} onClick={change}>
      {text}
    </button>
  );
  return (
    <div className="point-map" ref={box} style={{ height }} data-milliseconds={milliseconds}>
      <svg width={width} height={height} aria-hidden="true">
        <Axes camera={camera} width={width} height={height} axes={axes} />
      </svg>
      <div ref={layer} className="point-layer" aria-hidden="true" />
      <svg width={width} height={height} aria-hidden="true">
        <path d={lines.map(({ from, to }) => segment(at(...from), at(...to))).join('')} stroke="var(--ink-2)" strokeWidth="1.25" />
        <path d={ellipses.map((ellipse) => outline(ellipse, at)).join('')} fill="none" stroke="var(--ink)" strokeWidth="1.25" />
        {chosen.map(({ place, name }) => {
          const { x, y } = seen(place);
          const right = x + 120 < width;
          return (
            <g key={place}>
              <circle cx={x} cy={y} r={points.sizes[place] / 2 + 4} fill="none" stroke="var(--ink)" strokeWidth="2" />
              {chosen.length <= 5 && (
                <text
                  x={right ? x + points.sizes[place] / 2 + 8 : x - points.sizes[place] / 2 - 8}
                  y={y - 6}
                  textAnchor={right ? 'start' : 'end'}
                  className="point-name"
                >
                  {oneLine(name).slice(0, 28)}
                </text>
              )}
            </g>
          );
        })}
        {near !== null && (
          <circle cx={seen(near).x} cy={seen(near).y} r={points.sizes[near] / 2 + 3} fill="none" stroke="var(--ink)" strokeWidth="1.25" />
        )}
      </svg>
      <div
        className="point-hand"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys zoom and move it
        tabIndex={0}
        aria-label={label}
        aria-describedby={`${id}-keys`}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={(event) => fingers.current.delete(event.pointerId)}
        onPointerLeave={() => onHover(null)}
        onKeyDown={press}
      />
      <p id={`${id}-keys`} className="sr">
        Plus and minus zoom, arrows move, 0 shows all. The list of levels has every point.
      </p>
      <div className="point-zoom">
        {button('Zoom in', '+', () => look((before) => zoomed(before, area, { x: width / 2, y: height / 2 }, ZOOM)))}
        {button('Zoom out', '−', () => look((before) => zoomed(before, area, { x: width / 2, y: height / 2 }, 1 / ZOOM)))}
        <button
          type="button"
          className="btn quiet icon"
          aria-label="Show all"
          title="Show all"
          disabled={own === null}
          onClick={() => setCamera(null)}
        >
          <Icon name="reset" small />
        </button>
      </div>
      {near !== null && <Tip {...tip(near)} left={seen(near).x} top={seen(near).y} width={width} />}
      {children}
    </div>
  );
}

function Tip({ title, rows, left, top, width }: ReturnType<Props['tip']> & { left: number; top: number; width: number }) {
  return (
    <div className="hover point-tip" style={{ left: Math.max(0, Math.min(left + 12, width - TIP_PX)), top: Math.max(0, top - 28) }}>
      <div>
        <bdi>{title}</bdi>
      </div>
      {rows.map(({ name, value }) => (
        <div key={name}>
          <span>{name}</span>
          <b>{value}</b>
        </div>
      ))}
    </div>
  );
}

const STEPS = 40;

type Place = { x: number; y: number };

const segment = (from: Place, to: Place): string => `M${from.x} ${from.y}L${to.x} ${to.y}`;

function outline({ x, y, first, second }: Ellipse, at: (x: number, y: number) => Place): string {
  let path = '';
  for (let i = 0; i <= STEPS; i++) {
    const [cos, sin] = [Math.cos((2 * Math.PI * i) / STEPS), Math.sin((2 * Math.PI * i) / STEPS)];
    const corner = at(x + first[0] * cos + second[0] * sin, y + first[1] * cos + second[1] * sin);
    path += `${i === 0 ? 'M' : 'L'}${corner.x.toFixed(1)} ${corner.y.toFixed(1)}`;
  }
  return path;
}

/** Names of both axes and, where they mean something, numbers along them. */
function Axes({ camera, width, height, axes }: { camera: Camera; width: number; height: number; axes: Props['axes'] }) {
  const reach = { x: width / 2 / camera.scale, y: height / 2 / camera.scale };
  const across = axes[0].ticks ? linearTicks(camera.x - reach.x, camera.x + reach.x, width < 480 ? 4 : 7) : [];
  const up = axes[1].ticks ? linearTicks(camera.y - reach.y, camera.y + reach.y, 5) : [];
  return (
    <g className="point-axes">
      {across.map(({ at, text }) => {
        const { x } = placed(camera, { width, height }, at, 0);
        return (
          <g key={at}>
            <path d={`M${x} 0V${height}`} stroke="var(--grid)" />
            {x > 24 && x < width - 24 && (
              <text x={x} y={height - 22} textAnchor="middle">
                {text}
              </text>
            )}
          </g>
        );
      })}
      {up.map(({ at, text }) => {
        const { y } = placed(camera, { width, height }, 0, at);
        return (
          <g key={at}>
            <path d={`M0 ${y}H${width}`} stroke="var(--grid)" />
            {y > 28 && y < height - 40 && (
              <text x={4} y={y - 4}>
                {text}
              </text>
            )}
          </g>
        );
      })}
      <path d={`M0 ${height - 0.5}H${width}`} stroke="var(--axis)" />
      <text x={4} y={14} className="point-axis">
        {axes[1].name}
      </text>
      <text x={width - 4} y={height - 6} textAnchor="end" className="point-axis">
        {axes[0].name}
      </text>
    </g>
  );
}
