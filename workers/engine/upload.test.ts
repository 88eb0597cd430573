import { describe, expect, it } from 'vitest';
import { type FillRows, uploadRows } from './upload';

/** A device whose buffer is memory of this process. */
function fakeDevice(bytes: number) {
  const memory = new Uint8Array(bytes);
  const waits: number[] = [];
  let writes = 0;
  const queue = {
    writeBuffer(_: unknown, at: number, from: ArrayBuffer, offset: number, size: number) {
      writes++;
      memory.set(new Uint8Array(from, offset, size), at);
    },
    async onSubmittedWorkDone() {
      waits.push(writes);
    },
  };
  return { device: { queue } as unknown as GPUDevice, numbers: new Int32Array(memory.buffer), waits };
}

const buffer = {} as GPUBuffer;
const COLUMNS = 32;
const fill: FillRows = ({ integers }, from, to) => {
  for (let row = from, at = 0; row < to; row++) for (let j = 0; j < COLUMNS; j++) integers[at++] = row * COLUMNS + j;
};

describe('an upload by chunks', () => {
  it('puts every row in its place, tells its share, and waits for the queue now and then', async () => {
    const rows = 700_001;
    const { device, numbers, waits } = fakeDevice(4 * COLUMNS * rows);
    const shares: number[] = [];
    await uploadRows(device, buffer, rows, COLUMNS, fill, async (share) => {
      shares.push(share);
    });
    expect(numbers.every((value, i) => value === i)).toBe(true);
    expect(shares.length).toBeGreaterThan(20);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(waits).toEqual([16]);
  });

  it('ends where the caller throws', async () => {
    const { device, numbers } = fakeDevice(4 * COLUMNS * 100_000);
    const cancelled = uploadRows(device, buffer, 100_000, COLUMNS, fill, async () => {
      throw new Error('cancelled');
    });
    await expect(cancelled).rejects.toThrow('cancelled');
    expect(numbers.at(-1)).toBe(0);
  });

  it('has nothing to do without rows or columns', async () => {
    const { device } = fakeDevice(4);
    await uploadRows(device, buffer, 0, 3, fill);
    await uploadRows(device, buffer, 3, 0, fill);
  });
});
