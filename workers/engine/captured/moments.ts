/** Both moments of each entry of a parameter: pairs from `first` of a buffer, which parameters share. */
export interface Moments {
  buffer: GPUBuffer;
  first: number;
}

const PAIR_BYTES = 8;

/** Room for the moments of parameters of these sizes, zeros, in as few buffers as the device binds. */
export function makeMoments(device: GPUDevice, sizes: readonly number[]): Moments[] {
  const most = Math.floor(Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize) / PAIR_BYTES);
  const shelves: number[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const size of sizes) {
    if (filled + size > most) {
      shelves.push([]);
      filled = 0;
    }
    shelves[shelves.length - 1].push(size);
    filled += size;
  }
  return shelves.flatMap((shelf) => {
    const pairs = shelf.reduce((sum, size) => sum + size, 0);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ size: PAIR_BYTES * pairs, usage });
    let first = 0;
    return shelf.map((size) => {
      const own = { buffer, first };
      first += size;
      return own;
    });
  });
}
