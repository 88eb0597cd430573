import { beforeAll, describe, expect, it, vi } from 'vitest';
import { openTable } from '../data/csv';
import { readEdges } from '../data/edges/read-edges';
import { prepareDataset } from '../data/prepare';
import { startWasm } from '../engine/backends/wasm';
import { nodeWasmPath } from '../engine/node';
import { RecordedStep } from '../engine/recorded/recorded-step';
import { setPlanThreads } from '../engine/wasm/threads';
import { readRecord } from '../papers/record';
import { experimentSchema } from '../spec/experiment';
import { type Study, studyExperimentId, studySpec } from '../spec/study';
import type { MethodResult } from '../training/method-result';
import { Run } from '../training/run';
import { runStudy, type StudyReport } from './study';
import { thinned } from './unit';

const options = { engine: { backend: 'wasm' as const, threads: 1 }, lab: '0.0.0', tables: new Map(), renew: async () => undefined };
const methods = [{ id: 'ignore' }, { id: 'embeddings' }];
const training = { batchSize: 8, epochs: 3, patience: null };

beforeAll(async () => {
  setPlanThreads(1);
  await startWasm(nodeWasmPath());
});

describe('a study', () => {
  it('goes on in an engine that is new where a method ran out of memory, with the numbers that the others have alone', async () => {
    const dataset = { kind: 'simulated', task: 'regression', levels: [6], trainRows: 60, testRows: 40 } as const;
    const studyOf = (ids: string[]): Study => ({
      spec: experimentSchema.parse({ dataset, methods: ids.map((id) => ({ id })), training }),
      plan: { kind: 'repeat', times: 2 },
    });
    const renew = vi.fn(async () => undefined);
    const stepping = vi.spyOn(RecordedStep.prototype, 'run').mockImplementationOnce(() => {
      throw new WebAssembly.RuntimeError('memory access out of bounds');
    });
    const [first, second] = await runStudy(studyOf(['ignore', 'one-hot', 'embeddings']), { ...options, renew });
    stepping.mockRestore();
    expect(renew).toHaveBeenCalledTimes(1);
    expect(first.outcomes['one-hot']).toEqual({
      failure: expect.stringMatching(/^One-hot ran out of memory \(memory access out of bounds\)\. Take a smaller batch/),
    });
    expect(second.outcomes['one-hot']).toHaveProperty('result');
    const [alone] = await runStudy(studyOf(['ignore', 'embeddings']), options);
    for (const id of ['ignore', 'embeddings'])
      expect(first.outcomes[id]).toMatchObject({ result: { metrics: (alone.outcomes[id] as { result: MethodResult }).result.metrics } });
  });

  it('tells its data where its one method ran out of memory, and fits what was done before no second time', async () => {
    const dataset = { kind: 'simulated', task: 'regression', levels: [6], trainRows: 60, testRows: 40 } as const;
    const studyOf = (ids: string[]): Study => ({
      spec: experimentSchema.parse({ dataset, methods: ids.map((id) => ({ id })), training }),
      plan: { kind: 'repeat', times: 2 },
    });
    const stepping = vi.spyOn(RecordedStep.prototype, 'run').mockImplementation(() => {
      throw new WebAssembly.RuntimeError('memory access out of bounds');
    });
    const [alone] = await runStudy(studyOf(['one-hot']), options);
    const fitting = vi.spyOn(Run.prototype, 'train');
    const [both] = await runStudy(studyOf(['ignore', 'one-hot']), options);
    stepping.mockRestore();
    // Ignore and One-hot of two repetitions; none again.
    expect(fitting).toHaveBeenCalledTimes(4);
    fitting.mockRestore();
    expect(alone).toMatchObject({ fingerprint: both.fingerprint, rows: { train: 54, validation: 6, test: 40 } });
    expect(alone.fingerprint).not.toBe('');
    expect(both.outcomes.ignore).toHaveProperty('result');
  });

  it('prepares the edges of its table whichever of its methods takes them', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${(i % 7) / 7},${'abcdef'[i % 6]},${i % 5}`);
    const table = await openTable(new File([`x,state,y\n${rows.join('\n')}\n`], 'mine.csv'));
    const edges = await readEdges(new File(['a,b\nb,c\nc,d\nd,e\ne,f\n'], 'borders.csv'));
    const study: Study = {
      spec: experimentSchema.parse({
        dataset: {
          kind: 'table',
          task: 'regression',
          name: table.name,
          fingerprint: table.fingerprint,
          columns: [
            { name: 'x', role: 'numeric' },
            { name: 'state', role: 'categorical', edges: { name: edges.name, fingerprint: edges.fingerprint } },
            { name: 'y', role: 'target' },
          ],
        },
        methods: [{ id: 'mmbeddings' }, { id: 'mmbeddings-graph' }],
        training,
      }),
      plan: { kind: 'repeat', times: 2 },
    };
    const [record] = await runStudy(study, {
      ...options,
      tables: new Map([[table.fingerprint, table]]),
      edges: new Map([[edges.fingerprint, edges]]),
    });
    expect(record.outcomes['mmbeddings-graph']).toHaveProperty('result');
  });

  it('draws new data each time, and its first repetition is the run of the page', async () => {
    const dataset = { kind: 'simulated', task: 'regression', levels: [6], trainRows: 60, testRows: 40 } as const;
    const study: Study = { spec: experimentSchema.parse({ dataset, methods, training }), plan: { kind: 'repeat', times: 2 } };
    const heard: StudyReport[] = [];
    const records = await runStudy(study, options, (report) => heard.push(report));
    expect(records.map(({ repetition, experiment, rows }) => [repetition, experiment, rows])).toEqual([
      [1, studyExperimentId(study), { train: 54, validation: 6, test: 40 }],
      [2, studyExperimentId(study), { train: 54, validation: 6, test: 40 }],
    ]);
    expect(records[0].fingerprint).not.toBe(records[1].fingerprint);
    expect(heard.filter((report) => 'record' in report)).toHaveLength(2);
    for (const record of records) {
      expect(readRecord(JSON.stringify(record), 'it')).toEqual(JSON.parse(JSON.stringify(record)));
      for (const id of ['ignore', 'embeddings']) {
        const outcome = record.outcomes[id];
        expect('result' in outcome && outcome.kept?.curves?.predictive).toHaveLength(3);
      }
    }
    // The second repetition is the run with every seed one higher.
    const run = new Run(await prepareDataset(studySpec(study, 2), new Map()), studySpec(study, 2), () => {});
    await run.train();
    for (const [id, { result }] of run.finished) {
      const outcome = records[1].outcomes[id];
      expect('result' in outcome && outcome.result.metrics).toEqual(result.metrics);
    }
  });

  it('tests every row of the trees once in five folds', async () => {
    const study: Study = { spec: experimentSchema.parse({ dataset: { kind: 'orange' }, methods, training }), plan: { kind: 'folds', of: 5 } };
    const records = await runStudy(study, options);
    expect(records.map(({ rows }) => rows)).toEqual(Array(5).fill({ train: 25, validation: 3, test: 7 }));
    const scores = records.map(({ outcomes: { ignore } }) => ('result' in ignore ? ignore.result.metrics.mse : null));
    expect(new Set(scores).size).toBe(5);
  });

  it('keeps the failure of a method and goes on with the others', async () => {
    const dataset = { kind: 'simulated', task: 'regression', levels: [6], trainRows: 60, testRows: 40 } as const;
    const spec = experimentSchema.parse({ dataset, methods: [{ id: 'ncf-embeddings' }, { id: 'ignore' }], training });
    const [record] = await runStudy({ spec, plan: { kind: 'repeat', times: 2 } }, options);
    expect(record.outcomes['ncf-embeddings']).toHaveProperty('failure');
    expect(record.outcomes.ignore).toHaveProperty('result');
  });
});

it('long curves keep every so many epochs, and the last', () => {
  const epochs = Array.from({ length: 11 }, (_, i) => i + 1);
  expect(thinned(epochs, epochs, 4)).toEqual({ objective: [1, 4, 7, 10, 11], predictive: [1, 4, 7, 10, 11], every: 3 });
  expect(thinned(epochs, epochs, 11)).toEqual({ objective: epochs, predictive: epochs });
});
