import fc from 'fast-check';
import { openTable, type Table } from '../../workers/data/csv';
import { openModel } from '../../workers/exports/opened';
import { predictTable } from '../../workers/exports/predict-table';
import { smallModel } from '../../workers/exports/testing';

/** What damaged files are made of. */
const WHOLE = smallModel();
const CHANGES = fc.array(
  fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }), how: fc.constantFrom('set', 'set', 'flip', 'remove', 'double', 'cut') }),
  {
    maxLength: 4,
  },
);

/** A model file with some bytes changed, taken out or doubled, or cut; sometimes whole. */
export const MODEL_FILES: fc.Arbitrary<Uint8Array> = CHANGES.map((changes) => {
  let bytes = Uint8Array.from(WHOLE);
  for (const { at: place, byte, how } of changes) {
    const at = place % bytes.length;
    const some = 1 + (byte % 16);
    if (how === 'set') bytes[at] = byte;
    else if (how === 'flip') bytes[at] ^= 1 << (byte % 8);
    else if (how === 'remove') bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + some)]);
    else if (how === 'double') bytes = Uint8Array.from([...bytes.subarray(0, at + some), ...bytes.subarray(at)]);
    else if (byte < 64) bytes = bytes.slice(0, at + 1);
  }
  return bytes;
});

let rows: Promise<Table> | null = null;

/** A model file that is opened must also predict, or say why not. */
export async function model(bytes: Uint8Array): Promise<boolean> {
  const opened = openModel(bytes);
  rows ??= openTable(new File(['x1,x2,level0\n1,2,0\n,-3,1\n0.5,1,new\n'], 'rows.csv'));
  const { fitted } = await predictTable(await rows, opened);
  if (fitted.length !== 3) throw new Error('rows are missing');
  return true;
}
