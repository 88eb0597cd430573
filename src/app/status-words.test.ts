import { describe, expect, it } from 'vitest';
import { resultWith } from '../../workers/papers/testing';
import type { Lane } from '../../workers/protocol';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { laneWords, runWords } from './run-words';
import { type StatusInput, statusLine } from './status-words';

const lane = (method: string, patch: Partial<Lane> = {}): Lane => ({
  method,
  status: 'training',
  epoch: 104,
  bestEpoch: 99,
  stopEpoch: null,
  stopReason: null,
  predictive: 3.6,
  parameters: 1,
  ...patch,
});

const BASE: StatusInput = {
  status: 'idle',
  source: { kind: 'none' },
  preparing: null,
  stopping: false,
  levelling: false,
  error: null,
  told: null,
  lanes: [],
  results: {},
  comparison: null,
  curves: {},
  runSpec: DEFAULT_PRESET,
  spec: DEFAULT_PRESET,
  engine: { status: 'ready', error: null },
  table: { phase: 'none', fileName: '' },
  blocked: null,
  trainable: true,
};
const RECORDED = {
  kind: 'recorded' as const,
  about: { date: '2026-11-12T08:00:00Z', backend: 'WebGPU', machine: 'Apple M2', version: '0.1.0', command: 'npm run record' },
};
const words = (patch: Partial<StatusInput>): string =>
  statusLine({ ...BASE, ...patch })
    .words.map((part) => (typeof part === 'string' ? part : `**${part.b}**`))
    .join('');

describe('status line', () => {
  it('says while a run trains that its engine failed and that it goes on', () => {
    const told = { what: 'The engine crashed: x.', next: ' The engine was started again, and the run goes on from epoch 10.' };
    expect(words({ status: 'running', told })).toBe('**The engine crashed: x.** The engine was started again, and the run goes on from epoch 10.');
    expect(words({ status: 'stopped', told })).toContain('Stopped by hand.');
    const error = { code: 'engine-gave-up', message: 'The engine failed three times in a row at epoch 7.', hint: 'Take a smaller batch.' };
    expect(words({ status: 'failed', error })).toBe('**The engine failed three times in a row at epoch 7.** Take a smaller batch.');
  });

  it('says that a recorded run was not computed here', () => {
    expect(words({ source: RECORDED })).toBe(
      '**A recorded run, not computed on this device.** Recorded 12 November 2026. Press Train to compute your own and play its epochs.',
    );
  });

  it('does not say Press Train where Train is off', () => {
    const blocked = 'This needs the file ratings.csv. Drop it under Data.';
    expect(words({})).toContain('Press Train.');
    expect(words({ blocked })).toBe(`**Nothing trained yet.** ${blocked}`);
    expect(words({ trainable: false })).toBe('**Nothing trained yet.**');
    expect(words({ source: RECORDED, trainable: false })).toBe('**A recorded run, not computed on this device.** Recorded 12 November 2026.');
  });

  it('counts the methods that have stopped while training', () => {
    const lanes = [lane('ignore'), lane('embeddings-l2', { stopEpoch: 99 }), lane('regbeddings', { stopEpoch: 78 })];
    expect(words({ status: 'running', lanes })).toBe('**Training.** The methods take turns, one epoch each, on the same rows. Two have stopped.');
  });

  it('names a divergence, its epoch and its reason, and offers a slower run once it is over', () => {
    const lanes = [lane('embeddings', { status: 'diverged', epoch: 12, stopEpoch: 12, stopReason: 'the loss is not a number' })];
    const curves = { embeddings: { predictive: Float32Array.of(4, Number.NaN) } };
    const line = statusLine({ ...BASE, status: 'diverged', lanes });
    expect(words({ status: 'running', lanes, curves })).toBe('**Embeddings diverged at epoch 12:** the loss is not a number. Its curve is kept.');
    expect(line).toMatchObject({ tone: 'bad', action: { id: 'retry' } });
  });

  it('says every epoch and every reason when several methods diverge, and no curve where there is none', () => {
    const nan = 'the training loss is not a number';
    const lost = (method: string, stopEpoch: number, stopReason: string) => lane(method, { status: 'diverged', stopEpoch, stopReason });
    expect(words({ status: 'diverged', lanes: [lost('mmbeddings', 1, nan), lost('embeddings', 3, nan)] })).toBe(
      '**MMbeddings diverged at epoch 1 and Embeddings at epoch 3:** the training loss is not a number.',
    );
    expect(words({ status: 'diverged', lanes: [lost('mmbeddings', 1, nan), lost('embeddings', 3, 'the training loss is infinite')] })).toBe(
      '**MMbeddings and Embeddings diverged.** MMbeddings diverged at epoch 1: the training loss is not a number; Embeddings diverged at epoch 3: the training loss is infinite.',
    );
  });

  it('offers a restart when the engine is the cause, and none when the settings are', () => {
    const crash = { code: 'unexpected', message: 'Out of memory.', hint: 'Restart the engine.' };
    expect(statusLine({ ...BASE, status: 'failed', error: crash }).action).toMatchObject({ id: 'restart' });
    const bad = { code: 'table-missing', message: 'The table is no longer open.', hint: 'Choose the file again.' };
    expect(statusLine({ ...BASE, status: 'failed', error: bad }).action).toBeNull();
    expect(words({ status: 'failed', error: bad })).toBe('**The table is no longer open.** Choose the file again.');
  });

  it('answers Stop at once, while the results are being taken', () => {
    expect(words({ status: 'running', stopping: true, lanes: [lane('mmbeddings')] })).toBe(
      '**Stopping, taking results.** The test rows are predicted with each method as it stands.',
    );
    expect(words({ status: 'preparing', stopping: true })).toBe('**Stopping.** Nothing was trained yet.');
  });

  it('names the methods that had too little memory, and says what the others do', () => {
    const lacking = lane('mmbeddings', { status: 'diverged', stopReason: 'Take a smaller batch.', outOfMemory: true });
    const both = [lacking, lane('ignore')];
    expect(words({ status: 'running', lanes: both })).toBe('**Too little memory for MMbeddings.** Take a smaller batch. The others train.');
    expect(words({ status: 'done', lanes: both })).toBe('**Too little memory for MMbeddings.** Take a smaller batch. The others have their results.');
    expect(words({ status: 'done', lanes: [lacking] })).toBe('**Too little memory for MMbeddings.** Take a smaller batch.');
    // Another that diverged comes first, and is not counted as one without memory.
    expect(words({ status: 'running', lanes: [...both, lane('embeddings', { status: 'diverged' })] })).toContain('Embeddings diverged at epoch 104');
  });

  it('says that a step only brought the methods level', () => {
    const level = [lane('ignore', { epoch: 80 }), lane('embeddings', { status: 'past-stop', stopEpoch: 60, epoch: 80 })];
    expect(words({ status: 'paused', lanes: level })).toBe('**Paused.** Nothing is lost. Step runs one epoch.');
    expect(words({ status: 'paused', levelling: true, lanes: level })).toBe(
      '**Paused.** The step brought all methods to epoch 80; the next one runs a whole epoch.',
    );
  });

  it('says when Stop cost MMbeddings its post-training', () => {
    const plain = { ...resultWith('mmbeddings', { mse: 3.4 }), postTrainingEpochs: null };
    const lacking = 'MMbeddings without post-training, because the run was stopped.';
    expect(words({ status: 'stopped', results: { mmbeddings: plain } })).toContain(lacking);
    expect(words({ status: 'stopped', results: { mmbeddings: { ...plain, postTrainingEpochs: 4 } } })).not.toContain('post-training');
    expect(words({ status: 'stopped', results: { ignore: resultWith('ignore', { mse: 5 }) } })).not.toContain('post-training');
  });

  it('asks for a repetition only of what the settings say; the notice over the results says the rest', () => {
    const slower = { ...DEFAULT_PRESET, training: { ...DEFAULT_PRESET.training, learningRate: 0.0001 } };
    const done = { status: 'done' as const, results: { ignore: resultWith('ignore', { mse: 5 }) } };
    expect(words(done)).toBe('**Done.** Ignore has a test MSE of 5.00. This is one set of seeds: repeat it before you draw conclusions.');
    expect(words({ ...done, spec: slower })).toBe('**Done.** Ignore has a test MSE of 5.00.');
    expect(statusLine({ ...BASE, ...done, spec: slower }).action).toBeNull();
  });

  it('names a winner in the decimals of the results table, and only beyond noise', () => {
    const results = { ignore: resultWith('ignore', { mse: 0.0123 }), embeddings: resultWith('embeddings', { mse: 0.0111 }) };
    const against = (standardError: number) => [
      { metric: 'mse' as const, best: 'embeddings', differences: [{ method: 'ignore', difference: 0.0012, standardError, byLevel: null }] },
    ];
    expect(words({ status: 'done', results, comparison: against(0.0001) })).toContain(
      'Embeddings have the lowest test MSE, 0.0111, 10 % below the next best.',
    );
    expect(words({ status: 'done', results, comparison: against(0.01) })).toContain(
      'No clear winner: Embeddings have the lowest test MSE, 0.0111, but Ignore (0.0123)',
    );
  });

  it('keeps saying what stays loaded while a table is opened', () => {
    expect(words({ table: { phase: 'roles', fileName: 'a.csv' } })).toBe(
      'The table was read in this browser and sent nowhere. **Regression, q = 1,000** stays loaded until you press Use this table.',
    );
  });
});

describe('run bar', () => {
  const progress = { epoch: 104, epochs: 300, rowsPerSecond: 391_482, secondsLeft: 22.4, elapsedSeconds: 28.2 };
  const base = {
    preparing: null,
    stopping: false,
    progress,
    lanes: [],
    table: 'none' as const,
    methods: 5,
    batches: 9,
    protocol: 'published' as const,
  };
  it('has words for every state', () => {
    expect(runWords({ ...base, status: 'idle' })).toEqual({ strong: 'Ready', rest: '', below: ['5 methods, 9 batches an epoch,', 'as published'] });
    expect(runWords({ ...base, status: 'preparing', preparing: { kind: 'method', id: 'mmbeddings', place: 3, of: 5 } }).below).toEqual([
      'MMbeddings, 3 of 5',
    ]);
    expect(runWords({ ...base, status: 'preparing', preparing: { kind: 'data', percent: 45 } }).below).toEqual(['the data, 45 %']);
    expect(runWords({ ...base, status: 'running' })).toEqual({
      strong: 'Epoch 104',
      rest: 'of at most 300',
      below: ['391,000 rows/s,', 'at most 0:23 left'],
    });
    expect(runWords({ ...base, status: 'done', protocol: 'recommended' })).toEqual({
      strong: 'Finished',
      rest: 'in 0:29',
      below: ['104 epochs,', '391,000 rows/s,', 'trained as recommended'],
    });
    expect(runWords({ ...base, status: 'idle', table: 'roles' }).strong).toBe('Waiting');
  });
  it('says that a stop is being carried out', () => {
    expect(runWords({ ...base, status: 'running', stopping: true })).toEqual({ strong: 'Stopping', rest: '', below: ['taking results'] });
  });
  it('says where a lane stands', () => {
    expect(laneWords(lane('mmbeddings'))).toEqual({ text: 'epoch 104', extra: ', best 99' });
    expect(laneWords(lane('mmbeddings', { status: 'past-stop', stopEpoch: 99, bestEpoch: 89 }))).toEqual({
      text: 'stopped at 99',
      extra: ', best 89',
    });
    expect(laneWords(lane('mmbeddings', { status: 'done', stopEpoch: 300, stopReason: 'last epoch' })).text).toBe('all 300 epochs');
    expect(laneWords(lane('mmbeddings', { status: 'diverged', epoch: 12 })).text).toBe('diverged at 12');
  });
});
