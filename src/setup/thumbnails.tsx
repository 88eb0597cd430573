import type { ReactNode } from 'react';
import type { CardId } from '../state/presets-on-page';

/** A small generator, so that a thumbnail looks the same at every visit. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function regression(): ReactNode {
  const random = generator(5);
  return [0, 1, 2, 3].map((group) => {
    const curve = (x: number) => 8 + group * 8 + Math.sin(x / 22 + group * 0.7) * 5;
    const points = Array.from({ length: 19 }, (_, i) => `${4 + 6 * i} ${curve(4 + 6 * i).toFixed(1)}`);
    return (
      <g key={group}>
        <path d={`M${points.join('L')}`} stroke="currentColor" fill="none" strokeWidth="1" opacity=".5" />
        {Array.from({ length: 9 }, () => {
          const x = 6 + random() * 104;
          const y = curve(x) + (random() - 0.5) * 5;
          return <circle key={x} cx={x.toFixed(1)} cy={y.toFixed(1)} r="1.4" fill="currentColor" />;
        })}
      </g>
    );
  });
}

function classification(): ReactNode {
  const random = generator(11);
  return Array.from({ length: 46 }, () => {
    const x = 5 + random() * 106;
    const y = 4 + random() * 32;
    const above = y - (20 + 9 * Math.sin((x - 20) / 20));
    if (Math.abs(above) < 2.5) return null;
    const paint = above < 0 ? { r: 1.8, fill: 'currentColor' } : { r: 1.6, fill: 'none', stroke: 'currentColor' };
    return <circle key={x} cx={x.toFixed(1)} cy={y.toFixed(1)} {...paint} />;
  });
}

function threeFeatures(): ReactNode {
  return [0, 1, 2].flatMap((row) =>
    Array.from({ length: 18 }, (_, i) => {
      const height = 1 + ((i * (7 + row * 5) + row * 3) % 11) * 0.8;
      const [x, y] = [4 + i * 6, 12 + row * 13 - height];
      return <rect key={`${x} ${y}`} x={x} y={y.toFixed(1)} width="4" height={height.toFixed(1)} fill="currentColor" opacity={1 - row * 0.28} />;
    }),
  );
}

function orangeTrees(): ReactNode {
  return [30, 33, 24, 36, 27].map((rise, i) => (
    <path
      key={rise}
      d={`M4 ${37 - i * 0.4}C30 ${36 - i} 40 ${40 - rise} 112 ${39 - rise - i * 0.3}`}
      stroke="currentColor"
      fill="none"
      strokeWidth="1.2"
      opacity={0.5 + i * 0.12}
    />
  ));
}

function usersItems(): ReactNode {
  const random = generator(7);
  return Array.from({ length: 5 * 18 }, (_, i) => {
    const [x, y] = [4 + (i % 18) * 6.1, 3 + Math.floor(i / 18) * 7.4];
    const strength = random();
    if (strength < 0.35) return null;
    return (
      <rect
        key={`${x} ${y}`}
        x={x.toFixed(1)}
        y={y.toFixed(1)}
        width="4.4"
        height="5.4"
        fill="currentColor"
        opacity={(0.2 + 0.8 * (strength - 0.35)).toFixed(2)}
      />
    );
  });
}

/** One curve, moved up and down by its level. */
function shiftedCurves(shifts: readonly number[], waves: number): ReactNode {
  return shifts.map((shift, i) => {
    const points = Array.from({ length: 28 }, (_, k) => `${4 + 4 * k} ${(shift + Math.sin((k / 27) * waves) * 5).toFixed(1)}`);
    return <path key={shift} d={`M${points.join('L')}`} stroke="currentColor" fill="none" strokeWidth="1.2" opacity={0.45 + 0.11 * i} />;
  });
}

function crossedIntercepts(): ReactNode {
  return (
    <>
      {[8, 20, 32].map((y, i) => (
        <path key={y} d={`M4 ${y}H112`} stroke="currentColor" strokeWidth="1.2" opacity={0.45 + 0.2 * i} />
      ))}
      {[12, 30, 48, 66, 84, 102].map((x, i) => (
        <g key={x}>
          <path d={`M${x} 3V37`} stroke="currentColor" strokeWidth="1" strokeDasharray="2 2" opacity=".6" />
          {[8, 20, 32].map((y, k) => (
            <circle key={y} cx={x} cy={y} r={1.4 + ((i * 5 + k * 3) % 4) * 0.6} fill="currentColor" />
          ))}
        </g>
      ))}
    </>
  );
}

function growthCurves(): ReactNode {
  return [
    [22, 40],
    [30, 52],
    [34, 46],
    [26, 62],
    [32, 70],
  ].map(([top, middle], i) => {
    const points = Array.from({ length: 28 }, (_, k) => {
      const x = 4 + 4 * k;
      return `${x} ${(38 - top / (1 + Math.exp((middle - x) / 9))).toFixed(1)}`;
    });
    return <path key={middle} d={`M${points.join('L')}`} stroke="currentColor" fill="none" strokeWidth="1.2" opacity={0.45 + 0.11 * i} />;
  });
}

/** Rows with none, one or several tags each. */
function tags(): ReactNode {
  const random = generator(3);
  return [5, 13, 21, 29].flatMap((y) => {
    let x = 4;
    return Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
      const width = 12 + random() * 16;
      const at = x;
      x += width + 4;
      return (
        <rect
          key={`${y} ${at}`}
          x={at.toFixed(1)}
          y={y}
          width={width.toFixed(1)}
          height="5.6"
          rx="2.8"
          fill="currentColor"
          opacity={0.4 + 0.6 * random()}
        />
      );
    });
  });
}

/** Series over time, and a window of them. */
function series(): ReactNode {
  const curve = (row: number, x: number) => 9 + row * 10 + Math.sin(x / 7 + row * 1.9) * (3.4 - row * 0.8) + Math.sin(x / 2.3 + row) * 0.9;
  return (
    <>
      {[0, 1, 2].map((row) => (
        <path
          key={row}
          d={`M${Array.from({ length: 56 }, (_, i) => `${4 + 2 * i} ${curve(row, 2 * i).toFixed(1)}`).join('L')}`}
          stroke="currentColor"
          fill="none"
          strokeWidth="1.1"
          opacity={1 - row * 0.22}
        />
      ))}
      <rect x="52" y="2.5" width="26" height="35" rx="2" stroke="currentColor" fill="currentColor" fillOpacity=".12" strokeWidth=".8" />
    </>
  );
}

const THUMBNAILS: Record<CardId, () => ReactNode> = {
  regression,
  classification,
  'three-features': threeFeatures,
  'users-items': usersItems,
  'random-intercepts': () => shiftedCurves([7, 13, 19, 26, 33], 9),
  'crossed-intercepts': crossedIntercepts,
  'growth-curves': growthCurves,
  tags,
  series,
  'orange-trees': orangeTrees,
};

/** A sketch of what a dataset looks like. */
export function Thumbnail({ card }: { card: CardId }) {
  return (
    <svg className="thumb" viewBox="0 0 116 40" preserveAspectRatio="xMidYMid meet" aria-hidden="true">
      {THUMBNAILS[card]()}
    </svg>
  );
}
