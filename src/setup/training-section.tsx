import { Fragment, useId } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { batchOf, patienceOf } from '../../workers/spec/protocol';
import { seedsSchema, trainingSchema } from '../../workers/spec/schemas';
import { accessTo, usePageView } from '../state/page-view';
import { freshTraining, withProtocol } from '../state/presets-on-page';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { useTable } from '../state/table/table-store';
import { useFacts } from '../state/table/use-facts';
import { Control } from '../ui/control';
import { count } from '../ui/format';
import { Field, FieldHelp, SwitchRow, TypedInput } from './field-input';
import { type FormField, fieldsOf } from './form-fields';
import { ProtocolSwitch } from './protocol-switch';
import { PROTOCOL_LABELS } from './protocol-words';
import { ResetButton } from './reset-button';
import { More, Section } from './section';

const FIELDS = new Map(fieldsOf(trainingSchema).map((field) => [field.key, field]));
const SEEDS = fieldsOf(seedsSchema.unwrap());
/** In sight; the rest is under Advanced. */
const FIRST = ['batchSize', 'epochs', 'patience'];
const PLAIN = ['protocol', ...FIRST, 'drawPastStop'];
const ADVANCED = [...FIELDS.values()].filter(({ key }) => !PLAIN.includes(key));

const fieldOf = (key: string): FormField => FIELDS.get(key) as FormField;

/** How all methods train: the same batches, the same stopping rule, the same seeds. */
export function TrainingSection({ locked }: { locked: boolean }) {
  const current = useSpec((state) => state.spec.training);
  // While the roles of a table are chosen the form shows what Use this table will set.
  const training = useTable(useShallow((state) => state.plannedTraining())) ?? current;
  const dataset = useSpec((state) => state.spec.dataset);
  const seeds = useSpec((state) => state.spec.seeds);
  const change = useSpec((state) => state.change);
  const facts = useFacts();
  const help = useId();
  // The button sets them all.
  const resets = usePageView((state) =>
    (['protocol', 'training', 'draw-past-stop', 'advanced'] as const).every((id) => accessTo(state, id) === 'open'),
  );
  const runSpec = useRun((state) => state.spec);
  const found = useRun((state) => state.results);
  const ofThese = JSON.stringify([runSpec?.dataset, runSpec?.training]) === JSON.stringify([dataset, training]);
  const results = ofThese ? Object.values(found) : [];
  const fresh = freshTraining({ dataset, training });
  const values = training as Record<string, unknown>;
  const set = (key: string) => (value: unknown) => change((spec) => ({ ...spec, training: { ...spec.training, [key]: value } }));
  const batch = facts ? count(batchOf(training, facts)) : String(training.batchSize);
  const waits = facts ? patienceOf(training, facts) : training.patience;
  const patience = waits === null ? 'no early stopping' : `patience ${waits === 'auto' ? waits : count(waits)}`;
  /** What a word in a field amounts to on these data. */
  const amounts: Record<string, string | undefined> = {
    batchSize: facts ? batch : undefined,
    patience: typeof waits === 'number' ? count(waits) : undefined,
  };
  return (
    <Section
      step={3}
      title="Training"
      locked={locked}
      summary={`${PROTOCOL_LABELS[training.protocol]}, batch ${batch}, ${count(training.epochs)} epochs, ${patience}`}
    >
      <Control id="protocol">
        <ProtocolSwitch
          training={training}
          fresh={fresh}
          facts={facts}
          results={results}
          onChange={(protocol) => change((spec) => withProtocol(spec, protocol))}
        />
      </Control>
      <Control id="training">
        <div className="three">
          {FIRST.map((key) => (
            <TypedInput key={key} field={fieldOf(key)} value={values[key]} onChange={set(key)} amount={amounts[key]} describedBy={`${help}-${key}`} />
          ))}
        </div>
        <div className="three-help">
          {FIRST.map((key) => (
            <FieldHelp key={key} field={fieldOf(key)} id={`${help}-${key}`} named />
          ))}
        </div>
      </Control>
      <Control id="draw-past-stop">
        <SwitchRow field={fieldOf('drawPastStop')} value={training.drawPastStop} onChange={set('drawPastStop')} />
      </Control>
      <Control id="seeds">
        <div className="three seeds">
          {SEEDS.map((field) => (
            <Fragment key={field.key}>
              <TypedInput
                field={field}
                value={seeds[field.key as keyof typeof seeds]}
                onChange={(value) => change((spec) => ({ ...spec, seeds: { ...spec.seeds, [field.key]: value as number } }))}
                describedBy={`${help}-${field.key} ${help}-seeds`}
              />
              <span className="sr" id={`${help}-${field.key}`}>
                {field.help}
              </span>
            </Fragment>
          ))}
        </div>
        <p className="help" id={`${help}-seeds`}>
          All methods share these seeds, so they are compared on the same rows. Numbers repeat exactly on the same backend with as many threads;
          elsewhere they differ a little, those of MMbeddings by more than the last digits.
        </p>
      </Control>
      <More
        control="advanced"
        title="Advanced"
        value={`Adam ${training.learningRate === 'auto' ? 'by trial' : training.learningRate}, ${training.restoreBest ? 'best' : 'last'} weights kept`}
      >
        {ADVANCED.map((field) => (
          <Field key={field.key} field={field} value={values[field.key]} onChange={set(field.key)} />
        ))}
      </More>
      {resets && (
        <ResetButton
          label="Reset to defaults"
          differs={JSON.stringify(fresh) !== JSON.stringify(training)}
          onReset={() => change((spec) => ({ ...spec, training: freshTraining(spec) }))}
        />
      )}
    </Section>
  );
}
