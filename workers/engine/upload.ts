/**
 * Told the share of the data that is on the device, and awaited, after each chunk: lets messages in, and may
 * end the upload by throwing.
 */
export type Uploaded = (share: number) => Promise<void>;

/** Some milliseconds of work. */
const CHUNK_BYTES = 4 * 2 ** 20;
/** Chunks that may wait in the queue, where each takes memory of its own. */
const IN_QUEUE = 16;

/**
 * Writes rows `from` to `to` at the beginning of the chunk, as floats or as integers of the same four bytes.
 */
export type FillRows = (chunk: { floats: Float32Array; integers: Int32Array }, from: number, to: number) => void;

/**
 * Fills a buffer with rows of so many 4-byte words, in chunks, so that data of any size leave room for
 * messages.
 */
export async function uploadRows(
  device: GPUDevice,
  buffer: GPUBuffer,
  rows: number,
  columns: number,
  fill: FillRows,
  uploaded?: Uploaded,
): Promise<void> {
  if (rows * columns === 0) return;
  const rowsAtOnce = Math.max(1, Math.floor(CHUNK_BYTES / 4 / columns));
  const bytes = new ArrayBuffer(4 * columns * Math.min(rows, rowsAtOnce));
  const chunk = { floats: new Float32Array(bytes), integers: new Int32Array(bytes) };
  for (let from = 0, count = 1; from < rows; from += rowsAtOnce, count++) {
    const to = Math.min(rows, from + rowsAtOnce);
    fill(chunk, from, to);
    device.queue.writeBuffer(buffer, 4 * columns * from, bytes, 0, 4 * columns * (to - from));
    if (count % IN_QUEUE === 0) await device.queue.onSubmittedWorkDone();
    await uploaded?.(to / rows);
  }
}
