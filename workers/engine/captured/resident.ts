import type { Dataset } from '../../data/dataset';
import { type Uploaded, uploadRows } from '../upload';
import { captureFailure } from './resources';

/** What of a dataset a plan needs. */
export type ResidentData = Pick<Dataset, 'rows' | 'x' | 'p' | 'y' | 'categorical'>;

/**
 * A dataset on the device, row by row: p numeric features, the response, a level of each categorical feature;
 * 4 bytes each.
 */
export interface ResidentTable {
  buffer: GPUBuffer;
  columns: number;
  /** The buffer is destroyed with its last user. */
  release(): void;
}

const tables = new WeakMap<GPUDevice, WeakMap<ResidentData, { buffer: Promise<GPUBuffer>; users: number }>>();

async function upload(device: GPUDevice, { rows, x, p, y, categorical }: ResidentData, columns: number, uploaded?: Uploaded): Promise<GPUBuffer> {
  const size = Math.max(4, 4 * rows * columns);
  const most = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  if (size > most) {
    const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;
    throw captureFailure('capture-memory', `its data take ${mebibytes(size)}, and a buffer of this GPU holds ${mebibytes(most)}`);
  }
  const buffer = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  try {
    await uploadRows(
      device,
      buffer,
      rows,
      columns,
      ({ floats, integers }, from, to) => {
        for (let row = from, at = 0; row < to; row++) {
          for (let j = 0; j < p; j++) floats[at++] = x[row * p + j];
          floats[at++] = y[row];
          for (const { codes } of categorical) integers[at++] = codes[row];
        }
      },
      uploaded,
    );
  } catch (failure) {
    buffer.destroy();
    throw failure;
  }
  return buffer;
}

/**
 * The table of a dataset, shared by all plans on a device. Rejects with LabFailure when it does not fit, or
 * with what `uploaded`, which is awaited between its chunks, throws.
 */
export async function residentTable(device: GPUDevice, data: ResidentData, uploaded?: Uploaded): Promise<ResidentTable> {
  const columns = data.p + 1 + data.categorical.length;
  const ofDevice = tables.get(device) ?? new WeakMap<ResidentData, { buffer: Promise<GPUBuffer>; users: number }>();
  tables.set(device, ofDevice);
  const table = ofDevice.get(data) ?? { buffer: upload(device, data, columns, uploaded), users: 0 };
  ofDevice.set(data, table);
  table.users++;
  const release = (): boolean => {
    if (--table.users > 0) return false;
    ofDevice.delete(data);
    return true;
  };
  try {
    const buffer = await table.buffer;
    return {
      buffer,
      columns,
      release: () => {
        if (release()) buffer.destroy();
      },
    };
  } catch (failure) {
    release();
    throw failure;
  }
}
