import { Checkbox } from '@mantine/core';
import { useId, useState } from 'react';
import type { DatasetFacts } from '../../workers/spec/facts';
import { ABOUTS, type MethodAbout } from '../../workers/spec/methods';
import { widthsAsked } from '../../workers/spec/widths';
import { levelColumns } from '../state/level-columns';
import { useMethodCard } from '../state/method-card';
import { useAllowed } from '../state/page-view';
import { publishedSettings } from '../state/presets-on-page';
import { useSpec } from '../state/spec';
import { useFacts } from '../state/table/use-facts';
import { Control } from '../ui/control';
import { count, plural } from '../ui/format';
import { Icon } from '../ui/icons';
import { later } from '../ui/later';
import { Swatch } from '../ui/method-line';
import { Field } from './field-input';
import { fieldsOf } from './form-fields';
import { chooseMethod, countOn, refusalOn, type Settings, setMethodSettings, useLeftOut, useMethodSettings } from './methods/method-choice';
import { VectorFiles } from './methods/vector-files';
import { ResetButton } from './reset-button';
import { Section } from './section';

// What a formula is read with comes with the form that has one.
const FormulaForm = later(() => import('./methods/formula/formula-form').then((module) => module.default));

/** Most features whose widths are written out. */
const MOST_WRITTEN = 8;

/** How wide vectors come out by a rule. */
function Widths({ about, settings, facts }: { about: MethodAbout; settings: Settings; facts: DatasetFacts | null }) {
  const dataset = useSpec((state) => state.spec.dataset);
  const { levels, tags } = levelColumns(dataset);
  const sizes = facts ? [...facts.levels, ...(facts.tags ?? []).map((column) => column.tags)] : [];
  const widths = widthsAsked(about, settings, sizes);
  if (!widths) return null;
  const names = [...levels, ...tags];
  const written =
    widths.length === 1
      ? `${count(widths[0])}`
      : widths
          .slice(0, MOST_WRITTEN)
          .map((width, k) => `${names[k]} ${count(width)}`)
          .join(', ');
  return (
    <p className="help" role="status">
      Numbers in a vector: {written}
      {widths.length > MOST_WRITTEN ? ', …' : '.'}
    </p>
  );
}

/** The form of a method, generated from its schema. */
function SettingsForm({ about, settings, facts }: { about: MethodAbout; settings: Settings; facts: DatasetFacts | null }) {
  const dataset = useSpec((state) => state.spec.dataset);
  const show = useMethodCard((state) => state.show);
  const published = publishedSettings(dataset, about.id);
  const differs = JSON.stringify(published) !== JSON.stringify(settings);
  const fields = fieldsOf(about.settings);
  return (
    <div className="mset">
      {'formula' in about.settings.shape && <FormulaForm />}
      {fields.length === 0 && <p className="help">This method has nothing to set.</p>}
      {fields.map((field) => (
        <Field
          key={field.key}
          field={field}
          value={settings[field.key] ?? field.absent}
          onChange={(value) => setMethodSettings(about.id, { ...settings, [field.key]: value })}
        />
      ))}
      <Widths about={about} settings={settings} facts={facts} />
      {(settings.start as { from?: string } | undefined)?.from === 'given' && <VectorFiles about={about} />}
      <p className="mset-end">
        <ResetButton label="Reset to published" differs={differs} onReset={() => setMethodSettings(about.id, published)} />
        <button type="button" className="lk" onClick={() => show(about.id)}>
          About {about.label}
        </button>
      </p>
    </div>
  );
}

interface RowProps {
  about: MethodAbout;
  facts: DatasetFacts | null;
  open: boolean;
  onOpen(): void;
  onRefused(refusal: string | null): void;
}

/** A method of the experiment, or one that was just left out. */
function Row({ about, facts, open, onOpen, onRefused }: RowProps) {
  const { used, settings, dimensions } = useMethodSettings(about.id);
  const show = useMethodCard((state) => state.show);
  const parameters = countOn(about, facts, settings, dimensions);
  const refusal = refusalOn(about.id, facts);
  const [chooses, sets] = [useAllowed('methods'), useAllowed('method-settings')];
  const isOpen = open && used && sets !== 'hidden';
  const id = useId();
  return (
    <li data-unused={used ? undefined : true}>
      <div className="mrow">
        {chooses === 'hidden' && <span />}
        <Control id="methods">
          <Checkbox
            aria-label={`Use ${about.label}`}
            aria-describedby={refusal ? `${id}-refusal` : undefined}
            checked={used}
            disabled={!used && refusal !== null}
            onChange={(event) => onRefused(chooseMethod(about.id, event.currentTarget.checked))}
          />
        </Control>
        <Swatch id={about.id} />
        <button type="button" className="nm" aria-label={`About ${about.label}`} title={`About ${about.label}`} onClick={() => show(about.id)}>
          {about.label}
        </button>
        <span className="ct tab">{parameters === null ? '' : count(parameters)}</span>
        {sets !== 'hidden' && (
          <button
            type="button"
            className="btn quiet icon"
            aria-label={`Settings of ${about.label}`}
            title={used ? 'Settings' : 'Use this method to change its settings'}
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            disabled={!used}
            onClick={onOpen}
          >
            <Icon name="gear" />
          </button>
        )}
      </div>
      {refusal && (
        <p className="why" id={`${id}-refusal`}>
          <Icon name="warn" small />
          <span>{refusal}</span>
        </p>
      )}
      {isOpen && (
        <div id={id}>
          <Control id="method-settings">
            <SettingsForm about={about} settings={settings} facts={facts} />
          </Control>
        </div>
      )}
    </li>
  );
}

/**
 * Which methods race, how many numbers each would learn, their hyperparameters, and the way to all the
 * others.
 */
export function MethodsSection({ locked }: { locked: boolean }) {
  const methods = useSpec((state) => state.spec.methods);
  const leftOut = useLeftOut((state) => state.ids);
  const show = useMethodCard((state) => state.show);
  const facts = useFacts();
  const [open, setOpen] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  // A method that was left out stays in sight, so that it can be taken back where it stood.
  const listed = ABOUTS.filter(({ id }) => leftOut.includes(id) || methods.some((method) => method.id === id));
  const others = ABOUTS.length - listed.length;
  return (
    <Section
      step={2}
      title="Methods"
      aside="parameters"
      locked={locked}
      summary={
        <>
          {methods.slice(0, 8).map(({ id }) => (
            <Swatch key={id} id={id} width={22} />
          ))}
          {plural(methods.length, 'method')}
        </>
      }
    >
      <ul className="meth">
        {listed.map((about) => (
          <Row
            key={about.id}
            about={about}
            facts={facts}
            open={open === about.id}
            onOpen={() => setOpen(open === about.id ? null : about.id)}
            onRefused={setRefusal}
          />
        ))}
      </ul>
      <Control id="methods">
        <button type="button" className="more add" aria-haspopup="dialog" onClick={() => show(null)}>
          <Icon name={others > 0 ? 'plus' : 'info'} small />
          {others > 0 ? 'Add a method' : 'About the methods'}
          <span className="v">{others > 0 ? `${others} more` : ''}</span>
        </button>
      </Control>
      {refusal && (
        <p className="refusal" role="alert">
          <Icon name="warn" small />
          {refusal}
        </p>
      )}
    </Section>
  );
}
