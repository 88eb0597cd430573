import { useEffect, useState } from 'react';
import type { LessonContext } from '../../workers/spec/lessons/evaluate';
import { type HandIn, handInCode } from '../../workers/spec/lessons/hand-in';
import type { Lesson } from '../../workers/spec/lessons/schema';
import { saveBlob } from '../lab-client/save';
import { Icon } from '../ui/icons';
import { labelsOf, ownNumbers, shownNumbers } from './hand-in-numbers';
import { type LessonState, useLesson, useLessonContext } from './lesson-state';

/** What is handed in: nothing else leaves the browser, and it leaves by the learner's own hand. */
export function handInOf(
  lesson: Lesson,
  state: Pick<LessonState, 'hash' | 'name' | 'answers' | 'again' | 'numbers'>,
  context: LessonContext,
): HandIn {
  const { hash, name, answers, again } = state;
  // Where no run with the lesson's own seeds is known, those of "Again".
  const numbers = { ...shownNumbers(lesson, context), ...state.numbers, ...ownNumbers(lesson, context) };
  return {
    kind: 'mmbeddings-lab/hand-in',
    version: 1,
    lesson: lesson.id,
    hash,
    name,
    answers: { ...answers },
    numbers: labelsOf(lesson).flatMap((label) => (label in numbers ? [{ label: label.slice(0, 200), value: numbers[label] }] : [])),
    again,
  };
}

/** File names hold letters, digits and hyphens. */
const fileWord = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');

/** Answers and numbers as a file or a code, for a teacher or for oneself. */
export function HandInStage({ lesson }: { lesson: Lesson }) {
  const state = useLesson();
  const context = useLessonContext();
  const handIn = handInOf(lesson, state, context);
  const text = JSON.stringify(handIn, null, 1);
  const [code, setCode] = useState('');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    let current = true;
    void handInCode(JSON.parse(text) as HandIn).then((made) => current && setCode(made));
    return () => {
      current = false;
    };
  }, [text]);
  const given = Object.keys(handIn.answers).length;
  const asked = lesson.steps.filter(({ ask }) => ask).length + 2;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(code);
    setCopied(true);
  };
  return (
    <>
      <p>
        {given} of {asked} answers and {handIn.numbers.length} numbers. Nothing has been sent anywhere: save the file or copy the code, and give it to
        your teacher.
      </p>
      <label className="lab" htmlFor="hand-in-name">
        Your name, if you want
      </label>
      <input
        id="hand-in-name"
        className="input wide"
        value={state.name}
        maxLength={60}
        autoComplete="off"
        onChange={(event) => state.setName(event.currentTarget.value)}
      />
      <p className="actions">
        <button
          type="button"
          className="btn solid"
          onClick={() =>
            saveBlob(
              ['lesson', lesson.id, fileWord(state.name)].filter(Boolean).join('-').concat('.json'),
              new Blob([text], { type: 'application/json' }),
            )
          }
        >
          <Icon name="download" small />
          Save as a file
        </button>
        <button type="button" className="btn" disabled={code === ''} onClick={() => void copy().catch(() => setCopied(false))}>
          <Icon name="copy" small />
          {copied ? 'Copied' : 'Copy as a code'}
        </button>
      </p>
      <label className="lab" htmlFor="hand-in-code">
        The code: {code.length} characters
      </label>
      <textarea id="hand-in-code" className="input code" readOnly rows={4} value={code} onFocus={(event) => event.currentTarget.select()} />
      <p className="help">
        A teacher reads files and codes at <a href="?collect">?collect</a>.
      </p>
    </>
  );
}
