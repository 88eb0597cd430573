import './lessons.css';
import { Dropzone } from '@mantine/dropzone';
import { useEffect, useRef, useState } from 'react';
import { shortened } from '../../workers/data/shown-text';
import { LESSONS } from '../../workers/spec/lessons';
import type { Answer } from '../../workers/spec/lessons/answer';
import { type HandIn, readHandIns } from '../../workers/spec/lessons/hand-in';
import { type Ask, type Lesson, lessonHash, type Question } from '../../workers/spec/lessons/schema';
import { saveBlob } from '../lab-client/save';
import { saveCsv } from '../results/save';
import { fixed } from '../text/numbers';
import { useElementWidth } from '../ui/element-width';
import { plural } from '../ui/format';
import { Icon } from '../ui/icons';
import { MathText } from '../ui/math-text';
import { SidePage } from '../ui/page-frame';
import { added, type Collected, collectedTable, countedChoices, heldSentence, meanPlaces, NOTHING, numbersInWords, overlaid } from './collected';
import { Pad, PadKey } from './pad';

const HASHES = Object.fromEntries(LESSONS.map((lesson) => [lesson.id, lessonHash(lesson)]));
/** A hand-in is a few kilobytes. */
const MOST_BYTES = 2_000_000;
/** Refusals that are listed; a text of nonsense may have a hundred thousand. */
const MOST_LISTED = 100;

/**
 * `?collect`: many hand-ins, laid over each other. They are read in this browser and leave it as files only.
 */
export default function CollectPage() {
  const [collected, setCollected] = useState<Collected>(NOTHING);
  const [pasted, setPasted] = useState('');
  const choose = useRef<() => void>(null);
  useEffect(() => {
    document.title = 'Collector · MMbeddings Lab';
  }, []);
  const take = async (texts: readonly { text: string; source: string }[], tooLarge: readonly string[] = []): Promise<void> => {
    const read = (await Promise.all(texts.map(({ text, source }) => readHandIns(text, source)))).flat();
    const large = tooLarge.map((source) => ({ ok: false as const, source, problem: 'is too large for hand-ins: give at most 2 MB at once.' }));
    setCollected((known) => added(known, [...read, ...large], HASHES));
  };
  const takeFiles = async (files: readonly File[]): Promise<void> => {
    const small = files.filter(({ size }) => size <= MOST_BYTES);
    const texts = await Promise.all(small.map(async (file) => ({ text: await file.text(), source: file.name })));
    await take(
      texts,
      files.filter((file) => !small.includes(file)).map(({ name }) => name),
    );
  };
  const takePasted = async (): Promise<void> => {
    const source = 'Pasted text';
    if (pasted.length > MOST_BYTES) return take([], [source]);
    await take([{ text: pasted, source }]);
    setPasted('');
  };
  const { taken, refused } = collected;
  const lessons = LESSONS.filter(({ id }) => taken.some(({ handIn }) => handIn.lesson === id));
  return (
    <SidePage>
      <main className="collect">
        <h1>Collector</h1>
        <p>
          Drop the files or paste the codes that a class has handed in. Sketches are laid over each other without names. Nothing is uploaded, and
          nothing is kept when this page is closed.
        </p>
        <Dropzone
          className="drop"
          activateOnKeyboard={false}
          tabIndex={-1}
          openRef={choose}
          multiple
          inputProps={{ 'aria-label': 'Choose hand-ins' }}
          onDrop={(files) => void takeFiles(files)}
        >
          <Icon name="upload" />
          <span>
            <b>
              Drop hand-ins here, or{' '}
              <button
                type="button"
                className="choose"
                onClick={(event) => {
                  event.stopPropagation();
                  choose.current?.();
                }}
              >
                choose files
              </button>
            </b>
          </span>
        </Dropzone>
        <div>
          <label className="lab" htmlFor="pasted">
            Or paste codes, as many as you like
          </label>
          <textarea id="pasted" className="input code" rows={3} value={pasted} onChange={(event) => setPasted(event.currentTarget.value)} />
          <p className="actions">
            <button type="button" className="btn" disabled={pasted.trim() === ''} onClick={() => void takePasted()}>
              Read the codes
            </button>
          </p>
        </div>
        <p aria-live="polite">{collected !== NOTHING && `${plural(taken.length, 'hand-in')} taken, ${refused.length} refused.`}</p>
        {refused.length > 0 && (
          <section aria-label="Refused">
            <h2>Refused</h2>
            <ul>
              {refused.slice(0, MOST_LISTED).map(({ source, problem }, i) => {
                const key = `${i} ${source}`;
                return (
                  <li className="refusal" key={key}>
                    <Icon name="warn" small />
                    <span>
                      <b>{shortened(source, 80)}</b> {problem}
                    </span>
                  </li>
                );
              })}
            </ul>
            {refused.length > MOST_LISTED && <p>And {(refused.length - MOST_LISTED).toLocaleString('en')} more.</p>}
            <button type="button" className="lk" onClick={() => setCollected({ ...collected, refused: [] })}>
              Clear this list
            </button>
          </section>
        )}
        {lessons.map((lesson) => (
          <LessonAnswers
            key={lesson.id}
            lesson={lesson}
            handIns={taken.map(({ handIn }) => handIn).filter((handIn) => handIn.lesson === lesson.id)}
          />
        ))}
      </main>
    </SidePage>
  );
}

function LessonAnswers({ lesson, handIns }: { lesson: Lesson; handIns: readonly HandIn[] }) {
  const [named, setNamed] = useState(false);
  const table = collectedTable(lesson, handIns);
  const of = (id: string): (Answer | undefined)[] => handIns.map(({ answers }) => answers[id]);
  const tried = handIns.flatMap(({ again }) => again ?? []);
  return (
    <section aria-label={lesson.title}>
      <h2>
        {lesson.title}: {plural(handIns.length, 'hand-in')}
      </h2>
      <p className="actions">
        <button type="button" className="btn" onClick={() => saveCsv(`lesson-${lesson.id}`, table)}>
          <Icon name="download" small />
          Save as CSV
        </button>
        <button
          type="button"
          className="btn"
          onClick={() => saveBlob(`lesson-${lesson.id}.json`, new Blob([JSON.stringify(handIns, null, 1)], { type: 'application/json' }))}
        >
          <Icon name="download" small />
          Save all in one file
        </button>
        <button type="button" className="btn quiet" aria-pressed={named} onClick={() => setNamed(!named)}>
          {named ? 'Hide the names' : 'Who has handed in?'}
        </button>
      </p>
      {named && <p>{handIns.map(({ name }) => shortened(name.trim(), 60) || 'without a name').join(', ')}</p>}
      <QuestionAnswers title="Before" question={lesson.before} answers={of('before')} />
      {lesson.steps.map(({ id, title, ask }) => ask && <StepAnswers key={id} title={title} ask={ask} answers={of(id)} />)}
      <QuestionAnswers title="After" question={lesson.after} answers={of('after')} />
      {tried.length > 0 && <p>{heldSentence(tried)}</p>}
    </section>
  );
}

function Bars({ counts }: { counts: readonly { id: string; label: string; count: number; right?: boolean }[] }) {
  // Of all who answered: the bar of three in thirty is short, also where nothing was chosen more often.
  const all = Math.max(
    1,
    counts.reduce((sum, { count }) => sum + count, 0),
  );
  return (
    <div className="bars">
      {counts.map(({ id, label, count, right }) => (
        <BarRow key={id} label={right ? `${label} ✓` : label} count={count} all={all} />
      ))}
    </div>
  );
}

function BarRow({ label, count, all }: { label: string; count: number; all: number }) {
  return (
    <>
      <span>
        <MathText>{label}</MathText>
      </span>
      <span>{count > 0 && <i style={{ width: `${(100 * count) / all}%` }} />}</span>
      <b>{count}</b>
    </>
  );
}

function QuestionAnswers({ title, question, answers }: { title: string; question: Question; answers: (Answer | undefined)[] }) {
  return (
    <>
      <h3>{title}</h3>
      <p>
        <MathText>{question.prompt}</MathText>
      </p>
      <Bars counts={countedChoices(question.options, answers).map((one) => ({ ...one, right: one.id === question.right }))} />
    </>
  );
}

function StepAnswers({ title, ask, answers }: { title: string; ask: Ask; answers: (Answer | undefined)[] }) {
  return (
    <>
      <h3>{title}</h3>
      <p>
        <MathText>{ask.prompt}</MathText>
      </p>
      {(ask.kind === 'sketch' || ask.kind === 'mark') && <Overlay ask={ask} answers={answers} />}
      {ask.kind === 'choice' && <Bars counts={countedChoices(ask.options, answers)} />}
      {ask.kind === 'number' && <Numbers answers={answers} unit={ask.unit} />}
      {ask.kind === 'rank' && (
        <ol>
          {meanPlaces(ask.items, answers).map(({ label, place }) => (
            <li key={label}>
              <MathText>{label}</MathText> <span className="help">mean place {fixed(place, 1)}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function Numbers({ answers, unit }: { answers: (Answer | undefined)[]; unit: string | undefined }) {
  const numbers = numbersInWords(answers);
  if (numbers === null) return <p className="help">No answers.</p>;
  return (
    <p>
      {numbers.all} {unit} <span className="help">median {numbers.median}</span>
    </p>
  );
}

function Overlay({ ask, answers }: { ask: Extract<Ask, { kind: 'sketch' | 'mark' }>; answers: (Answer | undefined)[] }) {
  const [ref, width] = useElementWidth<HTMLDivElement>(600);
  const marks = overlaid(ask, answers);
  const items = ask.kind === 'sketch' ? ask.curves : ask.marks;
  const look = ask.kind === 'sketch' ? ('answer' as const) : ('cross' as const);
  return (
    <div ref={ref}>
      <Pad
        x={ask.x}
        y={ask.y}
        marks={marks}
        width={Math.min(width, 680)}
        height={320}
        label={`${plural(marks.length, 'drawing')}: ${ask.y.label} by ${ask.x.label}`}
      />
      <PadKey marks={items.map(({ id, label, method }, dash) => ({ id, label, method, look, points: [], dash }))} />
    </div>
  );
}
