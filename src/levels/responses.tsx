import type { LevelCard } from '../../workers/protocol';
import { value, whole } from '../text/numbers';
import { useElementWidth } from '../ui/element-width';

const HEIGHT = 22;

/** Responses of a level's own rows: a stroke for each, and their mean. */
export function Responses({ card }: { card: LevelCard }) {
  const [box, width] = useElementWidth<HTMLDivElement>(280);
  const { responses, rows, meanResponse } = card;
  let [least, most] = [responses[0], responses[0]];
  for (const response of responses) {
    least = Math.min(least, response);
    most = Math.max(most, response);
  }
  const x = (response: number): number => (most > least ? 1 + ((response - least) / (most - least)) * (width - 2) : width / 2);
  const path = Array.from(responses, (response) => `M${x(response).toFixed(1)} 4V18`).join('');
  const words = `Responses of ${responses.length < rows ? `${whole(responses.length)} of ${whole(rows)}` : 'its'} training rows: from ${value(least)} to ${value(most)}, mean ${value(meanResponse)}`;
  return (
    <div className="level-responses" ref={box}>
      <svg width={width} height={HEIGHT} role="img" aria-label={words}>
        <path d={path} stroke="var(--ink-2)" opacity="0.45" />
        {Number.isFinite(meanResponse) && meanResponse >= least && meanResponse <= most && (
          <path d={`M${x(meanResponse).toFixed(1)} 0V22`} stroke="var(--ink)" strokeWidth="2.5" />
        )}
      </svg>
      <p className="fine" aria-hidden="true">
        {words}.
      </p>
    </div>
  );
}
