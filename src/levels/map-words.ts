import type { LevelColour, LevelMap, LevelMapKind, LevelMapStep, LevelsOverview, LevelTableView } from '../../workers/protocol';
import { hasSeveralClasses } from '../../workers/spec/scores';
import { labelOf } from '../ui/method-line';
import { effectName, percentOf } from '../words/level-room';
import type { AxisWords } from './point-map';

/** Choices and names of the map. */

export type KindName = LevelMapKind['kind'];

export const isLayout = (kind: KindName): kind is 'tsne' | 'umap' => kind === 'tsne' || kind === 'umap';

export const KINDS: Record<KindName, string> = {
  pca: 'Principal components',
  numbers: 'Dimensions of the vectors',
  truth: 'Aligned to the truth',
  tsne: 't-SNE',
  umap: 'UMAP',
};

/** Names of both axes of a map. */
export function axesOf({ view, axes, truth }: LevelMap): [AxisWords, AxisWords] {
  return axes.map(({ dimension, share, r2 }, place): AxisWords => {
    if (dimension === null) return { name: isLayout(view.kind) ? (place === 0 ? 'axes without unit' : '') : '', ticks: false };
    const number = dimension + 1;
    if (view.kind === 'pca') return { name: `component ${number}${share === null ? '' : `, ${percentOf(share)} of variance`}`, ticks: true };
    if (view.kind === 'numbers') return { name: `dimension ${number}`, ticks: true };
    if (truth === null && place === 0) return { name: 'true effect', ticks: true };
    return { name: `fit of true dimension ${number}${r2 === null ? '' : `, R² ${r2.toFixed(2)}`}`, ticks: true };
  }) as [AxisWords, AxisWords];
}

const PHASES: Record<LevelMapStep['phase'], string> = { neighbours: 'looking for neighbours', layout: 'laying out', rest: 'putting in the rest' };

/** "UMAP: laying out, step 120 of 500". */
export const stepWords = (kind: KindName, step: LevelMapStep | null): string =>
  step ? `${KINDS[kind]}: ${PHASES[step.phase]}, ${step.of > 0 ? percentOf(step.step / step.of) : ''}` : `${KINDS[kind]}: beginning`;

/** A colour with its name in the list of choices. */
export interface ColourChoice {
  id: string;
  name: string;
  colour: LevelColour;
}

/** What the points of a feature can be coloured by. */
export function colourChoices(overview: LevelsOverview, view: LevelTableView): ColourChoice[] {
  const { effect, posteriorSd, typical } = view;
  return [
    { id: 'rows', name: 'Training rows', colour: { by: 'rows' } },
    { id: 'seen', name: 'In training rows or not', colour: { by: 'seen' } },
    ...(Array.from(view.meanResponse.slice(0, 1000)).some(Number.isFinite)
      ? [{ id: 'meanResponse', name: 'Mean response', colour: { by: 'meanResponse' } as const }]
      : []),
    ...(hasSeveralClasses(overview.task)
      ? []
      : [{ id: 'meanResidual', name: 'Mean residual on test rows', colour: { by: 'meanResidual' } as const }]),
    ...(effect ? [{ id: 'effect', name: effectName(effect.kind), colour: { by: 'effect' } as const }] : []),
    ...(posteriorSd ? [{ id: 'posteriorSd', name: 'Posterior SD', colour: { by: 'posteriorSd' } as const }] : []),
    ...Array.from({ length: overview.trueWidth }, (_, dimension) => ({
      id: `true-${dimension}`,
      name: overview.trueWidth > 1 ? `True effect ${dimension + 1}` : 'True effect',
      colour: { by: 'trueEffect', dimension } as const,
    })),
    ...typical.map(({ method }) => ({
      id: `typical-${method}`,
      name: `Prediction of ${labelOf(method)}`,
      colour: { by: 'typical', of: method } as const,
    })),
    ...overview.numeric.map((name, column) => ({ id: `numeric-${column}`, name: `Mean of ${name}`, colour: { by: 'numeric', column } as const })),
    ...overview.categorical.flatMap((name, column) =>
      column === view.feature && view.kind === 'levels'
        ? []
        : [{ id: `categorical-${column}`, name: `Most frequent ${name}`, colour: { by: 'categorical', column } as const }],
    ),
  ];
}
