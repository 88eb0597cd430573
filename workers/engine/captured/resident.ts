import { eachPiece, type Piece, type PieceData, type Pieces, piecesOf } from '../../data/pieces';
import { type FillRows, type Uploaded, uploadRows } from '../upload';
import { captureFailure } from './resources';

/**
 * A dataset on the device: a table with the numbers that are a row's own, row by row, 4 bytes each, and next
 * to it the lists that other pieces take theirs from, each once, so that rows that share numbers (windows of
 * a series) share them there too.
 */
export interface ResidentTable {
  buffer: GPUBuffer;
  /** Words of a row. */
  columns: number;
  pieces: Pieces<Piece>;
  /** First column of each piece that has columns. */
  columnOf: ReadonlyMap<Piece, number>;
  lists: ReadonlyMap<List, GPUBuffer>;
  /** The buffers are destroyed with their last user. */
  release(): void;
}

export type List = Int32Array | Uint32Array | Float32Array;
type Resident = Omit<ResidentTable, 'release'>;

const tables = new WeakMap<GPUDevice, WeakMap<PieceData, { resident: Promise<Resident>; users: number }>>();

/** The lists that a piece is taken from: where sets begin, and what is in them. */
function listsOf({ source }: Piece): List[] {
  if (source.from === 'rows') return [];
  if (source.from === 'windows') return [source.list];
  return source.list ? [source.starts, source.list] : [source.starts];
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;

async function upload(device: GPUDevice, data: PieceData, uploaded?: Uploaded): Promise<Resident> {
  const pieces = piecesOf(data);
  const each = eachPiece(pieces);
  const columnOf = new Map<Piece, number>();
  let columns = 0;
  for (const piece of each) {
    if (piece.source.from !== 'rows') continue;
    columnOf.set(piece, columns);
    columns += piece.width;
  }
  const most = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  const buffers: GPUBuffer[] = [];
  const listed = new Set(each.flatMap(listsOf));
  const words = [...listed].reduce((sum, { length }) => sum + length, data.rows * columns);
  let before = 0;
  /** A buffer of rows of words. */
  const filled = async (rows: number, ofRow: number, fill: FillRows): Promise<GPUBuffer> => {
    const size = Math.max(4, 4 * rows * ofRow);
    if (size > most) throw captureFailure('capture-memory', `its data take ${mebibytes(size)}, and a buffer of this GPU holds ${mebibytes(most)}`);
    const buffer = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    buffers.push(buffer);
    await uploadRows(device, buffer, rows, ofRow, fill, uploaded && ((share) => uploaded((before + share * rows * ofRow) / words)));
    before += rows * ofRow;
    return buffer;
  };
  try {
    const lists = new Map<List, GPUBuffer>();
    for (const list of listed) {
      const fill: FillRows = ({ floats, integers }, from, to) => (list instanceof Float32Array ? floats : integers).set(list.subarray(from, to));
      lists.set(list, await filled(list.length, 1, fill));
    }
    const buffer = await filled(data.rows, columns, ({ floats, integers }, from, to) => {
      for (const [{ source, width }, column] of columnOf) {
        if (source.from !== 'rows') continue;
        const { values } = source;
        const into = values instanceof Int32Array ? integers : floats;
        for (let row = from; row < to; row++)
          for (let j = 0, at = (row - from) * columns + column; j < width; j++) into[at + j] = values[row * width + j];
      }
    });
    return { buffer, columns, pieces, columnOf, lists };
  } catch (failure) {
    for (const buffer of buffers) buffer.destroy();
    throw failure;
  }
}

/**
 * The table of a dataset, shared by all plans on a device. Rejects with LabFailure when it does not fit, or
 * with what `uploaded`, which is awaited between its chunks, throws.
 */
export async function residentTable(device: GPUDevice, data: PieceData, uploaded?: Uploaded): Promise<ResidentTable> {
  const ofDevice = tables.get(device) ?? new WeakMap<PieceData, { resident: Promise<Resident>; users: number }>();
  tables.set(device, ofDevice);
  const table = ofDevice.get(data) ?? { resident: upload(device, data, uploaded), users: 0 };
  ofDevice.set(data, table);
  table.users++;
  const release = (): boolean => {
    if (--table.users > 0) return false;
    ofDevice.delete(data);
    return true;
  };
  try {
    const resident = await table.resident;
    return {
      ...resident,
      release: () => {
        if (release()) for (const buffer of [resident.buffer, ...resident.lists.values()]) buffer.destroy();
      },
    };
  } catch (failure) {
    release();
    throw failure;
  }
}
