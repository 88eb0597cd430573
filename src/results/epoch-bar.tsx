import './epoch-bar.css';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { openEpochs } from '../lab-client/epochs';
import { isShown, usePageView } from '../state/page-view';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { placeOf, stopsOf, useScrub } from '../state/scrub';
import { useView } from '../state/view';
import { Shown } from '../ui/control';
import { capital } from '../ui/format';
import { Icon } from '../ui/icons';
import { labelOf } from '../ui/method-line';
import { keptWords, sliderWords } from '../words/epoch';

/** Stops a second. */
const SPEEDS = [1, 3, 8];

const calm = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/**
 * Opens the epochs of the run on the page once it has ended, for the slider, or for a link that opens a run
 * at an epoch and leaves the slider out.
 */
export default function RunEpochs() {
  const generation = useRun((state) => state.generation);
  const over = useRun(({ status }) => !isUnderway(status));
  const wanted = usePageView((state) => isShown(state, 'epochs') || state.view?.epoch !== undefined);
  useEffect(() => {
    if (over && wanted) void openEpochs(generation);
  }, [over, wanted, generation]);
  return (
    <Shown panel="epochs">
      <EpochBar over={over} />
    </Shown>
  );
}

/**
 * After a run: one slider for the epoch of curves, level vectors, predictions and shrinkage, and a button
 * that plays it. While the run trains it stands there switched off: panels that it pushed down when it came
 * would slip from under a pointer.
 */
function EpochBar({ over }: { over: boolean }) {
  const id = useId();
  const allTestRows = useRun((state) => state.summary?.testRows ?? 0);
  const overview = useScrub((state) => state.overview);
  const { epoch, setEpoch } = useView();
  const [playing, setPlaying] = useState(false);
  // Where motion is unwelcome it begins at one step a second; whoever asks for more has asked for it.
  const [speed, setSpeed] = useState(() => (calm() ? 1 : 3));
  const stops = overview ? stopsOf(overview) : [];
  const place = placeOf(stops, epoch);
  const go = (to: number) => setEpoch(to >= stops.length - 1 ? null : stops[Math.max(0, to)]);
  useEffect(() => {
    // Of another run, or of none yet.
    if (!overview) setPlaying(false);
    if (!playing || !overview) return;
    const timer = setInterval(() => {
      const all = stopsOf(overview);
      const next = placeOf(all, useView.getState().epoch) + 1;
      if (next >= all.length - 1) setPlaying(false);
      useView.getState().setEpoch(next >= all.length - 1 ? null : all[next]);
    }, 1000 / speed);
    return () => clearInterval(timer);
  }, [playing, overview, speed]);
  const play = () => {
    if (!playing && epoch === null) go(0);
    setPlaying(!playing);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    play();
  };
  const words = overview
    ? sliderWords(epoch === null ? null : { epoch: stops[place], last: overview.last }, overview.last)
    : over
      ? 'final model'
      : 'once the run has ended, play its epochs here';
  const standing = overview?.methods.filter(({ stands }) => stands).map(({ method }) => labelOf(method)) ?? [];
  return (
    <section className="epochs" aria-label="Epochs of this run">
      <div className="epochs-row">
        <button
          type="button"
          className="btn quiet icon"
          aria-label={playing ? 'Pause the epochs' : 'Play the epochs'}
          title={playing ? 'Pause' : 'Play'}
          disabled={!overview}
          onClick={play}
        >
          <Icon name={playing ? 'pause' : 'play'} />
        </button>
        <label htmlFor={id} className="sr">
          Epoch
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={Math.max(0, stops.length - 1)}
          step={1}
          value={Math.max(0, place)}
          disabled={!overview}
          aria-valuetext={words}
          onChange={(event) => {
            setPlaying(false);
            go(Number(event.currentTarget.value));
          }}
          onKeyDown={press}
        />
        <select
          className="input"
          aria-label="Epochs a second"
          value={speed}
          disabled={!overview}
          onChange={(event) => setSpeed(Number(event.currentTarget.value))}
        >
          {SPEEDS.map((one) => (
            <option key={one} value={one}>
              {one === 1 ? '1 step per second' : `${one} steps per second`}
            </option>
          ))}
        </select>
      </div>
      <p className="epochs-words">{capital(words)}</p>
      <p className="fine">
        {overview && keptWords({ stops: stops.length - 1, bytes: overview.bytes, testRows: overview.testRows, allTestRows, standing })}
      </p>
    </section>
  );
}
