import './worksheet.css';
import { useEffect } from 'react';
import { LESSONS, lessonOf } from '../../workers/spec/lessons';
import type { Ask, Lesson, Question } from '../../workers/spec/lessons/schema';
import { labFolder } from '../state/url';
import { Icon } from '../ui/icons';
import { MathText } from '../ui/math-text';
import { Swatch } from '../ui/method-line';
import { SidePage } from '../ui/page-frame';
import { BlankAxes } from './blank-axes';
import { QrCode } from './qr';

const Line = ({ label }: { label: string }) => (
  <p className="write">
    <span>{label}</span>
    <i />
  </p>
);

function Options({ items }: { items: readonly { id: string; label: string }[] }) {
  return (
    <ul className="boxes">
      {items.map(({ id, label }) => (
        <li key={id}>
          <i />
          <span>
            <MathText>{label}</MathText>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What is drawn, each with the line that the lab gives it. */
function Names({ items }: { items: readonly { id: string; label: string; method?: string }[] }) {
  const methods = items.map(({ method }) => method);
  const apart = new Set(methods).size === methods.length;
  return (
    <p className="names">
      {items.map(({ id, label, method }) => (
        <span key={id}>
          {apart && method && <Swatch id={method} />} <MathText>{label}</MathText>
        </span>
      ))}
    </p>
  );
}

/** The place for an answer by hand. */
function Answer({ ask }: { ask: Ask }) {
  switch (ask.kind) {
    case 'sketch':
      return (
        <>
          <Names items={ask.curves} />
          <BlankAxes x={ask.x} y={ask.y} label={ask.prompt} />
        </>
      );
    case 'mark':
      return (
        <>
          <Names items={ask.marks} />
          <BlankAxes x={ask.x} y={ask.y} label={ask.prompt} />
        </>
      );
    case 'number':
      return <Line label={ask.unit ?? 'Number'} />;
    case 'rank':
      return (
        <>
          <Names items={ask.items} />
          {ask.items.map(({ id }, i) => (
            <Line key={id} label={i === 0 ? `1 (${ask.first})` : String(i + 1)} />
          ))}
        </>
      );
    case 'choice':
      return <Options items={ask.options} />;
  }
}

function Asked({ title, question }: { title: string; question: Question }) {
  return (
    <section>
      <h2>{title}</h2>
      <p>
        <MathText>{question.prompt}</MathText>
      </p>
      <Options items={question.options} />
    </section>
  );
}

/** What a class fills in: no word of it gives an answer away. */
function Sheet({ lesson, address }: { lesson: Lesson; address: string }) {
  return (
    <article className="paper">
      <header>
        <div>
          <h1>{lesson.title}</h1>
          <div className="who">
            <Line label="Name" />
            <Line label="Date" />
          </div>
        </div>
        <div className="live">
          <QrCode text={address} label="QR code of the lesson" />
          <p>
            The live lesson:
            <br />
            {address}
          </p>
        </div>
      </header>
      <Asked title="Before" question={lesson.before} />
      {lesson.steps.map(({ id, title, ask, todo }, i) => (
        <section key={id}>
          <h2>
            {i + 1}. <MathText>{title}</MathText>
          </h2>
          <p>
            <MathText>{ask ? ask.prompt : todo}</MathText>
          </p>
          {ask ? <Answer ask={ask} /> : <Line label="What do you see?" />}
        </section>
      ))}
      <Asked title="After" question={lesson.after} />
      <section>
        <h2>On your own table</h2>
        <p>
          <MathText>{lesson.transfer}</MathText>
        </p>
        <Line label="What came out?" />
      </section>
    </article>
  );
}

/** For the teacher, on pages of its own. */
function Key({ lesson }: { lesson: Lesson }) {
  const right = ({ options, right: id, because }: Question) => `${options.find((option) => option.id === id)?.label ?? ''} ${because}`;
  return (
    <article className="paper answer-key">
      <h1>{lesson.title}: key</h1>
      <dl>
        <dt>What a learner can say at the end</dt>
        <dd>
          <MathText>{lesson.claim}</MathText>
        </dd>
        <dt>What many think</dt>
        <dd>
          <MathText>{lesson.misconception}</MathText>
        </dd>
        <dt>Before</dt>
        <dd>
          <MathText>{right(lesson.before)}</MathText>
        </dd>
        {lesson.steps.map(({ id, title, explain }, i) => (
          <div key={id}>
            <dt>
              {i + 1}. <MathText>{title}</MathText>
            </dt>
            <dd>
              <MathText>{explain}</MathText>
            </dd>
          </div>
        ))}
        <dt>After</dt>
        <dd>
          <MathText>{right(lesson.after)}</MathText>
        </dd>
      </dl>
    </article>
  );
}

/** `?worksheet=ID`: a lesson on paper, from the same data as the live one. */
export default function WorksheetPage() {
  const asked = new URLSearchParams(location.search).get('worksheet') ?? '';
  const lesson = lessonOf(asked);
  useEffect(() => {
    document.title = `${lesson?.title ?? 'Worksheet'} · MMbeddings Lab`;
  }, [lesson]);
  return (
    <SidePage>
      <main className="worksheet">
        <nav className="no-print" aria-label="Worksheets">
          {LESSONS.map(({ id, title }) => (
            <a key={id} className="btn quiet" href={`?worksheet=${id}`} aria-current={id === lesson?.id ? 'page' : undefined}>
              {title}
            </a>
          ))}
          {lesson && (
            <button type="button" className="btn solid" onClick={() => print()}>
              <Icon name="file" small />
              Print
            </button>
          )}
        </nav>
        {lesson ? (
          <>
            <Sheet lesson={lesson} address={`${labFolder(location.href)}?lesson=${lesson.id}`} />
            <Key lesson={lesson} />
          </>
        ) : (
          <p role="alert">There is no lesson “{asked.slice(0, 40)}”. Choose one above.</p>
        )}
      </main>
    </SidePage>
  );
}
