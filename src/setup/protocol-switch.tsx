import { useId } from 'react';
import type { MethodResult } from '../../workers/protocol';
import type { DatasetFacts } from '../../workers/spec/facts';
import type { ProtocolId, TrainingSettings } from '../../workers/spec/protocol';
import { Segmented } from '../ui/segmented';
import { changedWords, foundWords, PROTOCOL_LABELS, PROTOCOL_WHAT, ruledWords, TITLES } from './protocol-words';

interface ProtocolSwitchProps {
  training: TrainingSettings;
  /** The settings as the protocol of these data has them. */
  fresh: TrainingSettings;
  facts: DatasetFacts | null;
  /** Of a run with these settings. */
  results: readonly MethodResult[];
  onChange(protocol: ProtocolId): void;
}

/** As published or recommended: one switch for everything in which the two differ. */
export function ProtocolSwitch({ training, fresh, facts, results, onChange }: ProtocolSwitchProps) {
  const id = useId();
  return (
    <div className="field choice protocol">
      <span className="lab" id={id}>
        {TITLES.get('protocol')}
      </span>
      <Segmented
        fill
        aria-labelledby={id}
        aria-describedby={`${id}-help`}
        data={Object.entries(PROTOCOL_LABELS).map(([value, label]) => ({ value, label }))}
        value={training.protocol}
        onChange={(value) => onChange(value as ProtocolId)}
      />
      <p className="help" id={`${id}-help`}>
        {[PROTOCOL_WHAT[training.protocol], ruledWords(training, facts), changedWords(training, fresh), foundWords(results)]
          .filter(Boolean)
          .join(' ')}
      </p>
    </div>
  );
}
