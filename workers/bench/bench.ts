import { startEngine } from '../engine/backends';
import { probeAdapter } from '../engine/backends/adapter';
import { selfTest } from '../methods/golden/self-test';
import type { Contestant, Prepared, Turn } from './contestant';
import { measureCeiling, measureKernels, measuringDevice } from './gpu';
import { jaxContestant } from './jax-step';
import { Meter, metered, watchEngines } from './meter';
import { planContestants } from './plan-contestants';
import type { BenchBackend, BenchMethod, BenchOptions, BenchProgress, BenchReport, BenchRow, Ceiling, Work } from './schema';
import { median, ratio, timingOf } from './statistics';
import { tfjsContestant } from './tfjs-step';
import { workOf } from './work';
import { makeWorkload, type Workload } from './workload';

/** Turns are at least one step and at most this many. */
const MOST_STEPS = 500;
/**
 * Time by kernel is not taken above this q on an adapter in software, which compiles and runs them for
 * minutes.
 */
const KERNELS_IN_SOFTWARE = 1_000;
/** An engine whose turns have taken this many times the longest step has no more of them. */
const PATIENCE = 2;

export interface BenchSurroundings {
  runtime: string;
  cores: number | null;
  wasmPath: string;
  /** Engines outside this process, such as Python's. */
  others?: readonly Contestant[];
  /** Words on engines that are missing before the bench begins. */
  absent?: readonly string[];
  onProgress?(progress: BenchProgress): void;
  /** True ends the bench after the turn under way; what was measured is reported. */
  cancelled?(): boolean;
  load?(): number;
}

const reason = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0];

/** An engine in one workload's rounds. */
interface Runner {
  row: BenchRow;
  prepared: Prepared;
  meter: Meter;
  steps: number;
  javascript: number[];
  order: number[];
  rounds: number[];
  /** Milliseconds in all turns. */
  spent: number;
}

/** Milliseconds of the last steps of an engine on a method, by q: what the next q is expected to cost. */
class Expectation {
  readonly #seen = new Map<string, { q: number; milliseconds: number }>();

  note(method: BenchMethod, engine: string, q: number, milliseconds: number): void {
    this.#seen.set(`${method} ${engine}`, { q, milliseconds });
  }

  /**
   * Why the engine is left out at this q; null when it is not. Time per step grows at least in proportion to
   * q once it is long.
   */
  objection(method: BenchMethod, engine: string, q: number, longest: number): string | null {
    const seen = this.#seen.get(`${method} ${engine}`);
    if (!seen || (seen.milliseconds * q) / seen.q <= longest) return null;
    if (!Number.isFinite(seen.milliseconds)) return `it was left out at q = ${seen.q.toLocaleString('en-US')}`;
    return `a step took ${Math.round(seen.milliseconds).toLocaleString('en-US')} ms at q = ${seen.q.toLocaleString('en-US')}`;
  }
}

/** Starts the backends that were asked for and can be had; says in words which cannot. */
async function startBackends(
  wanted: readonly BenchBackend[],
  wasmPath: string,
  absent: string[],
): Promise<{ started: BenchBackend[]; threads: number }> {
  const started: BenchBackend[] = [];
  let threads = 1;
  for (const backend of wanted) {
    try {
      const info = await startEngine({ backend, wasmPath, selfTest });
      if (backend === 'wasm') threads = info.threads;
      started.push(backend);
    } catch (thrown) {
      absent.push(`${backend === 'wasm' ? 'WASM' : 'WebGPU'}: ${reason(thrown)}`);
    }
  }
  return { started, threads };
}

function emptyRow(method: BenchMethod, q: number, { id, label, role }: Contestant): BenchRow {
  const empty = { timing: null, skipped: null, firstStep: null, loss: null, dispatches: null, javascript: null, order: null };
  return { method, q, engine: id, label, role, ...empty, memory: null, gflops: null, ratios: {}, kernels: null };
}

/** Prepares an engine, takes its first step, and learns how many steps make a turn. */
async function enter(contestant: Contestant, row: BenchRow, workload: Workload, options: BenchOptions, meter: Meter): Promise<Runner> {
  return metered(meter, async () => {
    const began = performance.now();
    const prepared = await contestant.prepare(workload);
    try {
      const first = await prepared.turn(1);
      row.firstStep = performance.now() - began;
      const settled = first.milliseconds > options.turn ? first : await prepared.turn(2);
      const estimate = settled === first ? first.milliseconds : settled.milliseconds / 2;
      const steps = Math.max(1, Math.min(MOST_STEPS, Math.round(options.turn / Math.max(estimate, 1e-3))));
      return { row, prepared, meter, steps, javascript: [], order: [], rounds: [], spent: first.milliseconds };
    } catch (thrown) {
      prepared.dispose();
      throw thrown;
    }
  });
}

async function takeTurn(runner: Runner): Promise<void> {
  const { prepared, meter, steps, row } = runner;
  const before = meter.dispatches;
  const turn: Turn = await metered(meter, () => prepared.turn(steps));
  runner.spent += turn.milliseconds;
  runner.rounds.push(turn.milliseconds / steps);
  if (turn.javascript !== null) runner.javascript.push((1000 * turn.javascript) / steps);
  if (turn.order !== null) runner.order.push((1000 * turn.order) / steps);
  row.loss = turn.loss;
  row.dispatches = meter.dispatches > before ? (meter.dispatches - before) / steps : null;
}

function summarise({ row, prepared, meter, rounds, javascript, order }: Runner, contestant: Contestant, work: Work): void {
  row.timing = timingOf(rounds);
  row.gflops = work.flops / row.timing.median / 1e6;
  // The least: an adapter in software computes on the same cores and takes them from the thread that queues.
  if (contestant.backend === 'webgpu' && javascript.length > 0) row.javascript = Math.min(...javascript);
  if (contestant.backend === 'webgpu' && order.length > 0) row.order = Math.min(...order);
  const counted =
    contestant.backend === 'webgpu' && meter.gpuPeak > 0
      ? ({ bytes: meter.gpuPeak, kind: 'GPU buffers' } as const)
      : meter.linearBytes > 0
        ? ({ bytes: meter.linearBytes, kind: 'linear memory' } as const)
        : null;
  row.memory = prepared.memory?.() ?? counted;
}

/**
 * Times a step of each engine on each method and q, the engines taking turns within a round, so that what
 * else the machine does weighs on all of them. Engines that cannot take part are named with the reason.
 */
export async function runBench(options: BenchOptions, surroundings: BenchSurroundings): Promise<BenchReport> {
  const absent = [...(surroundings.absent ?? [])];
  const load: [number, number] | null = surroundings.load ? [surroundings.load(), 0] : null;
  const rows: BenchRow[] = [];
  const work: Work[] = [];
  const total = options.methods.length * options.levels.length;
  let done = 0;
  let within = 0;
  /** Says where the bench is and lets messages in, a cancellation among them. */
  const tell = async (doing: string): Promise<void> => {
    surroundings.onProgress?.({ doing, fraction: (done + within) / total, rows });
    await new Promise((resolve) => setTimeout(resolve));
  };
  const cancelled = (): boolean => surroundings.cancelled?.() ?? false;

  await tell('Starting the engines');
  watchEngines();
  const { started, threads } = await startBackends(options.backends, surroundings.wasmPath, absent);
  const probe = await probeAdapter();
  const contestants: Contestant[] = [
    ...started.flatMap((backend) => [...planContestants(backend), tfjsContestant(backend), jaxContestant(backend)]),
    ...(surroundings.others ?? []),
  ].filter(({ id }) => options.engines?.includes(id) ?? true);
  let device: GPUDevice | null = null;
  let ceiling: Ceiling | null = null;
  if (started.includes('webgpu') && probe.adapter) {
    await tell('Measuring the adapter');
    try {
      // tfjs has taken its device from another adapter object: an adapter gives one device.
      device = await measuringDevice(probe.adapter);
      ceiling = await measureCeiling(device, probe.hardware);
    } catch (thrown) {
      absent.push(`Time by kernel: ${reason(thrown)}`);
    }
  }
  const expectation = new Expectation();
  // A peer keeps memory between workloads, in pools of its own; a plan gives all of it back.
  const meters = new Map(contestants.map(({ id }) => [id, new Meter()]));

  for (const method of options.methods) {
    for (const q of options.levels) {
      if (cancelled()) break;
      const workload = makeWorkload(method, q);
      const least = workOf(method, q);
      work.push(least);
      const runners: { runner: Runner; contestant: Contestant }[] = [];
      within = 0;
      for (const contestant of contestants) {
        if (cancelled()) break;
        await tell(`${method}, q = ${q.toLocaleString('en-US')}: preparing ${contestant.label}`);
        if (cancelled()) break;
        const row = emptyRow(method, q, contestant);
        rows.push(row);
        row.skipped = expectation.objection(method, contestant.id, q, options.longestStep);
        if (row.skipped) {
          expectation.note(method, contestant.id, q, Number.POSITIVE_INFINITY);
          continue;
        }
        try {
          const meter = contestant.role === 'plan' ? new Meter() : (meters.get(contestant.id) as Meter);
          meter.beginPeak();
          runners.push({ runner: await enter(contestant, row, workload, options, meter), contestant });
        } catch (thrown) {
          row.skipped = reason(thrown);
        }
        within += 0.5 / contestants.length;
      }
      for (let round = 0; round < options.rounds && !cancelled(); round++) {
        for (const { runner, contestant } of runners) {
          // A very slow engine has fewer turns.
          if (runner.row.skipped || cancelled() || (round > 0 && runner.spent > PATIENCE * options.longestStep)) continue;
          await tell(`${method}, q = ${q.toLocaleString('en-US')}, round ${round + 1} of ${options.rounds}: ${contestant.label}`);
          if (cancelled()) break;
          try {
            await takeTurn(runner);
            summarise(runner, contestant, least);
          } catch (thrown) {
            runner.row.skipped = reason(thrown);
          }
          within += 0.5 / options.rounds / runners.length;
        }
      }
      for (const { runner, contestant } of runners) {
        if (runner.rounds.length > 0) expectation.note(method, contestant.id, q, median(runner.rounds));
        for (const plan of runners) {
          if (plan.runner.row.role !== 'plan' || plan === runners.find((entry) => entry.runner === runner)) continue;
          const value = ratio(runner.rounds, plan.runner.rounds);
          if (value !== null) runner.row.ratios[plan.runner.row.engine] = value;
        }
        runner.prepared.dispose();
        if (
          runner.row.engine === 'plan-webgpu' &&
          runner.rounds.length > 0 &&
          device &&
          !cancelled() &&
          (probe.hardware || q <= KERNELS_IN_SOFTWARE)
        ) {
          await tell(`${method}, q = ${q.toLocaleString('en-US')}: time by kernel`);
          try {
            runner.row.kernels = await measureKernels(device, workload);
          } catch (thrown) {
            absent.push(`Time by kernel, ${method}, q = ${q.toLocaleString('en-US')}: ${reason(thrown)}`);
          }
        }
      }
      done += 1;
      within = 0;
      await tell('');
    }
  }
  device?.destroy();
  if (load && surroundings.load) load[1] = surroundings.load();
  return {
    version: 1,
    date: new Date().toISOString(),
    environment: {
      runtime: surroundings.runtime,
      cores: surroundings.cores,
      adapter: probe.adapter ? probe.name : null,
      hardware: probe.hardware,
      threads,
      load,
    },
    options,
    absent,
    ceiling,
    work,
    rows,
  };
}
