import { useId, useState } from 'react';
import type { Answer } from '../../workers/spec/lessons/answer';
import type { Ask, Question } from '../../workers/spec/lessons/schema';
import { MathText } from '../ui/math-text';
import { Swatch } from '../ui/method-line';
import { Glossed } from '../ui/term';
import { NumberField } from './number-field';
import { RankAskView } from './rank-ask';
import { MarkAskView, SketchAskView } from './sketch-ask';

interface Props<Kind extends Ask['kind']> {
  ask: Extract<Ask, { kind: Kind }>;
  answer: Answer | undefined;
  onAnswer(answer: Answer): void;
}

/** One of several sentences. */
export function ChoiceView({
  options,
  chosen,
  onChoose,
  label,
}: {
  options: Question['options'];
  chosen: string | null;
  onChoose(id: string): void;
  label: string;
}) {
  const name = useId();
  return (
    <div className="choices" role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.id} data-checked={chosen === option.id || undefined}>
          <input type="radio" name={name} checked={chosen === option.id} onChange={() => onChoose(option.id)} />
          {option.method && <Swatch id={option.method} width={22} />}
          <span>
            <MathText>{option.label}</MathText>
          </span>
        </label>
      ))}
    </div>
  );
}

function NumberAskView({ ask, answer, onAnswer }: Props<'number'>) {
  const [value, setValue] = useState(answer?.kind === 'number' ? answer.value : null);
  return (
    <NumberField
      label="Your number"
      value={value}
      min={ask.min}
      max={ask.max}
      unit={ask.unit}
      onChange={(next) => {
        setValue(next);
        if (next !== null) onAnswer({ kind: 'number', value: next });
      }}
    />
  );
}

/** The question of a step and the form of its answer; what is given is kept at once, and can be changed. */
export function AskView({ id, ask, answer, onAnswer }: { id: string; ask: Ask; answer: Answer | undefined; onAnswer(answer: Answer): void }) {
  const keep = (given: Answer | null): void => {
    if (given) onAnswer(given);
  };
  return (
    <section className="ask" aria-label="Your answer">
      <p className="prompt" id={`ask-${id}`}>
        <Glossed>
          <MathText>{ask.prompt}</MathText>
        </Glossed>
      </p>
      {ask.kind === 'sketch' && <SketchAskView key={id} ask={ask} answer={answer} onAnswer={keep} />}
      {ask.kind === 'mark' && <MarkAskView key={id} ask={ask} answer={answer} onAnswer={keep} />}
      {ask.kind === 'number' && <NumberAskView key={id} ask={ask} answer={answer} onAnswer={keep} />}
      {ask.kind === 'rank' && <RankAskView key={id} ask={ask} answer={answer} onAnswer={keep} />}
      {ask.kind === 'choice' && (
        <ChoiceView
          options={ask.options}
          chosen={answer?.kind === 'choice' ? answer.chosen : null}
          label={ask.prompt}
          onChoose={(chosen) => keep({ kind: 'choice', chosen })}
        />
      )}
    </section>
  );
}
