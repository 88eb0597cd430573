import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import { Meter, metered, watchEngines } from '../../workers/bench/meter';
import { nodeWasmPath } from '../../workers/engine/node';
import type { BackendId } from '../../workers/protocol';
import { createSession, type LabSession } from '../../workers/session/session';
import { type ExperimentSpec, experimentSchema } from '../../workers/spec/experiment';

const MEGABYTE = 2 ** 20;

/** What is held at one moment, in megabytes. */
export interface Held {
  /** Objects of JavaScript. */
  heap: number;
  /** Typed arrays and the memories of WebAssembly. */
  buffers: number;
  /** The memory of tfjs's WebAssembly; 0 on other backends. */
  wasm: number;
  /** Tensors, and what step plans hold on a GPU. */
  device: number;
  /**
   * All buffers of the GPU, made and not destroyed, those that tfjs keeps for reuse with them; 0 without one.
   */
  gpu: number;
  /** The whole process. */
  process: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const meter = new Meter();

/** What is held once everything that nobody needs has been collected. */
async function held(session: LabSession): Promise<Held> {
  // Again after a turn: what is given back by a finaliser of the first is collected by the second.
  for (let time = 0; time < 2; time++) {
    collect();
    await new Promise((done) => setTimeout(done, 5));
  }
  const { heapUsed, arrayBuffers, external, rss } = process.memoryUsage();
  const { bytes, gpuBytes } = session.memory();
  const backend = tf.getBackend() === 'wasm' ? (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }) : null;
  return {
    heap: heapUsed / MEGABYTE,
    buffers: Math.max(arrayBuffers, external) / MEGABYTE,
    wasm: (backend?.wasm.HEAPU8.byteLength ?? 0) / MEGABYTE,
    device: (gpuBytes ?? bytes) / MEGABYTE,
    gpu: meter.gpuBytes / MEGABYTE,
    process: rss / MEGABYTE,
  };
}

/**
 * Methods of every kind of step: fused, op by op or captured, an algorithm of its own, a prior, tags' sums.
 */
const METHODS = ['embeddings', 'mmbeddings', 'deepfm', 'linear-mixed-model'];

const specOf = (run: number, methods: readonly string[], trainRows: number): ExperimentSpec =>
  experimentSchema.parse({
    dataset: { kind: 'simulated', task: 'regression', levels: [200], trainRows, testRows: 200 },
    methods: methods.map((id) => ({ id })),
    training: { epochs: 3, patience: null, batchSize: 500, drawPastStop: false },
    seeds: { data: run, split: run, weights: run },
  });

/** A table of so many megabytes of text, and of other numbers each time. */
function tableText(number: number, megabytes: number): string {
  const rows = Math.round((megabytes * MEGABYTE) / 24);
  const lines = ['x,place,y'];
  for (let row = 0; row < rows; row++) lines.push(`${(row * 7 + number) % 9973},place ${(row * 31) % 997},${row}.${number}`);
  return `${lines.join('\n')}\n`;
}

/** A session of the lab in Node, as the page's worker holds one. */
async function sessionOn(backend: BackendId): Promise<LabSession> {
  const session = createSession();
  await session.start({ backend, wasmPath: nodeWasmPath() });
  return session;
}

/** What is held after each of so many runs, one after another, each on data of its own. */
export const heldAfterRuns: typeof runsHeld = (...given) => {
  // Where there is a GPU alone: a meter holds the memories of WebAssembly that it counts.
  if (given[0] !== 'webgpu') return runsHeld(...given);
  watchEngines();
  return metered(meter, () => runsHeld(...given));
};

async function runsHeld(
  backend: BackendId,
  runs: number,
  told: (held: Held) => void = () => undefined,
  methods: readonly string[] = METHODS,
  trainRows = 2_000,
): Promise<Held[]> {
  const session = await sessionOn(backend);
  const all: Held[] = [];
  for (let run = 1; run <= runs; run++) {
    await session.run(specOf(run, methods, trainRows), run, null);
    const { bytes } = await session.predictionsCsv();
    if (bytes.byteLength === 0) throw new Error(`run ${run} has no predictions`);
    all.push(await held(session));
    told(all[all.length - 1]);
  }
  return all;
}

/**
 * What is held after each of so many tables, opened one after another; every third is cancelled, where it is
 * not read by then.
 */
export async function heldAfterTables(
  backend: BackendId,
  tables: number,
  megabytes: number,
  told: (held: Held) => void = () => undefined,
): Promise<Held[]> {
  const session = await sessionOn(backend);
  const folder = await mkdtemp(join(tmpdir(), 'flat-'));
  const all: Held[] = [];
  try {
    for (let number = 1; number <= tables; number++) {
      const path = join(folder, `${number}.csv`);
      await writeFile(path, tableText(number, megabytes));
      const file = Object.assign(await openAsBlob(path), { name: `${number}.csv` }) as unknown as File;
      const opening = session.openTable(file);
      if (number % 3 === 0) {
        await new Promise((done) => setTimeout(done, 20));
        session.cancelTable();
      }
      await opening.catch((failure: { code?: string }) => {
        if (failure.code !== 'cancelled') throw failure;
      });
      all.push(await held(session));
      told(all[all.length - 1]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return all;
}

/**
 * Megabytes by which it grows each time: the slope of the line through the second half, by which time code is
 * compiled and caches are full.
 */
export function slope(values: readonly number[]): number {
  const last = values.slice(values.length >> 1);
  const n = last.length;
  const [mx, my] = [(n - 1) / 2, last.reduce((sum, value) => sum + value, 0) / n];
  const [over, under] = last.reduce(([a, b], value, i) => [a + (i - mx) * (value - my), b + (i - mx) ** 2], [0, 0]);
  return under === 0 ? 0 : over / under;
}
