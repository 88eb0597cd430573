import { type Dataset, featureName } from '../../data/dataset';
import { LabFailure } from '../../data/failure';
import { type Breathe, breathing, inOneGo } from '../dense';
import type { Solver } from '../iterative/fit';
import { checkColumns } from './columns';
import { type LinearSolved, solveLinear, tellSolved } from './fit';
import { checkNodes, estimateGeneralised, type GeneralisedFormula, tellGeneralised } from './fit-generalised';
import type { Formula } from './formula';
import { formulaOfDataset, frameOfDataset } from './frame-of-dataset';
import { makingModel } from './model';
import { parseFormula } from './parse';
import { FAMILIES, type Family } from './response';
import type { FormulaFit } from './result';
import type { FormulaModel } from './types';

/** How the registry's linear mixed model is asked for. */
export interface MixedSettings {
  /** '': a slope for each number and an intercept for the levels of each category. */
  formula: string;
  estimator: 'ml' | 'reml';
  family: 'automatic' | Family;
  approximation: 'automatic' | 'laplace' | 'quadrature';
  nodes: number;
  /** Of a Gaussian response. */
  solver: Solver;
}

/** Whether the settings ask for more than intercepts by columns of a Gaussian or binary response. */
export const isFormula = ({ formula = '', family = 'automatic', approximation = 'automatic' }: Partial<MixedSettings>, binary: boolean): boolean =>
  formula.trim() !== '' || (family !== 'automatic' && family !== (binary ? 'binomial' : 'gaussian')) || (binary && approximation !== 'automatic');

/** The family of a response. @throws LabFailure where it is not for such a response */
export function familyOf({ family }: Pick<MixedSettings, 'family'>, { task, targetName }: Pick<Dataset, 'task' | 'targetName'>): Family {
  const binary = task === 'binary';
  if (family === 'automatic') return binary ? 'binomial' : 'gaussian';
  if ((family === 'binomial') !== binary)
    throw new LabFailure(
      'formula-response',
      binary
        ? `${targetName} has two classes, and the ${family} family is of numbers.`
        : `The binomial family needs two classes, and ${targetName} is a column of numbers.`,
      binary ? 'Choose the binomial family.' : `Choose ${FAMILIES.filter((one) => one !== 'binomial').join(', ')}, or the task “two classes”.`,
    );
  return family;
}

/**
 * The formula of the settings, as it is for a dataset. @throws LabFailure which names the place, or the
 * column
 */
export function datasetFormula(settings: Pick<MixedSettings, 'formula'>, dataset: Dataset): Formula {
  if (settings.formula.trim() === '') return formulaOfDataset(dataset);
  const formula = parseFormula(settings.formula);
  checkColumns(formula, {
    targetName: dataset.targetName,
    numeric: Array.from({ length: dataset.p }, (_, j) => featureName(dataset, j)),
    categorical: dataset.categorical.map(({ name }) => name),
    tags: dataset.tags?.map(({ name }) => name),
  });
  return formula;
}

/** A mixed model of a dataset's rows, fitted. */
export type DatasetFit = { rows: Uint32Array } & (LinearSolved | { kind: 'generalised'; fitted: GeneralisedFormula });

/**
 * Designs of the mixed model of the settings on rows of a dataset, in the columns' own units. @throws
 * LabFailure where the rows cannot give the model
 */
export const modelOfDataset = (settings: MixedSettings, dataset: Dataset, rows: Uint32Array): FormulaModel =>
  inOneGo(makingModelOfDataset(settings, dataset, rows));

function* makingModelOfDataset(settings: MixedSettings, dataset: Dataset, rows: Uint32Array): Generator<void, FormulaModel> {
  const model = yield* makingModel(datasetFormula(settings, dataset), frameOfDataset(dataset, rows), familyOf(settings, dataset));
  if (model.family !== 'gaussian') checkNodes(model, nodesOf(settings));
  return model;
}

/** Nodes of the quadrature; 1 is Laplace's approximation. */
const nodesOf = ({ approximation, nodes }: MixedSettings): number => (approximation === 'quadrature' ? nodes : 1);

/**
 * Fits the mixed model of the settings to rows of a dataset (docs/methods.md A23). @param made the model of
 * these rows; absent: it is made, with breaths between
 */
export async function fitDataset(
  settings: MixedSettings,
  dataset: Dataset,
  rows: Uint32Array,
  breathe: Breathe,
  made?: FormulaModel,
): Promise<DatasetFit> {
  const model = made ?? (await breathing(makingModelOfDataset(settings, dataset, rows), breathe));
  if (model.family === 'gaussian') return { rows, ...(await solveLinear(model, { reml: settings.estimator === 'reml' }, settings.solver, breathe)) };
  return { rows, kind: 'generalised', fitted: await estimateGeneralised(model, { nodes: nodesOf(settings) }, breathe) };
}

/** What is told of such a fit. */
export const tellDatasetFit = (fit: DatasetFit, everyLevel: boolean): FormulaFit =>
  fit.kind === 'generalised' ? tellGeneralised(fit.fitted, everyLevel) : tellSolved(fit, everyLevel);

/** −2 log likelihood, restricted where the fit is. */
export const devianceOf = ({ fitted }: DatasetFit): number => ('estimate' in fitted ? fitted.estimate.fit.deviance : fitted.fit.deviance);
