import './lessons.css';
import { useEffect } from 'react';
import { LESSONS } from '../../workers/spec/lessons';
import { MathText } from '../ui/math-text';
import { SidePage } from '../ui/page-frame';

/**
 * `?lessons`: every lesson with the question that it begins with and its minutes. The claim would give the
 * answers away, so it is shown on request.
 */
export default function LessonsPage() {
  useEffect(() => {
    document.title = 'Lessons · MMbeddings Lab';
  }, []);
  return (
    <SidePage>
      <main className="lessons-page">
        <h1>Lessons</h1>
        <p>
          In each lesson you predict first, then train a model in this page, and compare. Each stands alone; in this order they build on each other.
          Your answers stay in this browser until you hand them in yourself.
        </p>
        <p>
          For teachers: pupils hand in a file or a code, and the <a href="?collect">collector</a> lays a class’s answers over each other.
        </p>
        <ol>
          {LESSONS.map(({ id, title, before, claim, minutes }, i) => (
            <li key={id}>
              <i>{i + 1}</i>
              <div>
                <h2>
                  <a href={`?lesson=${id}`}>{title}</a>
                </h2>
                <p>
                  <MathText>{before.prompt}</MathText>
                </p>
                <details className="as-numbers">
                  <summary>
                    What it shows<span className="sr">: {title}</span>
                  </summary>
                  <p>
                    <MathText>{claim}</MathText>
                  </p>
                </details>
              </div>
              <span className="minutes">{minutes} min</span>
            </li>
          ))}
        </ol>
      </main>
    </SidePage>
  );
}
