import './lessons.css';
import { useEffect, useId, useRef, useState } from 'react';
import type { Answer } from '../../workers/spec/lessons/answer';
import type { Lesson, Question, Step } from '../../workers/spec/lessons/schema';
import { CONTROLS } from '../../workers/spec/view/controls';
import { PANELS } from '../../workers/spec/view/panels';
import { Icon } from '../ui/icons';
import { MathText } from '../ui/math-text';
import { Glossed } from '../ui/term';
import { AgainStage } from './again';
import { AskView, ChoiceView } from './ask-view';
import { HandInStage } from './hand-in-stage';
import { useLesson, useLessonContext } from './lesson-state';
import { OwnStage } from './own-stage';
import { CurrentStep, PARTS } from './parts';
import { RevealView } from './reveal-view';
import { type Stage, titleOf } from './stages';
import { toldOf } from './told';

/** The lesson beside the page: one stage at a time. */
export default function LessonColumn() {
  const { lesson, stages, place, unkept } = useLesson();
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(place);
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    // A new stage begins at its top, for the eye and for the keyboard.
    heading.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, [place]);
  if (!lesson) return null;
  const stage = stages[place];
  return (
    <section className="lesson" aria-label={`Lesson: ${lesson.title}`}>
      <p className="lesson-top">
        <a className="lk" href="?lessons">
          Lessons
        </a>
        <span>{lesson.title}</span>
      </p>
      <Places />
      <h2 ref={heading} tabIndex={-1}>
        {titleOf(stage)}
      </h2>
      {unkept && (
        <p className="refusal" role="alert">
          <Icon name="warn" small />
          {unkept}
        </p>
      )}
      <StageView key={place} stage={stage} lesson={lesson} />
    </section>
  );
}

/** Where one is, and the way back to every stage before. */
function Places() {
  const { stages, place, go } = useLesson();
  return (
    <nav className="places" aria-label="Stages of the lesson">
      <ol>
        {stages.map((stage, i) => (
          <li key={titleOf(stage)}>
            <button
              type="button"
              aria-label={`${i + 1} of ${stages.length}: ${titleOf(stage)}`}
              title={titleOf(stage)}
              aria-current={i === place ? 'step' : undefined}
              disabled={i > place}
              onClick={() => go(i)}
            />
          </li>
        ))}
      </ol>
      <span className="help">
        {place + 1} of {stages.length}
      </span>
    </nav>
  );
}

function StageView({ stage, lesson }: { stage: Stage; lesson: Lesson }) {
  switch (stage.kind) {
    case 'before':
      return <QuestionStage id="before" question={lesson.before} lesson={lesson} />;
    case 'step':
      return <StepStage step={stage.step} lesson={lesson} />;
    case 'after':
      return <QuestionStage id="after" question={lesson.after} lesson={lesson} />;
    case 'again':
      return (
        <>
          <AgainStage lesson={lesson} />
          <Moves todo={null} />
        </>
      );
    case 'own':
      return (
        <>
          <OwnStage lesson={lesson} />
          <Moves todo={null} />
        </>
      );
    case 'hand-in':
      return (
        <>
          <HandInStage lesson={lesson} />
          <Moves todo={null} />
        </>
      );
  }
}

/**
 * Back is always open. Next waits for the stage, and can be told to go on without it. `point` is where the
 * stage is done, for keys that would take long to come there.
 */
function Moves({ todo, point }: { todo: string | null; point?: string }) {
  const { stages, place, go } = useLesson();
  const [asked, setAsked] = useState(false);
  const id = useId();
  const last = place === stages.length - 1;
  return (
    <div className="moves">
      <p className="todo">
        <span id={id} role={asked && todo !== null ? 'alert' : undefined}>
          {!last && todo}
        </span>
        {point && todo !== null && (
          <>
            {' '}
            <button type="button" className="lk" onClick={() => pointAtPart(point)}>
              Show me
            </button>
          </>
        )}
      </p>
      <div>
        <button type="button" className="btn" disabled={place === 0} onClick={() => go(place - 1)}>
          <Icon name="left" small />
          Back
        </button>
        {!last && (
          <button
            type="button"
            className={todo === null ? 'btn solid next' : 'btn next'}
            aria-describedby={id}
            onClick={() => (todo === null ? go(place + 1) : setAsked(true))}
          >
            Next
            <Icon name="right" small />
          </button>
        )}
      </div>
      {asked && todo !== null && !last && (
        <button type="button" className="lk" onClick={() => go(place + 1)}>
          Go on without it
        </button>
      )}
    </div>
  );
}

/** The same kind of question before and after, so that a class can see what changed. */
function QuestionStage({ id, question, lesson }: { id: 'before' | 'after'; question: Question; lesson: Lesson }) {
  const { answers, answer } = useLesson();
  const given = answers[id];
  const chosen = given?.kind === 'choice' ? given.chosen : null;
  const after = id === 'after';
  return (
    <>
      {after && (
        <p className="claim">
          <MathText>{lesson.claim}</MathText>
        </p>
      )}
      {!after && (
        <p className="help">
          About {lesson.minutes} minutes. First a question, to see what you think now; you are asked again at the end. Nobody scores it.
        </p>
      )}
      <section className="ask" aria-label="Your answer">
        <p className="prompt">
          <Glossed>
            <MathText>{question.prompt}</MathText>
          </Glossed>
        </p>
        <ChoiceView
          options={question.options}
          chosen={chosen}
          label={question.prompt}
          onChoose={(option) => answer(id, { kind: 'choice', chosen: option })}
        />
      </section>
      {after && chosen !== null && (
        <div className="explain" aria-live="polite">
          <p>
            <MathText>{`“${question.options.find((option) => option.id === question.right)?.label}” ${question.because}`}</MathText>
          </p>
          <p>
            <MathText>{`The question at the beginning: “${lesson.before.options.find((option) => option.id === lesson.before.right)?.label}” ${lesson.before.because}`}</MathText>
          </p>
          <p>
            <MathText>{`Many think: ${lesson.misconception}`}</MathText>
          </p>
        </div>
      )}
      <Moves todo={chosen === null ? 'Choose an answer.' : null} />
    </>
  );
}

const SETTLE_MS = 900;

/** Whether an answer has stood for a moment: the first digit of a number is not yet the number. */
function useSettled(given: Answer | undefined): boolean {
  const [settled, setSettled] = useState(given);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(given), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [given]);
  return settled === given;
}

function StepStage({ step, lesson }: { step: Step; lesson: Lesson }) {
  const { text: Text, answers, answer } = useLesson();
  const context = useLessonContext();
  const [hinted, setHinted] = useState(false);
  const { ask, reveal } = step;
  const settled = useSettled(ask?.kind === 'number' ? answers[step.id] : undefined);
  const { done, explained, revealed } = toldOf(lesson, step, context, settled);
  return (
    <>
      {Text && (
        <div className="lesson-text">
          <CurrentStep value={step.id}>
            <Text components={PARTS} />
          </CurrentStep>
        </div>
      )}
      {ask && <AskView id={step.id} ask={ask} answer={answers[step.id]} onAnswer={(given) => answer(step.id, given)} />}
      {reveal && revealed && <RevealView ask={revealed.ask} answer={answers[revealed.id]} reveal={reveal} context={context} />}
      <div aria-live="polite">
        {explained && (
          <p className="explain">
            <MathText>{step.explain}</MathText>
          </p>
        )}
      </div>
      {!done && (
        <div className="hint-row">
          {hinted ? (
            <HintWords step={step} />
          ) : (
            <button type="button" className="lk" onClick={() => setHinted(true)}>
              A hint
            </button>
          )}
        </div>
      )}
      <Moves todo={done ? null : step.todo} point={step.allow.includes('train') ? 'train' : undefined} />
    </>
  );
}

/** The hint takes the focus of the button that it replaces. */
function HintWords({ step }: { step: Step }) {
  const words = useRef<HTMLParagraphElement>(null);
  useEffect(() => words.current?.focus(), []);
  return (
    <p className="lesson-hint" tabIndex={-1} ref={words}>
      <MathText>{step.hint}</MathText>{' '}
      {step.point && (
        <button type="button" className="lk" onClick={() => pointAtPart(step.point as string)}>
          Show me
        </button>
      )}
    </p>
  );
}

const POINT_MS = 2_500;

/**
 * Leads to a control or a panel: into sight, with the focus where it can take it, and marked for a moment.
 */
function pointAtPart(id: string): void {
  const kind = CONTROLS.some((control) => control.id === id) ? 'control' : PANELS.some((panel) => panel.id === id) ? 'panel' : null;
  const parts = kind ? [...document.querySelectorAll<HTMLElement>(`[data-${kind}="${id}"]`)] : [];
  // A part may stand twice, for desk and phone; one of them is in sight. What holds it may have no box.
  const boxes = parts.flatMap((one) => (one.getClientRects().length > 0 ? [one] : [...one.querySelectorAll<HTMLElement>('*')]));
  const part = boxes.find((one) => one.getClientRects().length > 0);
  if (!part) return;
  part.scrollIntoView({ block: 'center' });
  const focusable = part.matches('button, input, select, a') ? part : part.querySelector<HTMLElement>('button, input, select, a');
  focusable?.focus({ preventScroll: true });
  part.classList.add('pointed-at');
  setTimeout(() => part.classList.remove('pointed-at'), POINT_MS);
}
