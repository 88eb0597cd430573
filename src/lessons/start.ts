import { shortened } from '../../workers/data/shown-text';
import type { LabError } from '../../workers/protocol';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { LESSONS, lessonOf } from '../../workers/spec/lessons';
import { awaited } from '../../workers/spec/lessons/evaluate';
import { type Lesson, lessonHash, type Step } from '../../workers/spec/lessons/schema';
import { reset } from '../lab-client/client';
import { storedLesson } from '../state/lesson-store';
import { usePageView } from '../state/page-view';
import { fetchRecorded, offerRecorded } from '../state/recorded';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { useView } from '../state/view';
import { hasOwnSeeds } from './hand-in-numbers';
import { numbersOnPage, useLesson } from './lesson-state';
import { bringsRun, runAt, runOfSpec, viewOf } from './stages';
import { textOf } from './texts';

/**
 * How long the first picture waits for what this browser keeps, ms: a database may be blocked by another tab.
 */
const STORE_WAIT_MS = 400;

/**
 * Puts an experiment on the page. Results of another one go; what was recorded of this one comes. Rejects
 * never: an engine that fails says so itself.
 */
export async function showExperiment(spec: ExperimentSpec): Promise<void> {
  if (JSON.stringify(useSpec.getState().spec) === JSON.stringify(spec)) return;
  useSpec.getState().change(() => spec);
  if (useRun.getState().source.kind === 'live') await reset();
  else useRun.getState().clear();
  offerRecorded();
}

/** The step that a stage is, or the last one before it. */
function stepAt(place: number): Step | null {
  const { stages } = useLesson.getState();
  for (let i = Math.min(place, stages.length - 1); i >= 0; i--) {
    const stage = stages[i];
    if (stage.kind === 'step') return stage.step;
  }
  return null;
}

function applyView({ view }: Step): void {
  const known = useView.getState();
  if (view.loss) known.setLoss(view.loss);
  if (view.scale) known.setScale(view.scale);
  if (view.levelMethod) known.setLevelMethod(view.levelMethod);
  if (view.levelMeasure) known.setLevelMeasure(view.levelMeasure);
  if (view.embeddingMethod) known.setEmbeddingMethod(view.embeddingMethod);
  if (view.predictionMethod) known.setPredictionMethod(view.predictionMethod);
  if (view.pace !== undefined) known.setPace(view.pace);
}

/**
 * Takes a recorded picture off the page where the step asks the learner to train that experiment: what was
 * predicted comes true or not when it is trained, and not before. Elsewhere the picture comes back.
 */
function hideAnswer(lesson: Lesson, step: Step | null): void {
  const { runs } = useLesson.getState();
  const id = runOfSpec(lesson, useSpec.getState().spec);
  const asked = step !== null && id !== null && runs[id] === undefined && awaited(step.done).includes(id);
  if (!asked) offerRecorded();
  else if (useRun.getState().source.kind === 'recorded') useRun.getState().clear();
}

/**
 * Makes the page that of the stage that stands there. `whole`: the experiment too, wherever it comes from.
 */
function enter(whole: boolean): void {
  const { lesson, stages, place } = useLesson.getState();
  if (!lesson) return;
  const stage = stages[place];
  const step = stepAt(place);
  usePageView.getState().setStep(viewOf(stage, lesson, step ?? lesson.steps[0]));
  if (stage.kind === 'step') applyView(stage.step);
  // Its picture is there already, and must not show more than the first step does.
  else if (stage.kind === 'before') applyView(lesson.steps[0]);
  const own = stage.kind === 'step' ? stage.step : null;
  const brings = whole || (own !== null && bringsRun(lesson, own, useSpec.getState().spec));
  const ready = brings ? showExperiment(runAt(lesson, step).spec) : Promise.resolve();
  void ready.then(() => hideAnswer(lesson, own));
}

/**
 * Keeps the numbers of every finished run of the lesson's experiments, of its own seeds where there are some.
 */
function followRuns(): void {
  useRun.subscribe((run) => {
    const { lesson, runs, found } = useLesson.getState();
    if (!lesson || run.source.kind !== 'live' || (run.status !== 'done' && run.status !== 'stopped') || !run.spec) return;
    const [id, numbers] = [runOfSpec(lesson, run.spec), numbersOnPage(run)];
    if (id === null || numbers === null) return;
    const known = runs[id];
    // Runs of other seeds are those of "Again": what the answers are about stays.
    if (known && hasOwnSeeds(lesson, id, known.spec) && !hasOwnSeeds(lesson, id, run.spec)) return;
    if (known?.results !== numbers.results || known.curves !== numbers.curves || known.embeddings !== numbers.embeddings) found(id, numbers);
  });
}

/**
 * Opens a lesson: its text, its first experiment with the picture recorded of it, and the learner's answers
 * so far. Returns what is wrong with the address; the page then opens as usual.
 */
export async function startLesson(id: string): Promise<LabError | null> {
  const lesson = lessonOf(id);
  if (!lesson) {
    const known = LESSONS.map((one) => one.id).join(', ');
    return {
      code: 'no-lesson',
      message: `There is no lesson “${shortened(id, 40)}”.`,
      hint: `Open “Lessons” in the header, or write one of ${known}.`,
    };
  }
  const { view } = usePageView.getState();
  const range = view?.lesson === id ? view.steps : undefined;
  const [first, ...others] = lesson.runs.flatMap(({ recorded }) => (recorded === null ? [] : [`recorded/lessons/${recorded}.json`]));
  const stored = storedLesson(id, lessonHash(lesson)).catch(() => null);
  const kept = Promise.race([stored, new Promise<null>((resolve) => setTimeout(() => resolve(null), STORE_WAIT_MS))]);
  const [text, known] = await Promise.all([textOf(id), kept, first && fetchRecorded(first)]);
  useLesson.getState().begin(lesson, text, range, known);
  if (!known) void stored.then(useLesson.getState().recall);
  document.title = `${lesson.title} · MMbeddings Lab`;
  useSpec.setState({ spec: runAt(lesson, stepAt(useLesson.getState().place)).spec, past: [], future: [] });
  enter(true);
  void Promise.all(others.map((path) => fetchRecorded(path)));
  followRuns();
  useLesson.subscribe((now, before) => {
    if (now.place !== before.place) enter(false);
  });
  return null;
}
