import type { Dataset } from '../data/dataset';
import { floats } from '../model-file/graph';
import { writeModel } from '../model-file/write';
import { experimentSchema } from '../spec/experiment';
import type { Finished } from '../training/results';
import { assemble } from './assemble';
import type { ModelFacts } from './facts';

/**
 * A small model file as the lab writes it: of x1, x2 and the three levels "0", "1", "2" of level0 with
 * vectors (1, 2), (3, 4), (5, 6), 1 + 2 (x1 + 2 x2 + 3 e1 + 4 e2).
 */
export function smallModel(): Uint8Array {
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
