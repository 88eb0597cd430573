import { Icon } from '../ui/icons';
import type { Scene } from '../words/diagram/scene';
import type { Steps } from './use-steps';

/** Sub-steps by hand: back, play or pause, on, and a slider over all of them. */
export function Stepper({ scenes, steps }: { scenes: readonly Scene[]; steps: Steps }) {
  const { at, playing, go, setPlaying } = steps;
  const last = scenes.length - 1;
  return (
    <fieldset className="stepper" aria-label="Sub-steps">
      <button type="button" className="btn icon" aria-label="Step before" title="Step before" disabled={at === 0} onClick={() => go(at - 1)}>
        <Icon name="left" />
      </button>
      <button type="button" className="btn play" onClick={() => setPlaying(!playing)}>
        <Icon name={playing ? 'pause' : 'play'} small />
        {playing ? 'Pause' : 'Play'}
      </button>
      <button type="button" className="btn icon" aria-label="Next step" title="Next step" disabled={at === last} onClick={() => go(at + 1)}>
        <Icon name="right" />
      </button>
      <input
        type="range"
        aria-label="Sub-step"
        min={1}
        max={scenes.length}
        step={1}
        value={at + 1}
        aria-valuetext={`${at + 1} of ${scenes.length}: ${scenes[at].title}`}
        onChange={(event) => go(Number(event.currentTarget.value) - 1)}
      />
      <span className="place">
        {at + 1} of {scenes.length}
      </span>
    </fieldset>
  );
}
