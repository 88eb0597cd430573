import type { EmbeddingView } from '../metrics/embedding-view';

/**
 * How much of each drawn level's vector is its own: 1 − posterior ÷ prior variance, averaged over the
 * dimensions. 1 is the level's own rows alone, 0 the prior alone. Null without a prior variance.
 */
export function ownWeights({ posterior, width, drawn }: Pick<EmbeddingView, 'posterior' | 'width' | 'drawn'>): Float32Array | null {
  if (!posterior?.prior) return null;
  const { variances, prior } = posterior;
  return Float32Array.from({ length: drawn }, (_, level) => {
    let sum = 0;
    for (let m = 0; m < width; m++) sum += variances[level * width + m] / prior[m];
    return 1 - sum / width;
  });
}
