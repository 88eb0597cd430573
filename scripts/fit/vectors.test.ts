import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { prepareDataset } from '../../workers/data/prepare';
import { useBackend } from '../../workers/engine/testing';
import { experimentSchema } from '../../workers/spec/experiment';
import { Run } from '../../workers/training/run';
import { saveVectors, vectorsToSave } from './vectors';

it('--save-vectors is a file, or a method and a file; a method that is not trained is refused before it is waited for', () => {
  const trained = ['ignore', 'embeddings'];
  expect(vectorsToSave(undefined, trained)).toBeNull();
  expect(vectorsToSave('v.csv', trained)).toEqual({ method: null, file: 'v.csv' });
  expect(vectorsToSave('embeddings=a=b.csv', trained)).toEqual({ method: 'embeddings', file: 'a=b.csv' });
  expect(vectorsToSave('runs/rate=0.1.csv', trained)).toEqual({ method: null, file: 'runs/rate=0.1.csv' });
  expect(() => vectorsToSave('mmbeddings=v.csv', trained)).toThrow('--save-vectors names mmbeddings, which is not trained here.');
});

it('without a method it saves the vectors of the last one that has some; a run without vectors is refused and writes no file', async () => {
  await useBackend('cpu');
  const spec = experimentSchema.parse({
    dataset: { kind: 'simulated', task: 'regression', levels: [5], trainRows: 60, testRows: 20 },
    methods: [{ id: 'embeddings', settings: { d: 2 } }, { id: 'regbeddings', settings: { d: 3 } }, { id: 'ignore' }],
    training: { epochs: 1, patience: null, batchSize: 30 },
  });
  const run = new Run(await prepareDataset(spec, new Map()), spec, () => undefined);
  await run.train();
  const folder = await mkdtemp(join(tmpdir(), 'vectors-'));
  try {
    const file = join(folder, 'v.csv');
    await saveVectors(run, { method: null, file });
    const [header, ...lines] = (await readFile(file, 'utf8')).trim().split('\n');
    expect([header, lines.length]).toEqual(['feature,level,training_rows,e1,e2,e3', 5]);
    run.finished.delete('embeddings');
    run.finished.delete('regbeddings');
    await expect(saveVectors(run, { method: null, file: join(folder, 'none.csv') })).rejects.toMatchObject({ code: 'no-level-vectors' });
    expect(await readdir(folder)).toEqual(['v.csv']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
