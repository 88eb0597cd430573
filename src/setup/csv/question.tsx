import type { ReadingAnswer, ReadingQuestion } from '../../../workers/protocol';
import { useTable } from '../../state/table/table-store';

/** The answers to a question about the table as buttons; the one that is taken is pressed. */
export function QuestionAnswers({ question }: { question: ReadingQuestion }) {
  const rereading = useTable((state) => state.rereading);
  const reread = useTable((state) => state.reread);
  return <Answers question={question} busy={rereading} choose={(answer) => void reread(answer.steps)} />;
}

export function Answers({ question, busy = false, choose }: { question: ReadingQuestion; busy?: boolean; choose: (answer: ReadingAnswer) => void }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a legend, and the sentence next to it is the question
    <div className="csv-answers" role="group" aria-label={question.text}>
      {question.answers.map((answer) => (
        <button
          key={answer.label}
          type="button"
          className="btn"
          aria-pressed={answer.taken}
          aria-disabled={busy}
          onClick={() => !busy && !answer.taken && choose(answer)}
        >
          <span>{answer.label}</span>
        </button>
      ))}
    </div>
  );
}
