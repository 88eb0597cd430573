import { CONTROLS, type ControlId } from '../../workers/spec/view/controls';
import { useSharing } from './sharing';

const PLACES = [...new Set(CONTROLS.map(({ place }) => place))];
/** What changes numbers, apart from the run itself. */
const SETTINGS = CONTROLS.filter(({ place }) => ['Data', 'Methods', 'Training', 'Settings'].includes(place)).map(({ id }) => id);
const STATES = { open: 'open', locked: 'locked', hidden: 'hidden' } as const;

/** What of the page a link locks or hides: in three strokes, or control by control. */
export function ControlsForm() {
  const controls = useSharing((state) => state.view.controls);
  const close = useSharing((state) => state.close);
  const all = CONTROLS.map(({ id }) => id);
  const closed = Object.keys(controls).length;
  return (
    <fieldset>
      <legend>Controls</legend>
      <div className="strokes">
        <button type="button" className="btn" disabled={closed === 0} onClick={() => close(all, 'open')}>
          Open all
        </button>
        <button type="button" className="btn" onClick={() => close(SETTINGS, 'locked')}>
          Lock the settings
        </button>
        <button type="button" className="btn" onClick={() => close(SETTINGS, 'hidden')}>
          Hide the settings
        </button>
      </div>
      <details>
        <summary>{closed === 0 ? 'All are open' : `${closed} of ${CONTROLS.length} are locked or hidden`}</summary>
        {PLACES.map((place) => (
          <div key={place} className="places">
            <h4>{place}</h4>
            {CONTROLS.filter((control) => control.place === place).map(({ id, name }) => (
              <div key={id} className="access">
                <label htmlFor={`access-${id}`}>{name}</label>
                <select
                  id={`access-${id}`}
                  className="input"
                  value={controls[id as ControlId] ?? 'open'}
                  onChange={(event) => close([id], event.currentTarget.value as keyof typeof STATES)}
                >
                  {Object.entries(STATES).map(([value, word]) => (
                    <option key={value} value={value}>
                      {word}
                    </option>
                  ))}
                </select>
              </div>
            ))}
          </div>
        ))}
      </details>
      <p className="help">
        Locked: seen, not changed. Hidden: not on the page. This keeps a class together and is no safe: the lab’s own address is open to anyone.
      </p>
    </fieldset>
  );
}
