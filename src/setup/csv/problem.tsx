import type { LabError, ReadingQuestion } from '../../../workers/protocol';
import { Icon } from '../../ui/icons';
import { QuestionAnswers } from './question';

/** Why a file cannot be used as it stands, and what to do. */
export function Problem({ message, hint }: Pick<LabError, 'message' | 'hint'>) {
  return (
    <p>
      <Icon name="warn" />
      <span>
        <b>{message}</b> {hint}
      </span>
    </p>
  );
}

/** Questions about the file that a person should see before it is used, with their answers. */
export const PressingQuestions = ({ questions }: { questions: readonly ReadingQuestion[] }) =>
  questions.map((question) => (
    <div key={question.id} className="csv-pressing">
      <Icon name="warn" />
      <p>{question.text}</p>
      <QuestionAnswers question={question} />
    </div>
  ));
