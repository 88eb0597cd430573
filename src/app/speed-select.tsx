import { setPace } from '../lab-client/client';
import { useView } from '../state/view';

/** Epochs of every method a second; the empty value is full speed. */
const SPEEDS = ['', '10', '5', '2', '1'];

const label = (speed: string): string => (speed === '' ? 'Full speed' : speed === '1' ? '1 epoch per second' : `${speed} epochs per second`);

/**
 * Slow motion, so that a class can follow the curves. It changes when epochs run, never what they compute.
 */
export function SpeedSelect() {
  const pace = useView((state) => state.pace);
  const remember = useView((state) => state.setPace);
  return (
    <select
      className="input speed"
      aria-label="Speed"
      value={pace === null ? '' : String(pace)}
      onChange={(event) => {
        const chosen = event.currentTarget.value === '' ? null : Number(event.currentTarget.value);
        remember(chosen);
        void setPace(chosen);
      }}
    >
      {SPEEDS.map((speed) => (
        <option key={speed} value={speed}>
          {label(speed)}
        </option>
      ))}
    </select>
  );
}
