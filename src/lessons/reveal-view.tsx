import type { Answer } from '../../workers/spec/lessons/answer';
import { drawn, type LessonContext, measured, sketchAt } from '../../workers/spec/lessons/evaluate';
import type { Ask, Step } from '../../workers/spec/lessons/schema';
import { fixed } from '../text/numbers';
import { useElementWidth } from '../ui/element-width';
import { MathText } from '../ui/math-text';
import { type Mark, Pad, PadKey } from './pad';
import { answerMarks } from './sketch-ask';

type Reveal = NonNullable<Step['reveal']>;
type PadAsk = Extract<Ask, { kind: 'sketch' | 'mark' }>;

const isPad = (ask: Ask): ask is PadAsk => ask.kind === 'sketch' || ask.kind === 'mark';

/** The results of a reveal as they stand in the pad of its question. */
export function resultMarks(ask: PadAsk, reveal: Reveal, context: LessonContext): Mark[] {
  return reveal.series.flatMap(({ label, from, method }, dash): Mark[] => {
    const found = drawn(from, context, ask.x);
    return found ? [{ id: label, label, method, look: found.look === 'line' ? 'result' : 'dots', points: found.points, dash }] : [];
  });
}

/** Whether there is anything of it to show yet. */
export function isRevealed(ask: Ask, reveal: Reveal, context: LessonContext): boolean {
  const numbers = reveal.values.some(({ value }) => measured(value, context) !== null);
  return numbers || (isPad(ask) && resultMarks(ask, reveal, context).length > 0);
}

/** What was answered, over or next to what came out. Nothing is counted as right or wrong. */
export function RevealView({ ask, answer, reveal, context }: { ask: Ask; answer: Answer | undefined; reveal: Reveal; context: LessonContext }) {
  const [ref, width] = useElementWidth<HTMLDivElement>(340);
  const values = reveal.values.map((one) => ({ ...one, number: measured(one.value, context) }));
  return (
    <section className="reveal" aria-label="Your answer and the result">
      <div ref={ref}>{isPad(ask) && <Drawing ask={ask} answer={answer} results={resultMarks(ask, reveal, context)} width={width} />}</div>
      {ask.kind === 'rank' ? (
        <Orders ask={ask} answer={answer} values={values} least={reveal.first === 'least'} />
      ) : (
        values.length > 0 && (
          <dl className="facts">
            {ask.kind === 'number' && answer?.kind === 'number' && (
              <div>
                <dt>You said</dt>
                <dd className="tab">
                  {answer.value.toLocaleString('en-US')} {ask.unit}
                </dd>
              </div>
            )}
            {ask.kind === 'choice' && answer?.kind === 'choice' && (
              <div>
                <dt>You said</dt>
                <dd>
                  <MathText>{ask.options.find(({ id }) => id === answer.chosen)?.label ?? ''}</MathText>
                </dd>
              </div>
            )}
            {values.map(({ label, number, decimals }) => (
              <div key={label}>
                <dt>
                  <MathText>{label}</MathText>
                </dt>
                <dd className="tab">{number === null ? 'not known yet' : fixed(number, decimals)}</dd>
              </div>
            ))}
          </dl>
        )
      )}
    </section>
  );
}

function Drawing({ ask, answer, results, width }: { ask: PadAsk; answer: Answer | undefined; results: Mark[]; width: number }) {
  const own = answerMarks(ask, answer).map((mark) => ({ ...mark, label: `You: ${mark.label}` }));
  // Results first: the broad pale line of the answer is drawn over them.
  const marks = [...results, ...own];
  if (marks.length === 0) return null;
  const places = ask.kind === 'sketch' ? ask.at : own.flatMap(({ points }) => points.map(([x]) => x));
  const lines = [...own, ...results].filter(({ look }) => look === 'answer' || look === 'result');
  const read = (mark: Mark, x: number): string => {
    const [first, last] = [mark.points[0][0], mark.points[mark.points.length - 1][0]];
    return x < first || x > last ? '' : Number(sketchAt(mark.points, x).toPrecision(3)).toLocaleString('en-US');
  };
  return (
    <>
      <Pad
        x={ask.x}
        y={ask.y}
        marks={marks}
        width={width}
        label={`${marks.map(({ label }) => label).join(', ')}: ${ask.y.label} by ${ask.x.label}. The table below has the numbers.`}
      />
      <PadKey marks={[...own, ...results]} />
      {lines.length > 0 && places.length > 0 && (
        <details className="as-numbers">
          <summary>As numbers</summary>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{ask.x.label}</th>
                {lines.map((mark) => (
                  <th scope="col" key={`${mark.look} ${mark.id}`}>
                    {mark.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {places.map((x) => (
                <tr key={x}>
                  <th scope="row">{x.toLocaleString('en-US')}</th>
                  {lines.map((mark) => (
                    <td key={`${mark.look} ${mark.id}`}>{read(mark, x)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  );
}

interface OrdersProps {
  ask: Extract<Ask, { kind: 'rank' }>;
  answer: Answer | undefined;
  values: { id?: string; label: string; number: number | null; decimals: number }[];
  least: boolean;
}

/** Two orders next to each other: the learner's, and the one of the numbers. */
function Orders({ ask, answer, values, least }: OrdersProps) {
  const known = values.filter((value): value is (typeof values)[number] & { number: number } => value.number !== null);
  const sorted = [...known].sort((a, b) => (least ? a.number - b.number : b.number - a.number));
  const labelOf = (id: string): string => ask.items.find((item) => item.id === id)?.label ?? id;
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">Place</th>
          <th scope="col">You</th>
          <th scope="col">The run</th>
        </tr>
      </thead>
      <tbody>
        {ask.items.map((item, place) => (
          <tr key={item.id}>
            <th scope="row">{place + 1}</th>
            <td>{answer?.kind === 'rank' ? <MathText>{labelOf(answer.order[place])}</MathText> : ''}</td>
            <td>
              {sorted[place] && (
                <>
                  <MathText>{sorted[place].id ? labelOf(sorted[place].id) : sorted[place].label}</MathText>{' '}
                  <span className="tab help">{fixed(sorted[place].number, sorted[place].decimals)}</span>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
