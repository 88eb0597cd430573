import { fixed } from '../text/numbers';

/**
 * A loss as % of where it began: 50 where half of it is left. An objective may be negative; down stays down,
 * by the size of the beginning: from −2 to −3 is 50 %, and from −2 to −1 150 %.
 */
export const percentOfFirst = (loss: number, first: number): number => 100 + (100 * (loss - first)) / Math.abs(first);

/** Such a share in a sentence: 7.3 %, 42 %. */
export const percentWords = (share: number): string => `${fixed(share, Math.abs(share) < 10 ? 1 : 0)} %`;
