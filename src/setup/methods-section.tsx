import { Checkbox } from '@mantine/core';
import { useId, useRef, useState } from 'react';
import { ABOUTS, type MethodAbout } from '../../workers/spec/methods';
import { count, plural } from '../app/format';
import { Icon } from '../app/icons';
import { Swatch } from '../app/method-line';
import { useSpec } from '../state/spec';
import { Field } from './field-input';
import { fieldsOf } from './form-fields';
import { publishedSettings, withMethod } from './presets-on-page';
import { ResetButton } from './reset-button';
import { Section } from './section';
import { useFacts } from './use-facts';

const ORDER = ABOUTS.map(({ id }) => id);
const FIELDS = new Map(ABOUTS.map((about) => [about.id, fieldsOf(about.settings)]));

type Settings = Record<string, unknown>;

/** The form of a method, generated from its schema, with what it is for someone who meets it here. */
function SettingsForm({ about, settings, onChange }: { about: MethodAbout; settings: Settings; onChange(settings: Settings): string | null }) {
  const dataset = useSpec((state) => state.spec.dataset);
  const published = publishedSettings(dataset, about.id);
  const differs = JSON.stringify(published) !== JSON.stringify(settings);
  return (
    <div className="mset">
      <p className="help">{about.idea}</p>
      {(FIELDS.get(about.id) ?? []).map((field) => (
        <Field key={field.key} field={field} value={settings[field.key]} onChange={(value) => onChange({ ...settings, [field.key]: value })} />
      ))}
      <p className="help">
        <b>Levels not seen in training.</b> {about.unseen}
      </p>
      <p className="help">{about.paper}.</p>
      <ResetButton label="Reset to published" differs={differs} onReset={() => onChange(published)} />
    </div>
  );
}

/** Which methods race, how many numbers each would learn, and their hyperparameters. */
export function MethodsSection({ locked }: { locked: boolean }) {
  const methods = useSpec((state) => state.spec.methods);
  const dataset = useSpec((state) => state.spec.dataset);
  const change = useSpec((state) => state.change);
  const facts = useFacts();
  const [open, setOpen] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  /** Settings of methods that are left out, so that they come back as they were. */
  const put = useRef(new Map<string, Settings>());
  const base = useId();

  const use = (id: string, used: boolean) => {
    const settings = methods.find((method) => method.id === id)?.settings;
    if (!used && settings) put.current.set(id, settings);
    const reason = change((spec) => withMethod(spec, id, used, ORDER, put.current.get(id)));
    setRefusal(reason === null ? null : 'At least one method is needed.');
  };
  const setSettings = (id: string, settings: Settings): string | null => {
    put.current.set(id, settings);
    // The settings of a method that is left out wait until it is used again.
    return change((spec) => ({ ...spec, methods: spec.methods.map((method) => (method.id === id ? { id, settings } : method)) }));
  };

  return (
    <Section
      step={2}
      title="Methods"
      aside="parameters"
      locked={locked}
      summary={
        <>
          {methods.map(({ id }) => (
            <Swatch key={id} id={id} width={22} />
          ))}
          {plural(methods.length, 'method')}
        </>
      }
    >
      <ul className="meth">
        {ABOUTS.map((about) => {
          const used = methods.find((method) => method.id === about.id);
          const settings = used?.settings ?? publishedSettings(dataset, about.id);
          const isOpen = open === about.id && used !== undefined;
          const formId = `${base}-${about.id}`;
          return (
            <li key={about.id} data-unused={used ? undefined : true}>
              <div className="mrow">
                <Checkbox
                  aria-label={`Use ${about.label}`}
                  checked={used !== undefined}
                  onChange={(event) => use(about.id, event.currentTarget.checked)}
                />
                <Swatch id={about.id} />
                <span className="nm">{about.label}</span>
                <span className="ct tab">{facts ? count(about.parameterCount(facts, settings as never)) : ''}</span>
                <button
                  type="button"
                  className="btn quiet icon"
                  aria-label={`Settings of ${about.label}`}
                  title={used ? 'Settings' : 'Use this method to change its settings'}
                  aria-expanded={isOpen}
                  aria-controls={isOpen ? formId : undefined}
                  disabled={!used}
                  onClick={() => setOpen(isOpen ? null : about.id)}
                >
                  <Icon name="gear" />
                </button>
              </div>
              {isOpen && (
                <div id={formId}>
                  <SettingsForm about={about} settings={settings} onChange={(next) => setSettings(about.id, next)} />
                </div>
              )}
            </li>
          );
        })}
      </ul>
      {refusal && (
        <p className="refusal" role="alert">
          <Icon name="warn" small />
          {refusal}
        </p>
      )}
    </Section>
  );
}
