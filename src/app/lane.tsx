import type { Lane } from '../../workers/protocol';
import { useRun } from '../state/run';
import { useElementWidth } from '../ui/element-width';
import { engineWords } from '../ui/engine-words';
import { measure } from '../ui/format';
import { methodColours, methodStroke } from '../ui/method-line';
import { MethodName } from '../ui/method-name';
import { divergedSentence, stopSentence } from '../words/stop';
import { laneWords } from './run-words';

/** Why a method ended, where it has; undefined while it trains. */
function endOf(
  { status, stopReason: reason, stopEpoch, epoch, outOfMemory, refused }: Lane,
  rule: Parameters<typeof stopSentence>[1] | undefined,
): string | undefined {
  if (outOfMemory || refused) return reason ?? undefined;
  if (status === 'diverged') return divergedSentence({ reason, epoch: stopEpoch ?? epoch });
  return stopEpoch === null || !rule ? undefined : stopSentence({ reason, epoch: stopEpoch }, rule);
}

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
  const rule = useRun((state) => state.spec?.training);
  return (
    <div className={`lane method${status === 'diverged' ? ' bad' : ''}`} style={methodColours(method)} ref={ref}>
      <div className="a">
        <MethodName id={method} also={lane.engine && `Here: ${engineWords(lane.engine)}.`} />
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
      <div className="c" title={look === 'live' ? endOf(lane, rule) : undefined}>
        {look === 'pale' ? 'not started' : look === 'track' ? '\u00a0' : text}
        {look === 'live' && <span className="x">{extra}</span>}
      </div>
    </div>
  );
}
