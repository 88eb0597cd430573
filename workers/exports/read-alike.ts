import { LabFailure } from '../data/failure';
import { withSteps } from '../data/reading/apply';
import { wordOf } from '../data/reading/missing';
import { currentName } from '../data/reading/questions';
import { type ColumnStep, isFileStep, type Step, stepsWithin } from '../data/reading/steps';
import { quote } from '../data/refusals';
import type { ColumnChoice } from '../data/schema';
import type { Table } from '../data/table';
import { isDays, madeColumn } from '../data/text-numbers';
import { knownLabels, type OpenedModel } from './opened';

const ofColumns = (steps: readonly Step[]): ColumnStep[] => steps.filter((step): step is ColumnStep => !isFileStep(step));

/**
 * The table as the steps of training read it, as far as they are about columns that it has. Days count from
 * the first date of training. Words for missing that only the new file has are missing, unless they are
 * levels or tags of the model; numbers that are written otherwise than in training are read as they are
 * written.
 *
 * @throws LabFailure 'model-days' where the model does not say what its days count from
 */
export function readAlike(table: Table, opened: OpenedModel, choices: readonly ColumnChoice[]): Table {
  const { dataset } = opened.spec;
  if (dataset.kind !== 'table' || !dataset.reading) return table;
  const names = new Set(table.raw.columns.map(({ name }) => name));
  const all = ofColumns(dataset.reading);
  const training = stepsWithin(all, names).map((step) => withFirstDate(step, all, opened));
  const words = newWords(table, training, opened);
  const read = withSteps(table, [...words, ...training]);
  const numeric = new Set(choices.flatMap(({ name, role }) => (role === 'numeric' ? [name] : [])));
  const otherwise = table.columns.filter(({ name, textLevels, missing }) => {
    const now = numeric.has(currentName(training, name)) ? read.columns.find((column) => column.name === currentName(training, name)) : undefined;
    return now !== undefined && textLevels === 0 && (now.textLevels > 0 || now.missing > missing);
  });
  if (otherwise.length === 0) return read;
  const own = new Set(otherwise.map(({ name }) => name));
  const isOwn = (step: ColumnStep): boolean => step.kind === 'decimal' && own.has(step.column);
  return withSteps(table, [...words, ...ofColumns(table.steps).filter(isOwn), ...training.filter((step) => !isOwn(step))]);
}

function withFirstDate(step: ColumnStep, steps: readonly ColumnStep[], { facts }: OpenedModel): ColumnStep {
  if (!isDays(step)) return step;
  const name = madeColumn(step, steps);
  const column = facts.columns.find((one) => one.name === name);
  if (column?.kind !== 'numeric') return step;
  if (column.from !== undefined) return { ...step, from: column.from };
  throw new LabFailure(
    'model-days',
    `The model counts the days of ${quote(name)} from a first date that it does not say: an earlier version of the lab has written it.`,
    'Train it again and save it with this version.',
  );
}

/** Words for missing that were found in this file and not in that of training. */
function newWords(table: Table, training: readonly ColumnStep[], opened: OpenedModel): ColumnStep[] {
  return ofColumns(table.steps).flatMap((step): ColumnStep[] => {
    if (step.kind !== 'missing-words') return [];
    return step.columns.flatMap((column): ColumnStep[] => {
      const labels = knownLabels(opened, currentName(training, column));
      const known = new Set([...labels].map(wordOf));
      const words = step.words.filter((word) => !known.has(wordOf(word)));
      return words.length > 0 ? [{ kind: 'missing-words', columns: [column], words }] : [];
    });
  });
}
