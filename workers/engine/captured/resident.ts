import type { Dataset } from '../../data/dataset';
import { captureFailure } from './resources';

/** What of a dataset a plan needs. */
export type ResidentData = Pick<Dataset, 'rows' | 'x' | 'p' | 'y' | 'categorical'>;

/** A dataset on the device, row by row: p numeric features, the response, a level of each categorical feature; 4 bytes each. */
export interface ResidentTable {
  buffer: GPUBuffer;
  columns: number;
  /** The buffer is destroyed with its last user. */
  release(): void;
}

const tables = new WeakMap<GPUDevice, WeakMap<ResidentData, { buffer: GPUBuffer; users: number }>>();

function upload(device: GPUDevice, { rows, x, p, y, categorical }: ResidentData, columns: number): GPUBuffer {
  const size = Math.max(4, 4 * rows * columns);
  const most = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  if (size > most) {
    const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;
    throw captureFailure('capture-memory', `its data take ${mebibytes(size)}, and a buffer of this GPU holds ${mebibytes(most)}`);
  }
  const buffer = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE, mappedAtCreation: true });
  const range = buffer.getMappedRange();
  const numbers = new Float32Array(range);
  const levels = new Int32Array(range);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let j = 0; j < p; j++) numbers[at++] = x[row * p + j];
    numbers[at++] = y[row];
    for (const { codes } of categorical) levels[at++] = codes[row];
  }
  buffer.unmap();
  return buffer;
}

/** The table of a dataset, shared by all plans on a device. Throws LabFailure when it does not fit. */
export function residentTable(device: GPUDevice, data: ResidentData): ResidentTable {
  const columns = data.p + 1 + data.categorical.length;
  const ofDevice = tables.get(device) ?? new WeakMap<ResidentData, { buffer: GPUBuffer; users: number }>();
  tables.set(device, ofDevice);
  const table = ofDevice.get(data) ?? { buffer: upload(device, data, columns), users: 0 };
  ofDevice.set(data, table);
  table.users++;
  return {
    buffer: table.buffer,
    columns,
    release: () => {
      if (--table.users > 0) return;
      table.buffer.destroy();
      ofDevice.delete(data);
    },
  };
}
