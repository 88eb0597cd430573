import { NativeSelect } from '@mantine/core';
import { useId, useMemo } from 'react';
import type { DrawnDataset, SimulatedDataset } from '../../workers/data/schema';
import { isDrawn, isOwnTable } from '../../workers/spec/division';
import { memoryNeed } from '../../workers/spec/memory-need';
import { aboutMethod } from '../../workers/spec/methods';
import { PUBLISHED_LEVELS } from '../../workers/spec/presets';
import { SIMULATORS, SPLIT_FIELDS } from '../../workers/spec/schemas';
import { useEngine } from '../state/engine';
import {
  CARDS,
  type CardId,
  cardOf,
  presetsOf,
  publishedSimulator,
  withCard,
  withDataset,
  withKnob,
  withLevels,
  withPublished,
} from '../state/presets-on-page';
import { probeKey, toldBytes, useProbe } from '../state/probes';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { sameRows } from '../state/stale';
import { useTable } from '../state/table/table-store';
import { useFacts } from '../state/table/use-facts';
import { Control } from '../ui/control';
import { datasetName, EFFECTS, endingOf } from '../ui/dataset-words';
import { bytes, count, shortCount } from '../ui/format';
import { MathText } from '../ui/math-text';
import { Segmented } from '../ui/segmented';
import { heldWords } from '../words/memory';
import { DataWarnings } from './data-warnings';
import { Division } from './division';
import { DropZone } from './drop-zone';
import { Field } from './field-input';
import { fieldsOf, optionLabel } from './form-fields';
import { ResetButton } from './reset-button';
import { More, Section } from './section';
import { Thumbnail } from './thumbnails';

/** The knobs of a simulator; how its rows are divided has a form of its own. */
const simulatorFields = (kind: keyof typeof SIMULATORS) => fieldsOf(SIMULATORS[kind]).filter(({ key }) => !SPLIT_FIELDS.includes(key));

/** Arrow keys move within the cards, as in any radio group. */
function Cards({ chosen, onChoose }: { chosen: CardId | null; onChoose(card: CardId): void }) {
  return (
    <div className="cards" role="radiogroup" aria-label="Dataset">
      {CARDS.map(({ id, label, about }) => (
        <label className="card" key={id} data-checked={chosen === id || undefined}>
          <input type="radio" name="dataset" checked={chosen === id} onChange={() => onChoose(id)} onClick={() => onChoose(id)} />
          <Thumbnail card={id} />
          <span>{label}</span>
          <small>{about}</small>
        </label>
      ))}
    </div>
  );
}

function Levels({ dataset }: { dataset: SimulatedDataset }) {
  const change = useSpec((state) => state.change);
  const same = dataset.levels.every((level) => level === dataset.levels[0]);
  return (
    <div className="pair">
      <span>
        <MathText>Levels q</MathText>
      </span>
      <Segmented
        fill
        aria-label="Levels q"
        data={PUBLISHED_LEVELS.map((q) => ({ value: String(q), label: shortCount(q) }))}
        value={same ? String(dataset.levels[0]) : ''}
        onChange={(value) => void change((spec) => withLevels(spec, Number(value)))}
      />
    </div>
  );
}

/** Of simulated tags and series nothing is published. */
const isPublished = ({ kind }: DrawnDataset): boolean => kind !== 'tags' && kind !== 'tag-series';

/**
 * The published experiments behind a card, where there are several. The paper's own simulation has its levels
 * to choose from instead.
 */
function Published({ dataset }: { dataset: DrawnDataset }) {
  const change = useSpec((state) => state.change);
  const card = cardOf(dataset);
  const presets = card ? presetsOf(card) : [];
  const id = useId();
  if (dataset.kind === 'simulated' || presets.length < 2) return null;
  const own = JSON.stringify({ ...dataset, ...NO_SPLIT });
  const chosen = presets.find(({ spec }) => JSON.stringify({ ...spec.dataset, ...NO_SPLIT }) === own);
  const words = (drawn: DrawnDataset): string => {
    const { task } = drawn;
    const ending = drawn.kind === 'lmmnn' ? endingOf(drawn) : task === 'binary' ? ', binary' : '';
    if (drawn.kind === 'tag-series') return optionLabel(drawn.predicts);
    if (drawn.kind === 'tags') return `K = ${count(drawn.groups.reduce((sum, leaves) => sum + leaves + 1, 0))}${ending}`;
    const q = drawn.levels.map(count).join(' × ');
    const effects = drawn.kind === 'lmmnn' && EFFECTS[drawn.effects ?? 'intercepts'];
    return `${effects ? `${effects}, ` : ''}${drawn.levels.length > 1 ? q : `q = ${q}`}${ending}`;
  };
  return (
    <div className="pair">
      <label htmlFor={id}>{isPublished(dataset) ? 'Published' : 'Preset'}</label>
      <NativeSelect
        id={id}
        value={chosen?.id ?? ''}
        data={[
          ...(chosen ? [] : [{ value: '', label: `changed, ${words(dataset)}` }]),
          ...presets.map((preset) => ({ value: preset.id, label: words(preset.spec.dataset as DrawnDataset) })),
        ]}
        onChange={(event) => {
          const preset = presets.find((candidate) => candidate.id === event.currentTarget.value);
          if (preset) change((spec) => withPublished(spec, preset.spec.dataset));
        }}
      />
    </div>
  );
}

/** What a simulator says of itself while its form is closed. */
function simulatorWords(dataset: DrawnDataset): string {
  if (dataset.kind === 'tag-series') return `${optionLabel(dataset.predicts)}, ${count(dataset.steps)} steps`;
  const noise = dataset.task === 'regression' ? `noise ${dataset.noiseVariance}` : 'binary';
  switch (dataset.kind) {
    case 'simulated':
      return `noise ${dataset.noiseVariance}, variances ${dataset.effectVariances.replace('-', ' ')}`;
    case 'growth':
      return `curve ${dataset.curve.join(', ')}, ${noise}`;
    case 'collaborative':
      return `${dataset.link === 'identity' ? 'inner product' : dataset.link}, ${noise}`;
    case 'tags':
      return `effects ${dataset.mainVariance}, slopes ${dataset.slopeVariance}, pairs ${dataset.pairVariance}, ${noise}`;
    case 'lmmnn':
      return `variances ${dataset.interceptVariances.join(', ')}, ${endingOf(dataset).slice(2) || noise}`;
  }
}

function Simulator({ dataset }: { dataset: DrawnDataset }) {
  const change = useSpec((state) => state.change);
  const published = publishedSimulator(dataset);
  return (
    <More control="simulator" title="Simulator" value={simulatorWords(dataset)}>
      {simulatorFields(dataset.kind).map((field) => (
        <Field
          key={`${dataset.kind} ${field.key}`}
          field={field}
          value={dataset[field.key as keyof DrawnDataset] ?? field.absent}
          onChange={(value) =>
            change((spec) => {
              const other = withKnob(dataset, field.key, value);
              // Windows and forecasts are for other methods.
              return field.key === 'predicts' ? withDataset(spec, other) : { ...spec, dataset: other };
            })
          }
        />
      ))}
      <ResetButton
        label={isPublished(dataset) ? 'Reset to published' : 'Reset to preset'}
        differs={JSON.stringify(published) !== JSON.stringify(dataset)}
        onReset={() => change((spec) => ({ ...spec, dataset: published }))}
      />
    </More>
  );
}

const NO_SPLIT = { split: 'rows', validation: 'rows', splitFeature: null } as const;

/** What their steps hold besides is known once they have been built: workers/training/step-memory.ts. */
const UNKNOWN_STEPS: readonly string[] = ['architectures', 'sequences'];
const MORE = 'Steps of architectures take more, by their batch. One for which there is no room is left out before its first step, and told.';
const LAID_OUT = 'Recorded steps have been laid out for it.';

function Facts() {
  const facts = useFacts();
  const methods = useSpec((state) => state.spec.methods);
  const training = useSpec((state) => state.spec.training);
  const key = useSpec((state) => probeKey(state.spec));
  const summary = useRun((state) => state.summary);
  const runSpec = useRun((state) => state.spec);
  const drawn = useSpec((state) => runSpec !== null && sameRows(runSpec, state.spec));
  // Known once a run has drawn these data, seeds included.
  const unseen = drawn ? (summary?.unseen?.testRows ?? null) : null;
  const probe = useProbe();
  const told = useMemo(() => toldBytes(probe), [probe]);
  const threads = useEngine(({ info }) => info?.threads ?? 1);
  const need = useMemo(() => (facts ? memoryNeed(facts, methods, training, { told, threads }) : null), [facts, methods, training, told, threads]);
  const more = methods.some(({ id }) => UNKNOWN_STEPS.includes(aboutMethod(id).family) && !told.has(id));
  const estimated = 'What the run will hold at once, all methods together; estimated from the rows, levels and settings.';
  const runKey = useMemo(() => runSpec && probeKey(runSpec), [runSpec]);
  // The run of these very settings; a string, which changes seldom while lanes change at every epoch.
  const held = useRun(({ lanes }) => (need && runKey === key ? heldWords(need.methods, lanes) : null));
  const rows: [string, number | undefined][] = [
    ['Training rows', facts?.trainRows],
    ['Validation rows', facts?.validationRows],
    ['Test rows', facts?.testRows],
  ];
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="tab">{value === undefined ? 'not known yet' : facts?.exact ? count(value) : `about ${count(value)}`}</dd>
        </div>
      ))}
      {unseen !== null && unseen > 0 && (
        <div title="Test rows with a level that no training or validation row has.">
          <dt>Test rows, unseen levels</dt>
          <dd className="tab">{count(unseen)}</dd>
        </div>
      )}
      <div title={[estimated, ...(told.size > 0 ? [LAID_OUT] : []), ...(more ? [MORE] : [])].join(' ')}>
        <dt>Memory</dt>
        <dd className="tab">{need ? `${more ? 'at least' : 'about'} ${bytes(need.total)}` : 'not known yet'}</dd>
      </div>
      {held && (
        <div title="What the steps of the run hold in WebAssembly, as measured, next to what was told before; without the data and the kept weights.">
          <dt>Steps hold</dt>
          <dd className="tab">{held}</dd>
        </div>
      )}
    </dl>
  );
}

/** Which data: a published simulation, five trees, or the person's own table. */
export function DataSection({ locked }: { locked: boolean }) {
  const dataset = useSpec((state) => state.spec.dataset);
  const change = useSpec((state) => state.change);
  const phase = useTable((state) => state.phase);
  const fileName = useTable((state) => state.fileName);
  const choosing = phase === 'roles' || phase === 'reading';
  const facts = useFacts();

  const choose = (card: CardId) => {
    // A table whose roles are being chosen is put aside; nothing of it was in the experiment yet.
    const table = useTable.getState();
    if (table.phase === 'refused') table.dismiss();
    else if (table.phase !== 'none') table.cancel();
    change((spec) => withCard(spec, card));
  };
  const own = isOwnTable(dataset) || choosing ? '' : ', or your own table';
  return (
    <Section
      step={1}
      title="Data"
      locked={locked}
      summary={phase === 'roles' ? `${fileName}, choosing roles` : <MathText>{`${datasetName(dataset)}${own}`}</MathText>}
    >
      <Control id="data">
        <Cards chosen={choosing ? null : cardOf(dataset)} onChoose={choose} />
      </Control>
      <Control id="own-table" inert>
        <DropZone />
      </Control>
      {dataset.kind === 'simulated' && !choosing && (
        <Control id="levels">
          <Levels dataset={dataset} />
        </Control>
      )}
      {isDrawn(dataset) && !choosing && (
        <Control id="preset">
          <Published dataset={dataset} />
        </Control>
      )}
      {!choosing && <Facts />}
      {!choosing && <DataWarnings />}
      {isDrawn(dataset) && !choosing && <Simulator key={dataset.kind} dataset={dataset} />}
      {!choosing && <Division dataset={dataset} features={facts?.levels.length ?? null} />}
    </Section>
  );
}
