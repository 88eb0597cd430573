import type { ColumnRole, DatasetSpec, TableDataset } from '../data/schema';
import { saysTrainAndTest } from '../data/split-words';
import { roleFeatures } from '../data/tags/features';
import { hasFixedTest, type TableDivision } from './division';
import type { ExperimentSpec } from './experiment';
import { canFold, type Study, type StudyPlan } from './study';
import { trainedWith } from './vectors';

/** A way to repeat an experiment, as it is offered. */
export interface StudyChoice {
  /** 'repeat-5', '10-fold by-level'. */
  id: string;
  /** 'Repeat 5×', '10-fold by level of user'. */
  label: string;
  study: Study;
}

export interface StudyChoices {
  repeat: StudyChoice[];
  /** What changes from one repetition to the next, in words. */
  repeatNote: string;
  folds: StudyChoice[];
  /** Why there are no folds; null where there are. */
  foldsNote: string | null;
}

/** What is known of a table's columns: with it, those that may divide rows are offered. */
export interface DividingColumn {
  name: string;
  role: ColumnRole;
  /** Distinct values, where they are few. */
  fewValues?: readonly string[];
  /** Its cells are dates. */
  dates?: object | null;
}

const TIMES = [5, 10] as const;
const MOST_VALUES = 20;

const withDataset = (spec: ExperimentSpec, dataset: DatasetSpec): ExperimentSpec => ({ ...spec, dataset });

/** Without the fold of a link: a study has folds of its own. */
const whole = (dataset: DatasetSpec): DatasetSpec => {
  if (!canFold(dataset) || !dataset.fold) return dataset;
  const { fold: _, ...rest } = dataset;
  return rest as DatasetSpec;
};

/** Everything that repeats an experiment. @param columns of its table, where it is open */
export function studyChoices(spec: ExperimentSpec, columns: readonly DividingColumn[] = []): StudyChoices {
  const dataset = whole(spec.dataset);
  const plain = withDataset(spec, dataset);
  const repeat = TIMES.map((times) => ({
    id: `repeat-${times}`,
    label: `Repeat ${times}×`,
    study: { spec: plain, plan: { kind: 'repeat' as const, times } },
  }));
  const repeatNote = !canFold(dataset)
    ? 'New data, rows and weights each time.'
    : hasFixedTest(dataset)
      ? 'New weights each time, on the same rows.'
      : 'Rows divided anew, and new weights, each time.';
  if (!canFold(dataset))
    return { repeat, repeatNote, folds: [], foldsNote: 'No folds: a simulation draws new data for every repetition, which says more.' };
  return { repeat, repeatNote, folds: dataset.kind === 'table' ? tableFolds(spec, dataset, columns) : treeFolds(plain), foldsNote: null };
}

const folds = (id: string, words: string, spec: ExperimentSpec): StudyChoice[] =>
  TIMES.map((of) => ({ id: `${of}-fold ${id}`, label: `${of}-fold ${words}`, study: { spec, plan: { kind: 'folds', of } } }));

/** Five trees cannot be kept apart in ten folds. */
const treeFolds = (spec: ExperimentSpec): StudyChoice[] => [
  ...folds('rows', 'by row', withDataset(spec, { ...spec.dataset, split: 'rows' } as DatasetSpec)),
  ...folds('by-level', 'by tree', withDataset(spec, { ...spec.dataset, split: 'by-level' } as DatasetSpec)).slice(0, 1),
];

const MOST_FEATURES = 4;

/** Folds by the levels of each feature; ten of them for the one that is divided now, or for the only one. */
function levelFolds(
  features: readonly string[],
  chosen: number | null,
  divided: (division: Partial<TableDivision>) => ExperimentSpec,
): StudyChoice[] {
  return features.slice(0, MOST_FEATURES).flatMap((name, i) => {
    const both = folds(`by-level ${name}`, `by level of ${name}`, divided({ split: 'by-level', splitFeature: i + 1 }));
    return features.length === 1 || chosen === i + 1 ? both : both.slice(0, 1);
  });
}

function tableFolds(spec: ExperimentSpec, dataset: TableDataset, columns: readonly DividingColumn[]): StudyChoice[] {
  const divided = (division: Partial<TableDivision>): ExperimentSpec =>
    withDataset(spec, { ...dataset, splitColumn: null, testValue: null, ...division });
  // The number of a column of tags is not that of a feature with levels.
  const byTags = dataset.split === 'by-tag' || dataset.split === 'by-combination';
  const names = (role: 'categorical' | 'tags') => roleFeatures(dataset.columns, role).map(({ name }) => name);
  const named = (role: ColumnRole) => dataset.columns.filter((column) => column.role === role).map(({ name }) => name);
  const chosen = (split: TableDivision['split']) => (dataset.split === split && dataset.splitColumn !== null ? [dataset.splitColumn] : []);
  const dated = columns.filter(({ name, dates }) => dates && dataset.columns.some((column) => column.name === name)).map(({ name }) => name);
  const either = (role: ColumnRole, split: TableDivision['split']) => [...new Set([...chosen(split), ...named(role)])];
  return [
    ...folds('rows', 'by row', divided({ split: 'rows' })),
    ...levelFolds(names('categorical'), byTags ? null : dataset.splitFeature, divided),
    ...names('tags').flatMap((name, i) =>
      folds(`by-combination ${name}`, `by sets of ${name}`, divided({ split: 'by-combination', splitFeature: i + 1 })).slice(0, 1),
    ),
    ...either('key', 'by-group').flatMap((name) => folds(`by-group ${name}`, `by group, ${name}`, divided({ split: 'by-group', splitColumn: name }))),
    ...[...new Set([...either('time', 'by-time'), ...dated])].flatMap((name) =>
      folds(`by-time ${name}`, `past to future, ${name}`, divided({ split: 'by-time', splitColumn: name })),
    ),
    ...either('fold', 'by-column').flatMap((name): StudyChoice[] => {
      const values = columns.find((column) => column.name === name)?.fewValues;
      if (!values || values.length < 2 || values.length > MOST_VALUES || saysTrainAndTest(values)) return [];
      const plan: StudyPlan = { kind: 'values', values: [...values] };
      return [
        {
          id: `by-column ${name}`,
          label: `The ${values.length} folds of ${name}`,
          study: { spec: divided({ split: 'by-column', splitColumn: name }), plan },
        },
      ];
    }),
  ];
}

/**
 * An experiment without what differs between a study and the page it was begun on: how rows are divided,
 * seeds, and what is drawn past the stop.
 */
function core({ dataset, methods, training, vectors }: ExperimentSpec): string {
  const { split: _1, validation: _2, splitFeature: _3, ...rest } = dataset;
  const { splitColumn: _4, testValue: _5, fold: _6, ...plain } = { splitColumn: null, testValue: null, fold: undefined, ...rest };
  const chosen = methods.map((method) => [method.id, trainedWith(method, vectors)]);
  return JSON.stringify([plain, chosen, { ...training, drawPastStop: false }]);
}

/** What a study shows is of the experiment as it is now, but for seeds and the way rows are divided. */
export const isStudyOf = (study: Study, spec: ExperimentSpec): boolean => core(study.spec) === core(spec);

/** What of an experiment has changed since a study of it: nothing, settings, or the data. */
export function changedSince(study: Study, spec: ExperimentSpec): 'nothing' | 'settings' | 'data' {
  if (isStudyOf(study, spec)) return 'nothing';
  return isStudyOf({ ...study, spec: { ...study.spec, methods: spec.methods, training: spec.training, vectors: spec.vectors } }, spec)
    ? 'settings'
    : 'data';
}
