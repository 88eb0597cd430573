import type { CSSProperties } from 'react';
import type { Lane } from '../../workers/protocol';
import { useElementWidth } from '../ui/element-width';
import { measure, plural } from '../ui/format';
import { Icon } from '../ui/icons';
import { labelOf, methodColours, methodStroke } from '../ui/method-line';
import { PopOver } from '../ui/over';
import { LaneView } from './lane';

/**
 * Above this number, lanes do not fit side by side; nor do lanes narrower than this (px), because their names
 * cannot be read.
 */
const SIDE_BY_SIDE = 6;
const NARROWEST = 104;

interface LanesProps {
  lanes: Lane[];
  epochs: number;
  look: 'pale' | 'track' | 'live';
}

/** "4 train, 7 stopped, 1 diverged", and who is ahead. */
export function lanesWords(lanes: readonly Lane[], look: LanesProps['look']): { counts: string; best: string } {
  if (look !== 'live') return { counts: plural(lanes.length, 'method'), best: '' };
  const lacking = lanes.filter(({ outOfMemory }) => outOfMemory).length;
  const refused = lanes.filter((lane) => lane.refused).length;
  const diverged = lanes.filter(({ status }) => status === 'diverged').length - lacking - refused;
  const over = lanes.filter(({ status, stopEpoch }) => stopEpoch !== null && status !== 'diverged').length;
  const training = lanes.length - diverged - lacking - refused - over;
  const counts = [training > 0 ? `${training} train` : '', over > 0 ? `${over} stopped` : '', diverged > 0 ? `${diverged} diverged` : ''];
  if (lacking > 0) counts.push(`${lacking} without memory`);
  if (refused > 0) counts.push(`${refused} cannot be fitted`);
  const [best] = lanes
    .flatMap(({ method, predictive, status }) => (predictive === null || status === 'diverged' ? [] : [{ method, predictive }]))
    .sort((a, b) => a.predictive - b.predictive);
  return { counts: counts.filter(Boolean).join(', '), best: best ? `best: ${labelOf(best.method)} ${measure(best.predictive)}` : '' };
}

/** All lanes as thin lines under each other: how far each method has come, at a glance. */
function Stack({ lanes, epochs, look }: LanesProps) {
  const [ref, width] = useElementWidth<HTMLDivElement>(300);
  const height = 36;
  const pitch = height / lanes.length;
  const thick = Math.min(3, pitch * 0.55);
  const x = (epoch: number) => 1 + (Math.min(epoch, epochs) / Math.max(1, epochs)) * (width - 2);
  return (
    <div ref={ref} className="stack">
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
        {lanes.map(({ method, epoch, stopEpoch }, i) => {
          const y = (i + 0.5) * pitch;
          const end = look === 'live' ? x(stopEpoch ?? epoch) : width - 1;
          return (
            <g key={method} className="method" style={methodColours(method)}>
              <path d={`M1 ${y}H${width - 1}`} stroke="var(--line)" strokeWidth={thick} />
              {look !== 'track' && <path d={`M1 ${y}H${end}`} {...methodStroke(method, thick)} opacity={look === 'pale' ? 0.4 : 1} />}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

/**
 * The lanes of the run bar: side by side, or, where there are many, their sum and a popover with each of
 * them.
 */
export function Lanes({ lanes, epochs, look }: LanesProps) {
  const [ref, width] = useElementWidth<HTMLDivElement>(1000);
  if (lanes.length <= SIDE_BY_SIDE && width / Math.max(1, lanes.length) >= NARROWEST) {
    return (
      <div ref={ref} className="lanes" style={{ '--lanes': Math.max(1, lanes.length) } as CSSProperties}>
        {lanes.map((lane) => (
          <LaneView key={lane.method} lane={lane} epochs={epochs} look={look} />
        ))}
      </div>
    );
  }
  const { counts, best } = lanesWords(lanes, look);
  return (
    <div ref={ref} className="many">
      <div className="many-words">
        <span>
          <b>{counts}</b>
          {best && `; ${best}`}
        </span>
        <PopOver
          label="Lanes of all methods"
          width={680}
          end
          button={
            <button type="button" className="btn quiet">
              All {lanes.length} lanes
              <Icon name="down" small />
            </button>
          }
        >
          <div className="all-lanes">
            {lanes.map((lane) => (
              <LaneView key={lane.method} lane={lane} epochs={epochs} look={look} />
            ))}
          </div>
        </PopOver>
      </div>
      <Stack lanes={lanes} epochs={epochs} look={look} />
    </div>
  );
}
