import { type Dataset, vectorFeatures } from '../../data/dataset';
import { levelVariance } from '../../metrics/variance';
import type { Estimate, LevelVectors } from '../method';

/**
 * σ²_b of each feature as the papers estimate it: the variance of its level vectors over the levels, averaged
 * over their dimensions (docs/methods.md A9, A10). It is smaller than the variance of the effects it stands
 * for, because the vectors are shrunk; no theory gives a standard error. Vectors are inputs of a network and
 * have no unit: the scale of the response is not theirs.
 */
export async function vectorVariances(vectors: LevelVectors, dataset?: Dataset): Promise<Estimate[]> {
  const features = dataset ? vectorFeatures(dataset) : [];
  return Promise.all(
    vectors.map(async (table, k) => ({
      name: `Variance of ${features[k]?.name ?? `feature ${k + 1}`}`,
      symbol: String.raw`\hat\sigma_{b${vectors.length > 1 ? `,${k + 1}` : ''}}^2`,
      kind: 'variance' as const,
      feature: k,
      value: levelVariance({ values: (await table.data()) as Float32Array, d: table.shape[1] }),
      standardError: null,
      ownUnit: true as const,
      ofVectors: true as const,
    })),
  );
}
