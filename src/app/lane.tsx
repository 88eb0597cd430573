import type { Lane } from '../../workers/protocol';
import { useElementWidth } from '../ui/element-width';
import { engineWords } from '../ui/engine-words';
import { measure } from '../ui/format';
import { labelOf, methodColours, methodStroke } from '../ui/method-line';
import { laneWords } from './run-words';

interface LaneProps {
  lane: Lane;
  /** The last epoch of the scale. */
  epochs: number;
  /**
   * Before a run a lane shows its method's whole line, pale; while column roles are chosen only its track.
   */
  look: 'pale' | 'track' | 'live';
}

/**
 * One method in the run bar: its line grows with its epochs, a ring at the best one so far, a bar where it
 * stopped.
 */
export function LaneView({ lane, epochs, look }: LaneProps) {
  const [ref, width] = useElementWidth<HTMLDivElement>(140);
  const { method, epoch, bestEpoch, stopEpoch, status } = lane;
  const x = (value: number) => 1 + (Math.min(value, epochs) / Math.max(1, epochs)) * (width - 2);
  const shown = look === 'live' ? (stopEpoch ?? epoch) : 0;
  const end = x(shown);
  const { text, extra } = laneWords(lane);
  return (
    <div className={`lane method${status === 'diverged' ? ' bad' : ''}`} style={methodColours(method)} ref={ref}>
      <div className="a">
        <span title={lane.engine ? `${labelOf(method)}: ${engineWords(lane.engine)}` : labelOf(method)}>{labelOf(method)}</span>
        <b>{look === 'live' && lane.predictive !== null ? measure(lane.predictive) : ''}</b>
      </div>
      <svg viewBox={`0 0 ${width} 12`} aria-hidden="true">
        {look === 'pale' ? (
          <path d={`M1 6H${width - 1}`} {...methodStroke(method, 3)} opacity=".4" />
        ) : (
          <path d={`M1 6H${width - 1}`} stroke="var(--line)" strokeWidth="2" strokeLinecap="round" />
        )}
        {shown > 0 && <path d={`M1 6H${end}`} {...methodStroke(method, 3)} />}
        {shown > 0 && bestEpoch !== null && <circle cx={x(bestEpoch)} cy="6" r="4" fill="var(--sheet)" stroke="var(--method)" strokeWidth="2" />}
        {status === 'diverged' && <path d={`M${end - 4} 2l8 8m0-8l-8 8`} stroke="var(--bad)" strokeWidth="2" strokeLinecap="round" fill="none" />}
        {look === 'live' && stopEpoch !== null && status !== 'diverged' && (
          <path d={`M${end} 1V11`} stroke="var(--method)" strokeWidth="2" strokeLinecap="round" />
        )}
      </svg>
      <div className="c">
        {look === 'pale' ? 'not started' : look === 'track' ? '\u00a0' : text}
        {look === 'live' && <span className="x">{extra}</span>}
      </div>
    </div>
  );
}
