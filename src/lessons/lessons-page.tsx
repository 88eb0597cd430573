import './lessons.css';
import { useEffect } from 'react';
import { LESSONS } from '../../workers/spec/lessons';
import { MathText } from '../ui/math-text';
import { SidePage } from '../ui/page-frame';

/** `?lessons`: every lesson with its claim and its minutes. */
export default function LessonsPage() {
  useEffect(() => {
    document.title = 'Lessons · MMbeddings Lab';
  }, []);
  return (
    <SidePage>
      <main className="lessons-page">
        <h1>Lessons</h1>
        <p>
          In each you predict, train in this page, and compare. They stand alone; this is the order in which they build on each other. What you answer
          stays in this browser until you hand it in yourself.
        </p>
        <p>
          For teachers: pupils hand in a file or a code, and the <a href="?collect">collector</a> lays a class’s answers over each other.
        </p>
        <ol>
          {LESSONS.map(({ id, title, claim, minutes, steps }, i) => (
            <li key={id}>
              <i>{i + 1}</i>
              <div>
                <h2>
                  <a href={`?lesson=${id}`}>{title}</a>
                </h2>
                <p>
                  <MathText>{claim}</MathText>
                </p>
              </div>
              <span className="minutes">
                {minutes} min, {steps.length} steps
              </span>
            </li>
          ))}
        </ol>
      </main>
    </SidePage>
  );
}
