import { type PointerEvent, useState } from 'react';
import type { PointGeometry } from '../charts/levels-chart';
import { pointIn } from '../ui/pointer';

const REACH = 12;
const TIP_WIDTH = 200;

interface Props {
  /** How many points there are. */
  points: number;
  geometry: Pick<PointGeometry, 'height' | 'at'>;
  /** Width of the chart in px. */
  width: number;
  /** Names a point; text, never markup. */
  title(i: number): string;
  rows(i: number): { name: string; value: string }[];
  /** A click on a point chooses it. */
  onChoose?(i: number): void;
}

/** Names the point under the pointer. */
export function PointTip({ points, geometry, width, title, rows, onChoose }: Props) {
  const [near, setNear] = useState<number | null>(null);
  const nearest = (event: PointerEvent<HTMLDivElement>): number | null => {
    const { x, y } = pointIn(event);
    let best: number | null = null;
    let distance = REACH * REACH;
    for (let i = 0; i < points; i++) {
      const at = geometry.at(i);
      const d = (at.x - x) ** 2 + (at.y - y) ** 2;
      if (d < distance) [best, distance] = [i, d];
    }
    return best;
  };
  const index = near !== null && near < points ? near : null;
  const at = index === null ? null : geometry.at(index);
  return (
    <div
      className={index !== null && onChoose ? 'cross can-choose' : 'cross'}
      style={{ height: geometry.height }}
      onPointerMove={(event) => setNear(nearest(event))}
      // A finger that is lifted leaves too, and what it asked for stays until it asks elsewhere.
      onPointerLeave={({ pointerType }) => pointerType === 'mouse' && setNear(null)}
      onPointerDown={(event) => setNear(nearest(event))}
      onPointerUp={(event) => {
        const hit = nearest(event);
        if (hit !== null) onChoose?.(hit);
      }}
    >
      {index !== null && at && (
        <div className="hover" style={{ left: Math.max(0, Math.min(at.x + 12, width - TIP_WIDTH)), top: Math.max(0, at.y - 28) }}>
          <div>
            <span>{title(index)}</span>
          </div>
          {rows(index).map(({ name, value }) => (
            <div key={name}>
              <span>{name}</span>
              <b>{value}</b>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
