import { useId } from 'react';
import type { Legend as LegendOf } from '../charts/colours';
import { value, whole } from '../text/numbers';
import { oneLine } from './labels';

/** A count stays one where a logarithm and its power left a last digit. */
const isWhole = (number: number): boolean => Math.abs(number - Math.round(number)) < 1e-6 * Math.max(1, Math.abs(number));
const told = (number: number): string => (isWhole(number) || Math.abs(number) >= 1000 ? whole(number) : value(number));
const BAR = { width: 160, height: 10 };

/** What the colours of a map say. Names are a person's text. */
export function Legend({ legend, name }: { legend: LegendOf; name: string }) {
  const id = useId();
  if (legend.kind === 'category')
    return (
      <p className="legend">
        <b>{name}</b>
        {legend.names.map((one) => (
          <span key={one.name}>
            <svg width="10" height="10" aria-hidden="true">
              <circle cx="5" cy="5" r="5" fill={one.color} />
            </svg>
            <bdi>{oneLine(one.name)}</bdi> {whole(one.levels)}
          </span>
        ))}
      </p>
    );
  const { stops, from, to, middle, missing } = legend;
  return (
    <p className="legend">
      <b>{name}</b>
      <span>
        {told(from)}
        <svg width={BAR.width} height={BAR.height} aria-hidden="true">
          <linearGradient id={id}>
            {stops.map((color, i) => (
              <stop key={color} offset={i / (stops.length - 1)} stopColor={color} />
            ))}
          </linearGradient>
          <rect {...BAR} rx="2" fill={`url(#${id})`} />
        </svg>
        {told(to)}
      </span>
      <span>middle {told(middle)}</span>
      {missing > 0 && <span>grey: {whole(missing)} without</span>}
    </p>
  );
}
