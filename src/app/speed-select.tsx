import { PACES } from '../../workers/spec/view/paces';
import { useView } from '../state/view';
import { paceWords } from '../words/time';

/**
 * Slow motion, so that a class can follow the curves. It changes when epochs run, never what they compute.
 */
export function SpeedSelect() {
  const { pace, setPace } = useView();
  return (
    <select
      className="input speed"
      aria-label="Speed"
      value={pace === null ? '' : String(pace)}
      onChange={(event) => setPace(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}
    >
      <option value="">Full speed</option>
      {PACES.map((one) => (
        <option key={one} value={one}>
          {paceWords(one)}
        </option>
      ))}
    </select>
  );
}
