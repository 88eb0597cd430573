import { SegmentedControl } from '@mantine/core';
import type { SimulatedDataset } from '../../workers/data/schema';
import { memoryNeed } from '../../workers/spec/memory-need';
import { PUBLISHED_LEVELS } from '../../workers/spec/presets';
import { simulatedSchema } from '../../workers/spec/schemas';
import { datasetName } from '../app/dataset-words';
import { bytes, count, shortCount } from '../app/format';
import { MathText } from '../app/math-text';
import { useSpec } from '../state/spec';
import { useTable } from './csv/table-store';
import { DropZone } from './drop-zone';
import { Field } from './field-input';
import { fieldsOf } from './form-fields';
import { CARDS, type CardId, cardOf, publishedSimulator, withCard, withLevels } from './presets-on-page';
import { ResetButton } from './reset-button';
import { More, Section } from './section';
import { Thumbnail } from './thumbnails';
import { useFacts } from './use-facts';

const SIMULATOR_FIELDS = fieldsOf(simulatedSchema);

/** Arrow keys move within the cards, as in any radio group. */
function Cards({ chosen, onChoose }: { chosen: CardId | null; onChoose(card: CardId): void }) {
  return (
    <div className="cards" role="radiogroup" aria-label="Dataset">
      {CARDS.map(({ id, label }) => (
        <label className="card" key={id} data-checked={chosen === id || undefined}>
          <input type="radio" name="dataset" checked={chosen === id} onChange={() => onChoose(id)} onClick={() => onChoose(id)} />
          <Thumbnail card={id} />
          <span>{label}</span>
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
      <SegmentedControl
        className="fill"
        fullWidth
        aria-label="Levels q"
        data={PUBLISHED_LEVELS.map((q) => ({ value: String(q), label: shortCount(q) }))}
        value={same ? String(dataset.levels[0]) : ''}
        onChange={(value) => void change((spec) => withLevels(spec, Number(value)))}
      />
    </div>
  );
}

function Simulator({ dataset }: { dataset: SimulatedDataset }) {
  const change = useSpec((state) => state.change);
  const published = publishedSimulator(dataset);
  const variances = dataset.effectVariances.replace('-', ' ');
  return (
    <More title="Simulator" value={`noise ${dataset.noiseVariance}, variances ${variances}`}>
      {SIMULATOR_FIELDS.map((field) => (
        <Field
          key={field.key}
          field={field}
          value={dataset[field.key as keyof SimulatedDataset]}
          onChange={(value) => change((spec) => ({ ...spec, dataset: { ...dataset, [field.key]: value } as SimulatedDataset }))}
        />
      ))}
      <ResetButton
        label="Reset to published"
        differs={JSON.stringify(published) !== JSON.stringify(dataset)}
        onReset={() => change((spec) => ({ ...spec, dataset: published }))}
      />
    </More>
  );
}

function Facts() {
  const facts = useFacts();
  const methods = useSpec((state) => state.spec.methods);
  const batchSize = useSpec((state) => state.spec.training.batchSize);
  const need = facts ? memoryNeed(facts, methods, batchSize === 'q' ? Math.max(...facts.levels) : batchSize) : null;
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
          <dd className="tab">{value === undefined ? 'not known yet' : count(value)}</dd>
        </div>
      ))}
      <div title="What the run will hold at once, all methods together; estimated from the rows, levels and settings.">
        <dt>Memory</dt>
        <dd className="tab">{need ? `about ${bytes(need.total)}` : 'not known yet'}</dd>
      </div>
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

  const choose = (card: CardId) => {
    // A table whose roles are being chosen is put aside; nothing of it was in the experiment yet.
    const table = useTable.getState();
    if (table.phase === 'refused') table.dismiss();
    else if (table.phase !== 'none') table.cancel();
    change((spec) => withCard(spec, card));
  };
  const own = dataset.kind === 'table' || choosing ? '' : ', or your own CSV';
  return (
    <Section
      step={1}
      title="Data"
      locked={locked}
      summary={phase === 'roles' ? `${fileName}, choosing roles` : <MathText>{`${datasetName(dataset)}${own}`}</MathText>}
    >
      <Cards chosen={choosing ? null : cardOf(dataset)} onChoose={choose} />
      <DropZone />
      {dataset.kind === 'simulated' && !choosing && <Levels dataset={dataset} />}
      {!choosing && <Facts />}
      {dataset.kind === 'simulated' && !choosing && <Simulator dataset={dataset} />}
    </Section>
  );
}
