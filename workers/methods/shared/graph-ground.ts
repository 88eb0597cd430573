import type { Dataset } from '../../data/dataset';
import { inOneGo } from '../../mixed/dense';
import { dependenceAt, fitDependence, type GraphCorrelations, graphAlike, graphCorrelations, placeOf, STEPS } from '../../mixed/graph-levels';
import { GraphLikeness } from '../../nn/likeness';
import type { Problem } from '../method';
import type { Ground } from './correlated-model';
import type { CorrelatedSettings } from './correlated-settings';
import { featureNames } from './lmmnn-model';
import { nextTask } from './next-task';

interface GraphSettings extends CorrelatedSettings {
  dependence: number;
}

/** Levels that no data join: each like itself alone. Counts of a model are asked for without data. */
function joinedByNothing(levels: number): GraphCorrelations {
  const values = new Float32Array(levels * levels * STEPS);
  for (let level = 0; level < levels; level++) values.fill(1, level * (levels + 1) * STEPS, (level * (levels + 1) + 1) * STEPS);
  return { levels, values };
}

/**
 * Levels that are joined by the edges of the data (docs/methods.md A29). Their correlations are found here
 * where nobody had them found before (`correlationsOf`).
 */
export function graphGround(problem: Problem, settings: GraphSettings, dataset?: Dataset): Ground<number> {
  const { d, dependence } = settings;
  const graph = dataset?.graph;
  const feature = graph?.feature ?? 0;
  const q = problem.levels[feature];
  const correlations = graph ? inOneGo(graphCorrelations(graph, q)) : joinedByNothing(q);
  const start = placeOf(dependence);
  const learned = settings.correlation === 'learned';
  const likeness = new GraphLikeness(feature, correlations, start, learned);
  let told: number | null = null;
  return {
    feature,
    likeness,
    async fit(seen, vectors) {
      return (learned ? await fitDependence(correlations, seen, vectors, d, nextTask) : null) ?? start;
    },
    alike: (place) => graphAlike(correlations, place),
    keep(place) {
      told = place;
    },
    // A level that the data do not have has no edge here.
    besides: () => null,
    async estimates() {
      const trained = await likeness.place();
      const note = learned ? `of the vectors of all rows; in training, of batches of few rows, ${dependenceAt(trained).toPrecision(2)}` : 'given';
      const alone = graph?.alone ?? 0;
      return [
        {
          name: `Dependence along edges of ${featureNames(problem, dataset)[feature]}`,
          symbol: String.raw`\rho`,
          kind: 'fit',
          feature: null,
          value: dependenceAt(told ?? trained),
          standardError: null,
          note: alone > 0 ? `${note}; ${alone === 1 ? '1 level has' : `${alone.toLocaleString('en')} levels have`} no edge` : note,
        },
      ];
    },
    dispose: () => undefined,
  };
}
