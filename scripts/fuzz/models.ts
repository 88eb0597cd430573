import fc from 'fast-check';
import { openTable, type Table } from '../../workers/data/csv';
import type { Dataset } from '../../workers/data/dataset';
import { assemble } from '../../workers/exports/assemble';
import type { ModelFacts } from '../../workers/exports/facts';
import { openModel } from '../../workers/exports/opened';
import { predictTable } from '../../workers/exports/predict-table';
import { floats } from '../../workers/model-file/graph';
import { writeModel } from '../../workers/model-file/write';
import { experimentSchema } from '../../workers/spec/experiment';
import type { Finished } from '../../workers/training/results';

/** A small model of two numbers and three levels, as the lab writes it: what damaged files are made of. */
function modelBytes(): Uint8Array {
  const dataset: Dataset = {
    ...{ task: 'regression', rows: 4, p: 2, x: Float32Array.from([1, 2, 0, 1, 3, -1, 2, 2]), xScales: null },
    categorical: [{ name: 'level0', cardinality: 3, codes: Int32Array.from([0, 1, 2, 1]), labels: null }],
    ...{ y: Float32Array.from([1, 2, 3, 4]), targetScale: 2, targetMean: 1, targetName: 'y', classLabels: null, truth: null },
    split: { train: Uint32Array.from([0, 1]), validation: Uint32Array.from([2]), test: Uint32Array.from([3]) },
    fingerprint: '0123456789abcdef',
  };
  const spec = experimentSchema.parse({
    dataset: { kind: 'simulated', task: 'regression', levels: [3], trainRows: 100, testRows: 30 },
    methods: [{ id: 'embeddings' }],
  });
  const result = { method: 'embeddings', metrics: { mse: 1, mae: 1, r2: 0.5 }, parameters: 9, epochs: 3, weightsFrom: 3 };
  const vectors = [{ values: Float32Array.from([1, 2, 3, 4, 5, 6]), levels: 3, d: 2 }];
  const finished = { result, vectors, estimates: [], posterior: null, validationLoss: 0.25 } as unknown as Finished;
  const { graph, columns, outputs, interval, features } = assemble(dataset, finished, {
    nodes: [
      { op: 'Gather', inputs: ['vectors/0', 'z0'], outputs: ['v'], attributes: { axis: 0 } },
      { op: 'Concat', inputs: ['x', 'v'], outputs: ['c'], attributes: { axis: 1 } },
      { op: 'MatMul', inputs: ['c', 'kernel'], outputs: ['y'] },
    ],
    constants: new Map([['kernel', floats([1, 2, 3, 4], [4, 1])]]),
    output: 'y',
    tables: [{ constant: 'vectors/0', feature: 0 }],
    ...{ newLevel: 'average', draws: false, encoded: [] },
  });
  const facts: ModelFacts = {
    ...{ format: 1, lab: '0', method: 'embeddings', task: 'regression', target: 'y', classes: null, columns, outputs, interval, features },
    ...{ newLevel: 'average', fingerprint: dataset.fingerprint },
  };
  const metadata = new Map(
    Object.entries({ 'lab.model': facts, 'lab.spec': spec, 'lab.result': result }).map(([key, value]) => [key, JSON.stringify(value)]),
  );
  return writeModel({ graph, metadata }, '0');
}

const WHOLE = modelBytes();
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
