import { useId } from 'react';
import { ASSUMPTIONS } from '../../../workers/spec/assumptions';
import type { DatasetFacts } from '../../../workers/spec/facts';
import type { MethodAbout } from '../../../workers/spec/methods';
import { TRACED } from '../../../workers/spec/traced';
import { useFollowed } from '../../state/followed';
import { useMethodCard } from '../../state/method-card';
import { useShown } from '../../state/page-view';
import { publishedSettings } from '../../state/presets-on-page';
import { useRun } from '../../state/run';
import { useSpec } from '../../state/spec';
import { datasetName } from '../../ui/dataset-words';
import { bytes, count } from '../../ui/format';
import { Icon } from '../../ui/icons';
import { MathText } from '../../ui/math-text';
import { Swatch } from '../../ui/method-line';
import { Tex } from '../../ui/tex';
import { type FormField, fieldsOf, optionLabel, shown } from '../form-fields';
import { FAMILIES } from './find-methods';
import { chooseMethod, countOn, refusalOn, useMethodSettings } from './method-choice';
import { tagWords } from './tag-words';

/** A setting in words, as its control would show it. */
function settingText(field: FormField, value: unknown): string {
  const present = value ?? field.absent;
  if (field.kind === 'switch') return present === true ? 'on' : 'off';
  if (field.kind === 'choice') return optionLabel(String(present)).toLowerCase();
  return shown(field, present) || (field.kind === 'column' ? 'not chosen' : 'none');
}

/** The settings of the paper, and next to them what the form has where it differs. */
function PublishedSettings({ about }: { about: MethodAbout }) {
  const dataset = useSpec((state) => state.spec.dataset);
  const { used, settings } = useMethodSettings(about.id);
  const published = publishedSettings(dataset, about.id);
  const fields = fieldsOf(about.settings);
  if (fields.length === 0) return <p>It has none.</p>;
  return (
    <dl className="defaults">
      {fields.map((field) => {
        const own = settingText(field, settings[field.key]);
        const paper = settingText(field, published[field.key]);
        return (
          <div key={field.key}>
            <dt>
              <MathText>{field.title}</MathText>
            </dt>
            <dd>
              <MathText>{paper}</MathText>
              {used && own !== paper && <span className="here"> (here {own})</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** What the letters of a count stand for; only those that a formula uses are explained. */
const SYMBOLS: readonly { tex: string; used: RegExp; words: string }[] = [
  { tex: 'p', used: /(?<![A-Za-z\\])p(?![A-Za-z])/, words: 'numeric features' },
  { tex: 'K', used: /(?<![A-Za-z\\])K(?![A-Za-z])/, words: 'categorical features' },
  { tex: 'q_k', used: /(?<![A-Za-z\\])q(?![A-Za-z])/, words: 'levels of feature k' },
  { tex: 'C', used: /(?<![A-Za-z\\])C(?![A-Za-z])/, words: 'columns of tags' },
  { tex: 'J_c', used: /(?<![A-Za-z\\])J_c/, words: 'tags of column c' },
  { tex: 'h', used: /(?<![A-Za-z\\])h(?![A-Za-z])/, words: 'units of a hidden layer' },
  { tex: 'd', used: /(?<![A-Za-z\\])d(?![A-Za-z])/, words: 'width of a vector' },
  { tex: 'M_f', used: /M_\{?f/, words: 'weights of a decoder with that many inputs' },
  { tex: 'M_\\phi', used: /M_\{?\\phi/, words: 'weights of an encoder’s hidden layers with that many inputs' },
];

function Symbols({ formula }: { formula: string }) {
  const used = SYMBOLS.filter((symbol) => symbol.used.test(formula));
  if (used.length === 0) return null;
  return (
    <ul className="symbols help">
      {used.map(({ tex, words }) => (
        <li key={tex}>
          <Tex>{tex}</Tex> <MathText>{words}</MathText>
        </li>
      ))}
    </ul>
  );
}

/** Everything a person should know of a method before choosing it. */
export function MethodCard({ about, facts, locked }: { about: MethodAbout; facts: DatasetFacts | null; locked: boolean }) {
  const dataset = useSpec((state) => state.spec.dataset);
  const only = useSpec((state) => state.spec.methods.length === 1);
  const { used, settings, dimensions } = useMethodSettings(about.id);
  const ran = useRun((state) => state.spec?.methods.some(({ id }) => id === about.id) ?? false);
  const explained = useShown('diagram');
  const show = useFollowed((state) => state.show);
  const close = useMethodCard((state) => state.close);
  const refusal = refusalOn(about.id, facts);
  const parameters = countOn(about, facts, settings, dimensions);
  const ofTags = refusal === null ? tagWords(about, facts?.tags?.length ?? 0) : null;
  const id = useId();
  const family = FAMILIES.find((group) => group.family === about.family);
  return (
    <article className="mcard" aria-labelledby={id}>
      <header>
        <Swatch id={about.id} width={44} />
        <h3 id={id}>{about.label}</h3>
        <span className="fam">{family?.title}</span>
        {explained && used && ran && TRACED[about.id] && (
          <button
            type="button"
            className="btn"
            onClick={() => {
              close();
              show(about.id);
            }}
          >
            Follow a row
          </button>
        )}
        <button
          type="button"
          className={used ? 'btn' : 'btn solid'}
          disabled={locked || (used ? only : refusal !== null)}
          title={locked ? 'Locked.' : used && only ? 'At least one method is needed.' : undefined}
          onClick={() => chooseMethod(about.id, !used)}
        >
          {used ? 'Leave out' : 'Use this method'}
        </button>
      </header>
      {refusal && (
        <p className="refused">
          <Icon name="warn" small />
          <span>
            <b>Not for this data.</b> {refusal}
          </span>
        </p>
      )}
      <p className="idea">
        <MathText>{about.idea}</MathText>
      </p>
      <Tex block label={`Formula of ${about.label}`}>
        {about.formula}
      </Tex>
      <h4>Parameters</h4>
      <Tex block label={`Parameter count of ${about.label}`}>
        {about.countFormula}
      </Tex>
      <p>
        {parameters === null ? (
          facts ? (
            settings.formula ? (
              'As many as its formula has, known when it is fitted.'
            ) : (
              'None on this data.'
            )
          ) : (
            'The count appears when the columns have their roles.'
          )
        ) : (
          <>
            <b className="tab">{count(parameters)}</b> trainable numbers, {bytes(4 * parameters)}, for <MathText>{datasetName(dataset)}</MathText>.
          </>
        )}
      </p>
      <Symbols formula={about.countFormula} />
      {ofTags && (
        <>
          <h4>Tags</h4>
          <p>{ofTags}</p>
        </>
      )}
      <h4>What it assumes</h4>
      <p>
        <MathText>{ASSUMPTIONS[about.id] ?? ''}</MathText>
      </p>
      <h4>When to use it</h4>
      <p>
        <MathText>{about.whenToUse}</MathText>
      </p>
      {about.notes && (
        <>
          <h4>What to know</h4>
          {about.notes.map((note) => (
            <p key={note}>
              <MathText>{note}</MathText>
            </p>
          ))}
        </>
      )}
      <h4>{about.tags === 'own' ? 'Tags' : 'Levels'} not seen in training</h4>
      <p>
        <MathText>{about.unseen}</MathText>
      </p>
      <h4>Published settings</h4>
      <PublishedSettings about={about} />
      <h4>Paper</h4>
      <p>{about.paper.replace(/\.$/, '')}.</p>
    </article>
  );
}
