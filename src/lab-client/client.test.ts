import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineInfo, LabApi, LabError, LabEvent } from '../../workers/protocol';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import type { Link } from './link';

const INFO: EngineInfo = {
  ...{ backend: 'wasm', detail: 'a fake', why: 'It is a test.', brief: 'a test', hardware: false, forced: false, threads: 1 },
  selfTest: { tried: [], milliseconds: 0 },
};
const LOST: LabError = { code: 'device-lost', message: 'The graphics device was lost: gone', hint: 'Restart the engine.' };
const CRASHED: LabError = { code: 'engine-crashed', message: 'The engine crashed: out of memory.', hint: 'Restart the engine.' };

const ANSWERS: Record<string, (file: File) => unknown> = {
  start: () => INFO,
  openTable: ({ name }) => ({ name, fingerprint: 'people', steps: [] }),
  openVectors: ({ name }) => ({ fingerprint: name }),
};

/** A link whose worker does what a test says: it answers every call at once, and remembers which. */
class FakeLink {
  readonly called: string[] = [];
  /** What each call of `run` and `start` was given. */
  readonly given: Record<string, unknown[][]> = { run: [], start: [], setPace: [], watchFeature: [], knowTables: [] };
  closed: LabError | null = null;
  refuse: (error: LabError) => void = () => undefined;
  readonly gone = new Promise<never>((_, reject) => {
    this.refuse = reject;
  });

  constructor(
    readonly onEvent: (event: LabEvent) => void,
    readonly onDeath: (error: LabError) => void,
  ) {
    this.gone.catch(() => undefined);
  }

  readonly api = new Proxy({} as LabApi, {
    get:
      (_, name: string) =>
      (...given: unknown[]) => {
        this.called.push(given[0] instanceof File ? `${name} ${given[0].name}` : name);
        this.given[name]?.push(given);
        // A run lasts until its worker ends.
        if (name === 'run') return this.gone;
        const place = links.indexOf(this);
        const fault = refusal?.(name, place);
        if (fault) return Promise.reject(fault);
        const answer = ANSWERS[name]?.(given[0] as File);
        return held?.(name, place) ? new Promise((answered) => waiting.push(() => answered(answer))) : Promise.resolve(answer);
      },
  });

  call: Link['call'] = (action) => Promise.race([action(this.api as never), this.gone]);

  close(error: LabError): void {
    this.closed = error;
    this.refuse(error);
  }

  /** The worker ends by itself. */
  die(error: LabError): void {
    this.close(error);
    this.onDeath(error);
  }
}

const links: FakeLink[] = [];
/** Calls that workers do not answer until they are let, by name and the worker's place. */
let held: ((name: string, worker: number) => boolean) | null = null;
let waiting: (() => void)[] = [];
/** What a call is refused with, likewise. */
let refusal: ((name: string, worker: number) => LabError | null) | null = null;
/** A browser that gives no worker. */
let refused: Error | null = null;
const newest = (): FakeLink => links[links.length - 1];

vi.mock('./link', () => ({
  openLink: (onEvent: (event: LabEvent) => void, onDeath: (error: LabError) => void): Link => {
    if (refused) throw refused;
    links.push(new FakeLink(onEvent, onDeath));
    return newest();
  },
}));

const tellCheckpoint = (run: number, epoch: number, over = false): void =>
  newest().onEvent({
    type: 'checkpoint',
    run,
    checkpoint: { bytes: Uint8Array.of(epoch).buffer, epoch, startOver: epoch === 20 ? ['menets'] : [], over },
  });

/** Lets what was promised happen. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

const letAnswer = async (): Promise<void> => {
  held = null;
  for (const answer of waiting.splice(0)) answer();
  await settled();
};

/** The client anew: it holds its worker in the module. `starts`: and its worker stands. */
async function openClient(starts = true) {
  vi.resetModules();
  const [client, { useEngine }, { useRun }, { useSpec }] = await Promise.all([
    import('./client'),
    import('../state/engine'),
    import('../state/run'),
    import('../state/spec'),
  ]);
  if (starts) await client.startEngine();
  return { client, useEngine, useRun, useSpec };
}

/** The client with a run that is over, and its results kept. */
async function openOver() {
  const { client, useRun } = await openClient();
  void client.train();
  await settled();
  const { generation } = useRun.getState();
  tellCheckpoint(generation, 30, true);
  newest().onEvent({ type: 'status', run: generation, status: 'done', preparing: null, error: null });
  return { client, useRun, generation };
}

describe('the client of the lab', () => {
  beforeEach(() => {
    links.length = 0;
    held = null;
    waiting = [];
    refusal = null;
    refused = null;
    vi.stubGlobal('location', { search: '' });
    vi.stubGlobal('document', { baseURI: 'http://localhost/' });
  });

  it('starts one worker, however often it is asked', async () => {
    const { client, useEngine } = await openClient();
    await Promise.all([client.startEngine(), client.startEngine()]);
    expect(links).toHaveLength(1);
    expect(useEngine.getState()).toMatchObject({ status: 'ready', info: INFO });
  });

  it('a worker that dies while it trains: another one goes on from the newest checkpoint, and that is told', async () => {
    const { client, useEngine, useRun } = await openClient();
    void client.train();
    await settled();
    const { generation } = useRun.getState();
    tellCheckpoint(generation, 10);
    tellCheckpoint(generation, 20);
    // One of an earlier run.
    tellCheckpoint(generation - 1, 99);
    newest().die(CRASHED);
    await settled();
    expect(links).toHaveLength(2);
    expect(useEngine.getState()).toMatchObject({ status: 'ready', restarts: 1 });
    const { status, told, spec } = useRun.getState();
    expect({ status, spec }).toEqual({ status: 'preparing', spec: DEFAULT_PRESET });
    expect(`${told?.what}${told?.next}`).toBe(
      'The engine crashed: out of memory. The engine was started again, and the run goes on from epoch 20. Methods with an algorithm of their own begin again.',
    );
    expect(newest().given.run).toEqual([[DEFAULT_PRESET, generation + 1, null, Uint8Array.of(20).buffer, new Map()]]);
    // What the old worker still says counts no more.
    links[0].onEvent({ type: 'status', run: generation, status: 'done', preparing: null, error: null });
    expect(useRun.getState().status).toBe('preparing');
  });

  it('a study that is paused stays so in the worker that takes the place of one that died', async () => {
    const { client } = await openClient();
    const request = { experiment: 'study' } as never;
    await client.pauseUnit();
    newest().die(CRASHED);
    await settled();
    await client.fitUnit(request);
    expect(links).toHaveLength(2);
    expect(newest().called.slice(-2)).toEqual(['pauseUnit', 'fitUnit']);
    await client.resumeUnit();
    await client.fitUnit(request);
    await client.pauseUnit();
    await client.cancelUnit();
    await client.fitUnit(request);
    expect(newest().called.slice(-5)).toEqual(['resumeUnit', 'fitUnit', 'pauseUnit', 'cancelUnit', 'fitUnit']);
    // A study that ended in another way, paused, leaves no pause to the next.
    await client.pauseUnit();
    await client.restartEngine();
    await client.endUnitPause();
    await client.fitUnit(request);
    expect(newest().called.slice(-2)).toEqual(['resumeUnit', 'fitUnit']);
    await client.endUnitPause();
    expect(newest().called.slice(-1)).toEqual(['fitUnit']);
  });

  it('where the part that keeps runs does not come it is told once', async () => {
    vi.stubGlobal('indexedDB', {});
    vi.doMock('./keep-run', () => {
      throw new Error('Failed to fetch dynamically imported module');
    });
    try {
      const { client, useRun } = await openClient();
      const { useNotice } = await import('../state/notice');
      void client.train();
      await settled();
      tellCheckpoint(useRun.getState().generation, 10);
      await vi.waitFor(() => expect(useNotice.getState().notice).toMatchObject({ code: 'part-missing' }));
      useNotice.getState().dismiss();
      tellCheckpoint(useRun.getState().generation, 20);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(useNotice.getState().notice).toBeNull();
    } finally {
      vi.doUnmock('./keep-run');
      vi.unstubAllGlobals();
    }
  });

  it('a method that runs out of memory is left out by name, and the others go on, on the same rung', async () => {
    const { client, useRun } = await openClient();
    void client.train();
    await settled();
    for (const method of ['tabnet', 'deepfm', 'ncf']) {
      const error: LabError = { code: 'method-exhausted', message: `${method} ran out of memory.`, hint: 'Take a smaller batch.', method };
      newest().onEvent({ type: 'status', run: useRun.getState().generation, status: 'failed', preparing: null, error });
      await settled();
    }
    expect(links.map(({ given }) => (given.start[0][0] as { backend: unknown }).backend)).toEqual([null, null, null, null]);
    expect(newest().given.run[0][4]).toEqual(
      new Map(['tabnet', 'deepfm', 'ncf'].map((method) => [method, `${method} ran out of memory. Take a smaller batch.`])),
    );
    const { told, status } = useRun.getState();
    expect(status).toBe('preparing');
    expect(`${told?.what}${told?.next}`).toBe('ncf ran out of memory. It is left out. The engine was started again, and the run begins again.');
  });

  it('a second failure in a row goes on one rung down, and the third stops with a way out', async () => {
    const { client, useRun } = await openClient();
    void client.train();
    await settled();
    const backends = (): unknown[] => links.map(({ given }) => (given.start[0][0] as { backend: unknown }).backend);
    newest().die(CRASHED);
    await settled();
    newest().die(CRASHED);
    await settled();
    // The fake says that it is WASM: below it is plain JavaScript.
    expect(backends()).toEqual([null, null, 'cpu']);
    expect(useRun.getState().told?.next).toBe(' The engine was started again, and the run begins again on plain JavaScript.');
    newest().die(CRASHED);
    await settled();
    expect(useRun.getState()).toMatchObject({ status: 'failed', error: { code: 'engine-gave-up' } });
    expect(useRun.getState().error?.hint).toContain('smaller batch');
  });

  it('a failing step replaces the engine as a death does; a refusal of the run is its end', async () => {
    const { client, useRun } = await openClient();
    void client.train();
    await settled();
    const failed = (code: string) => {
      const error = { code, message: 'table index is out of bounds', hint: '' };
      newest().onEvent({ type: 'status', run: useRun.getState().generation, status: 'failed', preparing: null, error });
    };
    failed('unexpected');
    await vi.waitFor(() => expect(links).toHaveLength(2));
    expect(links[0].closed).toMatchObject({ code: 'unexpected' });
    await settled();
    failed('method-refused');
    await settled();
    expect(links).toHaveLength(2);
    expect(useRun.getState()).toMatchObject({ status: 'failed', error: { code: 'method-refused' } });
  });

  it('a damaged checkpoint is left for the one before it', async () => {
    const { client, useRun } = await openClient();
    void client.train();
    await settled();
    for (const epoch of [10, 20]) tellCheckpoint(useRun.getState().generation, epoch);
    newest().die(CRASHED);
    await settled();
    const error = { code: 'record-damaged', message: 'It cannot be read.', hint: '' };
    newest().onEvent({ type: 'status', run: useRun.getState().generation, status: 'failed', preparing: null, error });
    await settled();
    expect(newest().given.run.map(([, , , bytes]) => new Uint8Array(bytes as ArrayBuffer)[0])).toEqual([20, 10]);
    const told = () => Object.values(useRun.getState().told ?? {}).join('');
    expect(told()).toBe('It cannot be read. The run goes on from the one before, of epoch 10.');
    newest().onEvent({ type: 'status', run: useRun.getState().generation, status: 'failed', preparing: null, error });
    await settled();
    expect(newest().given.run.map(([, , , bytes]) => bytes && new Uint8Array(bytes as ArrayBuffer)[0])).toEqual([20, 10, null]);
    expect(told()).toBe('It cannot be read. There is no other: the run begins again.');
  });

  it('a paused run stays paused while its worker is replaced, and goes on when asked', async () => {
    const { client, useRun } = await openClient();
    void client.train();
    await settled();
    const { generation } = useRun.getState();
    tellCheckpoint(generation, 10);
    newest().onEvent({ type: 'status', run: generation, status: 'paused', preparing: null, error: null });
    await settled();
    newest().die(CRASHED);
    await settled();
    expect(useRun.getState().status).toBe('paused');
    expect(newest().given.run).toEqual([]);
    await client.trainPauseResume();
    await settled();
    expect(newest().given.run).toHaveLength(1);
    expect(useRun.getState().status).toBe('preparing');
  });

  it.each(['dies', 'is restarted by the page'])(
    'after a worker that %s a new one is given the results of a run that is over, and the page is not told of it',
    async (how) => {
      const { client, useRun, generation } = await openOver();
      if (how === 'dies') newest().die(CRASHED);
      else await client.restartEngine();
      await settled();
      expect(newest().given.run).toEqual([[DEFAULT_PRESET, generation, null, Uint8Array.of(30).buffer]]);
      // What is asked of results waits until they are there.
      void client.predictionsCsv().catch(() => undefined);
      await settled();
      expect(newest().called).not.toContain('predictionsCsv');
      newest().onEvent({ type: 'status', run: generation, status: 'preparing', preparing: null, error: null });
      await settled();
      expect(useRun.getState().status).toBe('done');
    },
  );

  it('results of a run that is over are given once to the worker that stands, however many died before it', async () => {
    await openOver();
    held = (name, worker) => name === 'start' && worker === 1;
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    for (const worker of [0, 1]) {
      links[worker].die(CRASHED);
      await vi.advanceTimersByTimeAsync(2_000);
    }
    vi.useRealTimers();
    await settled();
    expect(links.map(({ given }) => given.run.length)).toEqual([1, 0, 1]);
  });

  it('the worker hears of another speed or feature, whoever changes them, and each new one as they stand', async () => {
    const { client } = await openClient();
    const { useView } = await import('../state/view');
    useView.getState().setPace(5);
    useView.getState().setFeature(1);
    // The same once more is no news.
    useView.getState().setPace(5);
    await settled();
    expect(newest().given.setPace).toEqual([[null], [5]]);
    expect(newest().given.watchFeature).toEqual([[0], [1]]);
    await client.restartEngine();
    expect(newest().given.setPace).toEqual([[5]]);
    expect(newest().given.watchFeature).toEqual([[1]]);
  });

  it('gives the table to the new worker before anything else can be asked of it', async () => {
    const { client } = await openClient();
    await client.openTable(new File(['a,b\n1,2\n'], 'people.csv'));
    newest().die(CRASHED);
    await settled();
    expect(links).toHaveLength(2);
    const { called } = newest();
    expect(called.indexOf('knowTables')).toBeGreaterThan(called.indexOf('start'));
    expect(newest().given.knowTables).toMatchObject([[[{ file: { name: 'people.csv' }, fingerprint: 'people', steps: [] }]]]);
    await client.cancelTable();
    expect(called.indexOf('cancelTable')).toBeGreaterThan(called.indexOf('knowTables'));
  });

  it('a file that changed on disk after a death is no dead end: the run waits for it, goes on with it, or stops', async () => {
    const { client, useEngine, useRun, useSpec } = await openClient();
    const { spec } = useSpec.getState();
    await client.openTable(new File(['a,b\n1,2\n'], 'people.csv'));
    useSpec.setState({ spec: { ...spec, dataset: { kind: 'table', name: 'people.csv', fingerprint: 'people' } as never } });
    void client.train();
    await settled();
    tellCheckpoint(useRun.getState().generation, 10);
    newest().die(CRASHED);
    await settled();
    const error: LabError = { code: 'table-changed', message: 'people.csv cannot be read again.', hint: 'Choose people.csv again.' };
    const changed = () => newest().onEvent({ type: 'status', run: useRun.getState().generation, status: 'failed', preparing: null, error });
    changed();
    expect(useRun.getState()).toMatchObject({ status: 'paused', told: { what: 'people.csv cannot be read again.' } });
    expect(useEngine.getState().status).toBe('ready');
    // The file as it was.
    await client.openTable(new File(['a,b\n1,2\n'], 'people.csv'));
    await client.trainPauseResume();
    await settled();
    const [, , , bytes] = newest().given.run[newest().given.run.length - 1];
    expect(new Uint8Array(bytes as ArrayBuffer)[0]).toBe(10);
    expect(useRun.getState().status).toBe('preparing');
    changed();
    await client.stop();
    expect(useRun.getState()).toMatchObject({ status: 'stopped', stopping: false });
    expect(links).toHaveLength(2);
  });

  it('after the third death in two minutes it waits for the person; before the third try, two seconds', async () => {
    const { client, useEngine } = await openClient();
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    newest().die(CRASHED);
    await settled();
    expect(links).toHaveLength(2);
    newest().die(CRASHED);
    await vi.advanceTimersByTimeAsync(1_900);
    expect(links).toHaveLength(2);
    expect(useEngine.getState().status).toBe('loading');
    await vi.advanceTimersByTimeAsync(200);
    expect(links).toHaveLength(3);
    vi.useRealTimers();
    newest().die(CRASHED);
    await settled();
    expect(links).toHaveLength(3);
    expect(useEngine.getState()).toMatchObject({ status: 'failed', error: CRASHED });
    // The person asks for it again.
    await client.restartEngine();
    expect(useEngine.getState().status).toBe('ready');
  });

  it('a worker that dies while it starts: another one starts, and has what waited for the first', async () => {
    held = (name) => name === 'start';
    const { client, useEngine } = await openClient(false);
    const table = client.openTable(new File(['a,b\n1,2\n'], 'people.csv'));
    await settled();
    links[0].die(CRASHED);
    await settled();
    expect(links).toHaveLength(2);
    expect(links[1].closed).toBeNull();
    expect(useEngine.getState()).toMatchObject({ status: 'loading', restarts: 1 });
    await letAnswer();
    expect(await table).toMatchObject({ name: 'people.csv' });
    expect(useEngine.getState().status).toBe('ready');
    expect(links).toHaveLength(2);
  });

  it('a start that ends for want of a part of the lab is tried again; one without a backend says so at once', async () => {
    const fault = (code: string): LabError => ({ code, message: 'It did not come.', hint: '' });
    refusal = (name, worker) => (name === 'start' && worker === 0 ? fault('unexpected') : null);
    const { client, useEngine } = await openClient();
    expect(links).toHaveLength(2);
    expect(links[0].closed).not.toBeNull();
    expect(useEngine.getState().status).toBe('ready');
    refusal = (name) => (name === 'start' ? fault('engine-no-backend') : null);
    await expect(client.restartEngine()).rejects.toMatchObject({ code: 'engine-no-backend' });
    expect(links).toHaveLength(3);
    expect(useEngine.getState()).toMatchObject({ status: 'failed', error: { code: 'engine-no-backend' } });
  });

  it('a death in a run and one of the next worker while it starts are two', async () => {
    const { client, useEngine, useRun } = await openClient();
    void client.train();
    await settled();
    held = (name, worker) => name === 'start' && worker === 1;
    links[0].die(CRASHED);
    await settled();
    links[1].die(CRASHED);
    await settled();
    expect(links).toHaveLength(3);
    expect(useEngine.getState().status).toBe('ready');
    expect(useRun.getState().status).toBe('preparing');
    // Each was given the run of its time, the last one alone has it.
    expect(links.map(({ given }) => given.run.length)).toEqual([1, 0, 1]);
  });

  it('files of vectors that a dying worker did not read are given to the next', async () => {
    const { client } = await openClient();
    await client.openVectors(new File(['x'], 'a.vec'));
    await client.openVectors(new File(['x'], 'b.vec'));
    held = (name, worker) => name === 'openVectors' && worker === 1;
    links[0].die(CRASHED);
    await settled();
    expect(links[1].called).toContain('openVectors a.vec');
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    links[1].die(CRASHED);
    await vi.advanceTimersByTimeAsync(2_000);
    vi.useRealTimers();
    await settled();
    expect(links[2].called.filter((name) => name.startsWith('openVectors'))).toEqual(['openVectors a.vec', 'openVectors b.vec']);
  });

  it('a run that is dropped while the engine starts is not trained', async () => {
    held = (name) => name === 'start';
    const { client, useRun } = await openClient(false);
    void client.train();
    await settled();
    await client.reset();
    await letAnswer();
    expect(links[0].called).toContain('start');
    expect(links[0].given.run).toEqual([]);
    expect(useRun.getState().status).toBe('idle');
  });

  it('a browser that gives no worker is told, and can be asked again', async () => {
    refused = new Error('Workers are forbidden here');
    const { client, useEngine } = await openClient(false);
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const started = client.startEngine().catch((error: LabError) => error.message);
    await vi.advanceTimersByTimeAsync(3_000);
    vi.useRealTimers();
    expect(await started).toBe('The engine failed: Workers are forbidden here.');
    expect(useEngine.getState().status).toBe('failed');
    refused = null;
    await client.restartEngine();
    expect(useEngine.getState().status).toBe('ready');
  });

  it('a lost device closes the worker that had it', async () => {
    const { useEngine, useRun, client } = await openClient();
    void client.train();
    await settled();
    const first = newest();
    first.onEvent({ type: 'device-lost', error: LOST });
    await vi.waitFor(() => expect(links).toHaveLength(2));
    expect(first.closed).toEqual(LOST);
    expect(useRun.getState().told?.what).toBe('The graphics device was lost: gone.');
    await vi.waitFor(() => expect(useEngine.getState().status).toBe('ready'));
  });

  it('only the WebGPU, WASM and CPU backends can be forced by the address', async () => {
    const { client } = await openClient();
    expect(client.forcedBackend('?backend=wasm')).toBe('wasm');
    expect(client.forcedBackend('?backend=constructor')).toBeNull();
    expect(client.forcedBackend('')).toBeNull();
  });
});
