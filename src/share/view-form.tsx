import { Checkbox, NativeSelect } from '@mantine/core';
import { LESSON_STEPS, LESSONS } from '../../workers/spec/lessons';
import { PACES } from '../../workers/spec/view/paces';
import { MOST_EPOCHS, TEXT_SIZES } from '../../workers/spec/view/page-view';
import { PANELS, type PanelId } from '../../workers/spec/view/panels';
import { useSpec } from '../state/spec';
import { CHECK_LINE } from '../ui/mantine';
import { labelOf } from '../ui/method-line';
import { Segmented } from '../ui/segmented';
import { CountInput } from '../ui/typed-text';
import { paceWords } from '../words/time';
import { sectionsOf } from './address';
import { ControlsForm } from './controls-form';
import { keptMethods, leftOutWith, useSharing } from './sharing';

/** The experiment with its methods, or a lesson with its steps. */
function What() {
  const { view, leftOut, each, set, leaveOut, split } = useSharing();
  const methods = useSpec((state) => state.spec.methods);
  const { lesson, steps } = view;
  const last = lesson === undefined ? 0 : LESSON_STEPS[lesson];
  const [from, to] = steps ?? [1, last];
  const numbers = Array.from({ length: last }, (_, i) => i + 1);
  const range = (next: [number, number]) => set({ steps: next[0] === 1 && next[1] === last ? undefined : next });
  const kept = keptMethods(methods, leftOut).map(({ id }) => id);
  return (
    <fieldset>
      <legend>What opens</legend>
      <Segmented
        aria-label="What opens"
        value={lesson === undefined ? 'experiment' : 'lesson'}
        data={[
          { value: 'experiment', label: 'This experiment' },
          { value: 'lesson', label: 'A lesson' },
        ]}
        onChange={(value) => set({ lesson: value === 'lesson' ? LESSONS[0].id : undefined, steps: undefined })}
      />
      {lesson === undefined && methods.length > 1 && (
        <fieldset className="choices" aria-label="Methods in the link">
          {methods.map(({ id }) => (
            <Checkbox
              key={id}
              classNames={CHECK_LINE}
              label={labelOf(id)}
              checked={kept.includes(id)}
              disabled={kept.length === 1 && kept[0] === id}
              onChange={(event) => leaveOut(leftOutWith(methods, leftOut, id, event.currentTarget.checked))}
            />
          ))}
        </fieldset>
      )}
      {lesson !== undefined && (
        <div className="quarters">
          <NativeSelect
            label="Lesson"
            data={LESSONS.map(({ id, title }) => ({ value: id, label: title }))}
            value={lesson}
            onChange={(event) => set({ lesson: event.currentTarget.value, steps: undefined })}
          />
          <NativeSelect
            label="From step"
            data={numbers.map(String)}
            value={String(from)}
            onChange={(event) => range([Number(event.currentTarget.value), Math.max(to, Number(event.currentTarget.value))])}
          />
          <NativeSelect
            label="To step"
            data={numbers.map(String)}
            value={String(to)}
            onChange={(event) => range([Math.min(from, Number(event.currentTarget.value)), Number(event.currentTarget.value)])}
          />
          <NativeSelect
            label="Links"
            data={[
              { value: '', label: 'one for all steps' },
              ...[1, 2, 3].map((count) => ({ value: String(count), label: count === 1 ? 'one a step' : `one for ${count} steps` })),
            ]}
            value={each === null ? '' : String(each)}
            onChange={(event) => split(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}
          />
        </div>
      )}
      {lesson !== undefined && each !== null && (
        <p className="help">A class stays together when the next link is given only once all are done: {sectionsOf(last, each).length} links.</p>
      )}
    </fieldset>
  );
}

function Panels() {
  const panels = useSharing((state) => state.view.panels);
  const set = useSharing((state) => state.set);
  const toggle = (id: PanelId, on: boolean) => {
    const next = PANELS.map((panel) => panel.id).filter((one) => (one === id ? on : (panels?.includes(one) ?? true)));
    set({ panels: next.length === PANELS.length ? undefined : next });
  };
  return (
    <fieldset>
      <legend>Panels</legend>
      <div className="strokes">
        <button type="button" className="btn" disabled={panels === undefined} onClick={() => set({ panels: undefined })}>
          Show all
        </button>
        <button type="button" className="btn" onClick={() => set({ panels: ['lanes', 'validation-loss', 'results'] })}>
          Loss and results only
        </button>
      </div>
      <details>
        <summary>{panels === undefined ? 'All that a run has' : `${panels.length} of ${PANELS.length}`}</summary>
        <div className="choices">
          {PANELS.map(({ id, name }) => (
            <Checkbox
              key={id}
              classNames={CHECK_LINE}
              label={name}
              checked={panels?.includes(id) ?? true}
              onChange={(event) => toggle(id, event.currentTarget.checked)}
            />
          ))}
        </div>
      </details>
    </fieldset>
  );
}

function Start() {
  const view = useSharing((state) => state.view);
  const set = useSharing((state) => state.set);
  return (
    <fieldset>
      <legend>At the start</legend>
      <div className="quarters">
        <NativeSelect
          label="Start speed"
          data={[{ value: '', label: 'full' }, ...PACES.map((pace) => ({ value: String(pace), label: paceWords(pace) }))]}
          value={view.pace === null ? '' : String(view.pace)}
          onChange={(event) => set({ pace: PACES.find((pace) => String(pace) === event.currentTarget.value) ?? null })}
        />
        <NativeSelect
          label="Text size"
          data={TEXT_SIZES.map((size) => ({ value: String(size), label: `${size} %` }))}
          value={String(view.textSize)}
          onChange={(event) => set({ textSize: TEXT_SIZES.find((size) => String(size) === event.currentTarget.value) ?? 100 })}
        />
        <CountInput
          label="Epoch after a run"
          placeholder="the end"
          min={1}
          max={MOST_EPOCHS}
          empty
          value={view.epoch ?? null}
          onChange={(epoch) => set({ epoch: epoch ?? undefined })}
        />
      </div>
      <Checkbox
        classNames={CHECK_LINE}
        label="With the training curve beside validation"
        checked={view.trainingCurve}
        onChange={(event) => set({ trainingCurve: event.currentTarget.checked })}
      />
      <Checkbox
        classNames={CHECK_LINE}
        label="With the recorded results, where there are some"
        checked={view.results}
        onChange={(event) => set({ results: event.currentTarget.checked })}
      />
    </fieldset>
  );
}

/** Everything that a link can say of the page. */
export const ViewForm = () => (
  <div className="view-form">
    <What />
    <Panels />
    <ControlsForm />
    <Start />
  </div>
);
