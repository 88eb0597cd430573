import { type PointerEvent, useState } from 'react';
import type { EmbeddingView } from '../../workers/protocol';
import { levelsGeometry } from '../charts/levels-chart';
import { value, whole } from '../text/numbers';

const REACH = 12;

/** Names the level under the pointer. The label is text, never markup. */
export function LevelTip({ view, width }: { view: EmbeddingView; width: number }) {
  const [near, setNear] = useState<number | null>(null);
  const geometry = levelsGeometry({ counts: view.counts, lengths: view.lengths, color: '' }, width);
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let best: number | null = null;
    let distance = REACH * REACH;
    for (let i = 0; i < view.lengths.length; i++) {
      const at = geometry.at(i);
      const d = (at.x - x) ** 2 + (at.y - y) ** 2;
      if (d < distance) [best, distance] = [i, d];
    }
    setNear(best);
  };
  const index = near !== null && near < view.lengths.length ? near : null;
  const at = index === null ? null : geometry.at(index);
  return (
    <div className="cross" style={{ height: geometry.height }} onPointerMove={move} onPointerLeave={() => setNear(null)}>
      {index !== null && at && (
        <div className="hover" style={{ left: Math.max(0, Math.min(at.x + 12, width - 200)), top: Math.max(0, at.y - 28) }}>
          <div>
            <span>
              {view.featureName}: {view.labels?.[index] ?? index}
            </span>
          </div>
          <div>
            <span>training rows</span>
            <b>{whole(view.counts[index])}</b>
          </div>
          <div>
            <span>length</span>
            <b>{value(view.lengths[index])}</b>
          </div>
        </div>
      )}
    </div>
  );
}
