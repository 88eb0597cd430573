import { simulate } from '../data/simulate';
import { startEngine } from '../engine/backends';
import { selfTest } from '../methods/golden/self-test';
import { aboutMethod } from '../methods/registry';
import { experimentSchema } from '../spec/experiment';
import { Pacer } from '../training/pacer';
import { Trainer } from '../training/trainer';
import { Meter, metered, watchEngines } from './meter';
import type { BenchBackend, BenchMethod } from './schema';
import { logSlope, median } from './statistics';

export interface ScalingRow {
  method: BenchMethod;
  q: number;
  /** Training rows, 10 q as published. */
  n: number;
  /** Median over epochs. */
  seconds: number;
  /** Most bytes of the plan, in linear memory or GPU buffers. */
  memory: number | null;
}

export interface ScalingReport {
  rows: ScalingRow[];
  /** Slope of log seconds on log n. */
  slopes: Record<string, number>;
}

const EPOCHS = 4;
/** Test rows are not evaluated in an epoch. */
const TEST_ROWS = 20;

async function measure(method: BenchMethod, q: number, backend: BenchBackend): Promise<ScalingRow> {
  const n = 10 * q;
  const spec = experimentSchema.parse({
    dataset: { kind: 'simulated', task: 'regression', levels: [q], trainRows: n, testRows: TEST_ROWS },
    methods: [{ id: method }],
  });
  if (spec.dataset.kind !== 'simulated') throw new Error('a simulated dataset was asked for');
  const dataset = simulate(spec.dataset, { data: 1, split: 1 });
  const meter = new Meter();
  return metered(meter, async () => {
    const settings = aboutMethod(method).settings.parse({});
    const trainer = await Trainer.create({ id: method, settings, dataset, training: spec.training, weightSeed: 1 });
    const pacer = new Pacer();
    const seconds: number[] = [];
    // The first epoch warms up: it compiles and fills caches.
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      const began = performance.now();
      await trainer.epoch(pacer, () => undefined, false);
      if (epoch > 0) seconds.push((performance.now() - began) / 1000);
    }
    pacer.close();
    const memory = (backend === 'webgpu' ? meter.gpuPeak : meter.linearBytes) || null;
    trainer.dispose();
    return { method, q, n, seconds: median(seconds), memory };
  });
}

/** Seconds of an epoch, evaluation included, at each q with n = 10 q training rows. */
export async function measureScaling(options: {
  methods: readonly BenchMethod[];
  levels: readonly number[];
  backend: BenchBackend;
  wasmPath: string;
}): Promise<ScalingReport> {
  watchEngines();
  await startEngine({ backend: options.backend, wasmPath: options.wasmPath, selfTest });
  const rows: ScalingRow[] = [];
  const slopes: Record<string, number> = {};
  for (const method of options.methods) {
    for (const q of options.levels) rows.push(await measure(method, q, options.backend));
    const mine = rows.filter((row) => row.method === method);
    slopes[method] = logSlope(
      mine.map(({ n }) => n),
      mine.map(({ seconds }) => seconds),
    );
  }
  return { rows, slopes };
}
