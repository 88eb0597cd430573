import type { ComponentType, ElementType } from 'react';
import { create } from 'zustand';
import type { Answer, Answers } from '../../workers/spec/lessons/answer';
import type { LessonContext, RunNumbers } from '../../workers/spec/lessons/evaluate';
import { type Lesson, lessonHash } from '../../workers/spec/lessons/schema';
import { storeLesson } from '../state/lesson-store';
import { type RunState, useRun } from '../state/run';
import { useSelection } from '../state/selection';
import { useSpec } from '../state/spec';
import { useView, type ViewState } from '../state/view';
import { ownNumbers, type ShownNumbers } from './hand-in-numbers';
import { type Stage, stagesOf } from './stages';

export type LessonText = ComponentType<{ components?: Record<string, ElementType> }>;

export interface LessonState {
  lesson: Lesson | null;
  hash: string;
  text: LessonText | null;
  stages: Stage[];
  /** Index of the stage that stands on the page. */
  place: number;
  answers: Answers;
  /** The learner's newest finished run of each experiment of the lesson. */
  runs: Readonly<Record<string, RunNumbers>>;
  /** What they showed, with the lesson's own seeds: a reload loses the runs, and not these. */
  numbers: ShownNumbers;
  name: string;
  again: { seed: number; held: boolean } | null;
  /** Why answers cannot be kept here; null while they can. */
  unkept: string | null;
  begin(lesson: Lesson, text: LessonText, range: readonly [number, number] | undefined, known: Kept | null): void;
  /** Answers of an earlier visit that came after the lesson had begun; newer ones stay. */
  recall(known: Kept | null): void;
  go(place: number): void;
  answer(id: string, answer: Answer): void;
  found(run: string, numbers: RunNumbers): void;
  setName(name: string): void;
  setAgain(again: LessonState['again']): void;
}

/** What this browser keeps of a lesson. */
export type Kept = Pick<LessonState, 'answers' | 'place' | 'name' | 'again' | 'numbers'>;

/** Keeps what changed; says so once when the browser does not let the page. */
function keep(): void {
  const { lesson, hash, answers, place, name, again, numbers } = useLesson.getState();
  if (!lesson) return;
  storeLesson({ version: 1, lesson: lesson.id, hash, answers, place, name, again, numbers }).then(
    () => useLesson.setState({ unkept: null }),
    () => useLesson.setState({ unkept: 'This browser does not let the page keep your answers: hand in before you close it.' }),
  );
}

export const useLesson = create<LessonState>((set, get) => {
  const change = (part: Partial<LessonState>): void => {
    set(part);
    keep();
  };
  return {
    lesson: null,
    hash: '',
    text: null,
    stages: [],
    place: 0,
    answers: {},
    runs: {},
    numbers: {},
    name: '',
    again: null,
    unkept: null,
    begin(lesson, text, range, known) {
      const stages = stagesOf(lesson, range);
      const place = Math.min(known?.place ?? 0, stages.length - 1);
      const { answers, name, again, numbers } = known ?? { answers: {}, name: '', again: null, numbers: {} };
      set({ lesson, hash: lessonHash(lesson), text, stages, place, answers, name, again, numbers, runs: {} });
    },
    recall(known) {
      if (!known) return;
      const { answers, name, again, numbers, place, stages } = get();
      const untouched = place === 0 && Object.keys(answers).length === 0;
      change({
        answers: { ...known.answers, ...answers },
        name: name || known.name,
        again: again ?? known.again,
        numbers: { ...known.numbers, ...numbers },
        place: untouched ? Math.min(known.place, stages.length - 1) : place,
      });
    },
    go: (place) => change({ place: Math.max(0, Math.min(get().stages.length - 1, place)) }),
    answer: (id, answer) => change({ answers: { ...get().answers, [id]: answer } }),
    found(run, numbers) {
      const runs = { ...get().runs, [run]: numbers };
      const { lesson, answers } = get();
      const context = { now: null, runs, spec: numbers.spec, view: {}, selected: 0, answers };
      change({ runs, ...(lesson && { numbers: { ...get().numbers, ...ownNumbers(lesson, context) } }) });
    },
    setName: (name) => change({ name: name.slice(0, 60) }),
    setAgain: (again) => change({ again }),
  };
});

/** The numbers of the run on the page; null before it has results. */
export const numbersOnPage = ({ spec, curves, results, embeddings }: RunState): RunNumbers | null =>
  spec && Object.keys(results).length > 0 ? { spec, curves, results, embeddings } : null;

/** What the lesson's values and predicates are about, kept up to date. */
export function useLessonContext(): LessonContext {
  const run = useRun();
  const spec = useSpec((state) => state.spec);
  const view: ViewState = useView();
  const selected = useSelection((state) => state.levels.length);
  const { runs, answers } = useLesson();
  return { now: numbersOnPage(run), runs, spec, view: { ...view }, selected, answers };
}
