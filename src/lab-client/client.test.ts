import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineInfo, LabApi, LabError, LabEvent } from '../../workers/protocol';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import type { Link } from './link';

const INFO: EngineInfo = {
  ...{ backend: 'wasm', detail: 'a fake', why: 'It is a test.', hardware: false, forced: false, threads: 1 },
  selfTest: { tried: [], milliseconds: 0 },
};
const LOST: LabError = { code: 'device-lost', message: 'The graphics device was lost: gone', hint: 'Restart the engine.' };
const CRASHED: LabError = { code: 'engine-crashed', message: 'The engine crashed: out of memory.', hint: 'Restart the engine.' };

/** A link whose worker does what a test says: it answers every call at once, and remembers which. */
class FakeLink {
  readonly called: string[] = [];
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
        // A run lasts until its worker ends.
        if (name === 'run') return this.gone;
        return Promise.resolve(name === 'start' ? INFO : name === 'openTable' ? { name: 'people.csv', steps: [] } : undefined);
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
const newest = (): FakeLink => links[links.length - 1];

vi.mock('./link', () => ({
  openLink: (onEvent: (event: LabEvent) => void, onDeath: (error: LabError) => void): Link => {
    links.push(new FakeLink(onEvent, onDeath));
    return newest();
  },
}));

/** Lets what was promised happen. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** The client anew: it holds its worker in the module. */
async function openClient() {
  vi.resetModules();
  const [client, { useEngine }, { useRun }, { useSpec }] = await Promise.all([
    import('./client'),
    import('../state/engine'),
    import('../state/run'),
    import('../state/spec'),
  ]);
  await client.startEngine();
  return { client, useEngine, useRun, useSpec };
}

describe('the client of the lab', () => {
  beforeEach(() => {
    links.length = 0;
    vi.stubGlobal('location', { search: '' });
    vi.stubGlobal('document', { baseURI: 'http://localhost/' });
  });

  it('starts one worker, however often it is asked', async () => {
    const { client, useEngine } = await openClient();
    await Promise.all([client.startEngine(), client.startEngine()]);
    expect(links).toHaveLength(1);
    expect(useEngine.getState()).toMatchObject({ status: 'ready', info: INFO });
  });

  it('a worker that dies while it trains: the run has failed with the reason, and another worker is there', async () => {
    const { client, useEngine, useRun } = await openClient();
    void client.train();
    await settled();
    newest().die(CRASHED);
    await settled();
    expect(useRun.getState()).toMatchObject({ status: 'failed', error: CRASHED, spec: DEFAULT_PRESET });
    expect(links).toHaveLength(2);
    expect(useEngine.getState()).toMatchObject({ status: 'ready', restarts: 1 });
  });

  it('gives the table to the new worker before anything else can be asked of it', async () => {
    const { client } = await openClient();
    await client.openTable(new File(['a,b\n1,2\n'], 'people.csv'));
    newest().die(CRASHED);
    await settled();
    expect(links).toHaveLength(2);
    const { called } = newest();
    expect(called.indexOf('openTable people.csv')).toBeGreaterThan(called.indexOf('start'));
    await client.cancelTable();
    expect(called.indexOf('cancelTable')).toBeGreaterThan(called.indexOf('openTable people.csv'));
  });

  it('after the third death in two minutes it waits for the person', async () => {
    const { client, useEngine } = await openClient();
    for (const left of [2, 3]) {
      newest().die(CRASHED);
      await settled();
      expect(links).toHaveLength(left);
    }
    newest().die(CRASHED);
    await settled();
    expect(links).toHaveLength(3);
    expect(useEngine.getState()).toMatchObject({ status: 'failed', error: CRASHED });
    // The person asks for it again.
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
    expect(useRun.getState()).toMatchObject({ status: 'failed', error: LOST });
    await vi.waitFor(() => expect(useEngine.getState().status).toBe('ready'));
  });

  it('only the WebGPU, WASM and CPU backends can be forced by the address', async () => {
    const { client } = await openClient();
    expect(client.forcedBackend('?backend=wasm')).toBe('wasm');
    expect(client.forcedBackend('?backend=constructor')).toBeNull();
    expect(client.forcedBackend('')).toBeNull();
  });
});
