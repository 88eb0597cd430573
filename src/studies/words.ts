import type { DatasetSpec, Task } from '../../workers/data/schema';
import { SCORE_NAMES } from '../../workers/papers/study-scores';
import type { StudyRow } from '../../workers/papers/study-table';
import type { ScoreKey } from '../../workers/protocol';
import { splitWords } from '../../workers/spec/division';
import { dependenceOf, repetitionsOf, type Study } from '../../workers/spec/study';
import { openRepetition, type StudyState, secondsLeft } from '../state/study';
import { decimalsFor, inWords, listed } from '../text/numbers';
import { datasetName } from '../ui/dataset-words';
import { capital, clock } from '../ui/format';
import { labelOf } from '../ui/method-line';
import type { StatusLine } from '../ui/status';
import { slug } from '../words/provenance';

export const taskOf = (dataset: DatasetSpec): Task => (dataset.kind === 'orange' ? 'regression' : dataset.task);

/** 'Five repetitions', 'Five-fold cross-validation', 'The four folds of fold'. */
export function studyTitle({ spec: { dataset }, plan }: Study): string {
  const times = capital(inWords(repetitionsOf(plan)));
  if (plan.kind === 'repeat') return `${times} repetitions`;
  if (plan.kind === 'values') return `The ${times.toLowerCase()} folds of ${dataset.kind === 'table' ? dataset.splitColumn : 'a column'}`;
  return `${times}-fold cross-validation`;
}

/** The quiet line of a study's panels: "Regression, q = 1,000; five repetitions; seeds from 1, 1, 1". */
export function studyOrigin(study: Study): string {
  const { data, split, weights } = study.spec.seeds;
  const title = studyTitle(study);
  const how = `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  const seeds = dependenceOf(study) === 'new data' ? [data, split, weights] : [split, weights];
  return `${datasetName(study.spec.dataset)}; ${how}; seeds from ${seeds.join(', ')}`;
}

/** The same in the name of a file. */
export const studySlug = (study: Study): string => `${slug(datasetName(study.spec.dataset)) || 'data'}-${slug(studyTitle(study))}`;

/** One repetition in words: 'repetition 3', 'fold 3'. */
export const partWord = ({ plan }: Study): 'repetition' | 'fold' => (plan.kind === 'repeat' ? 'repetition' : 'fold');

/** Data, seeds and division of a study, in two sentences. */
export function studyAbout(study: Study): string {
  const { dataset, seeds } = study.spec;
  const { plan } = study;
  if (plan.kind === 'folds' && dataset.split === 'by-time')
    return `${datasetName(dataset)}: the time is cut in ${plan.of + 1} blocks; each but the first tests once, and only what lies before it trains.`;
  if (plan.kind === 'values')
    return `${datasetName(dataset)}: each of ${listed([...plan.values])} in ${dataset.kind === 'table' ? dataset.splitColumn : ''} tests once.`;
  if (plan.kind === 'folds') {
    const kept =
      dataset.split === 'by-level'
        ? ', levels kept together'
        : dataset.split === 'by-combination'
          ? ', rows with the same set of tags kept together'
          : dataset.split === 'by-group'
            ? `, groups of ${dataset.kind === 'table' ? dataset.splitColumn : ''} kept together`
            : '';
    return `${datasetName(dataset)}: the rows are cut in ${plan.of} parts${kept}; each tests once. Split seed ${seeds.split}.`;
  }
  return `${datasetName(dataset)}. ${splitWords(dataset)} Seeds from ${seeds.data}, ${seeds.split} and ${seeds.weights} on, one higher each time.`;
}

export const scoreName = (metric: ScoreKey): string => SCORE_NAMES[metric];

/** Decimals that show a standard error to two digits, and so what it is that differs. */
export function decimalsOf(rows: readonly StudyRow[]): number {
  const errors = rows.flatMap(({ se }) => (se !== null && se > 0 ? [se] : []));
  if (errors.length === 0) return decimalsFor(rows.flatMap(({ mean }) => (mean === null ? [] : [mean])));
  return Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(Math.min(...errors)))));
}

/** Another page of this browser fits the study: this one shows what that finishes. */
export const isElsewhere = ({ status, error }: Pick<StudyState, 'status' | 'error'>): boolean =>
  status === 'running' && error?.code === 'fitted-elsewhere';

/** The status line while a study is on: what happens, and what Stop keeps. */
export function studyStatus({ study, status, error }: Pick<StudyState, 'study' | 'status' | 'error'>): StatusLine {
  if (isElsewhere({ status, error }) && error) return { tone: 'plain', icon: 'info', words: [{ b: error.message }, ` ${error.hint}`], action: null };
  const part = study ? partWord(study) : 'repetition';
  const kept = ` Finished ${part}s are kept in this browser.`;
  const words =
    status === 'paused'
      ? [{ b: 'Paused.' }, kept]
      : status === 'stopping'
        ? [{ b: 'Stopping.' }, ` The ${part} in progress is dropped.${kept}`]
        : [{ b: part === 'fold' ? 'Cross-validating.' : 'Repeating.' }, ` The methods train one after another on the same rows.${kept}`];
  return { tone: status === 'paused' ? 'plain' : 'live', icon: status === 'paused' ? 'pause' : null, words, action: null };
}

/** Where a study stands, for the run bar: strong words, the rest of the line, and what is below. */
export function studyProgress(state: StudyState): { strong: string; rest: string; below: string[] } {
  const { study, records, status, now } = state;
  if (!study) return { strong: '', rest: '', below: [] };
  const part = capital(partWord(study));
  const at = now?.repetition ?? openRepetition(study, records) ?? repetitionsOf(study.plan);
  const left = status === 'running' ? secondsLeft(state) : null;
  const lane = now ? now.lanes[now.method] : undefined;
  const method = now ? `${labelOf(now.method)}${lane ? `, epoch ${lane.epoch}` : ''}` : isElsewhere(state) ? 'in another page' : 'preparing';
  return {
    strong: status === 'paused' ? `Paused, ${part.toLowerCase()} ${at}` : status === 'stopping' ? 'Stopping' : `${part} ${at}`,
    rest: `of ${repetitionsOf(study.plan)}`,
    below: [`${method}${left === null ? '' : ','}`, left === null ? '' : `about ${clock(left)} left`].filter(Boolean),
  };
}
