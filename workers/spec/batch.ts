const LARGEST_BATCH = 1024;
const SMALLEST_BATCH = 8;
/** An epoch of fewer steps than this hardly moves the weights. */
const STEPS = 10;

/** The batch size for a table: the largest power of two up to 1,024 that leaves ten steps an epoch, at least 8, at most all training rows. */
export function batchFor(trainRows: number): number {
  const rows = Math.max(1, trainRows);
  const power = 2 ** Math.floor(Math.log2(Math.max(1, rows / STEPS)));
  return Math.min(rows, Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, power)));
}
