import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ENGINES,
  type EngineTimes,
  type EveryEngine,
  type EveryMethodReport,
  type EveryMethodRow,
  geometricMean,
  timesAsLong,
  usualTime,
} from '../../workers/bench/every-method';
import { MOST_NODES } from '../../workers/data/edges/level-graph';
import { startWasm } from '../../workers/engine/backends/wasm';
import { nodeWasmPath } from '../../workers/engine/node';
import type { ResumablePlan } from '../../workers/engine/step-plan';
import { setPlanThreads } from '../../workers/engine/wasm/threads';
import { makeEagerPlan, makeFusedPlan, makeRecordedPlan } from '../../workers/training/make-plan';
import { type MethodProblem, optionsFor, WITH_STEPS } from './methods';
import { writeProblem } from './peer-files';
import { versionOf } from './python';
import { digits, table } from './show';
import { TorchPeers } from './torch-peers';
import { processorSeconds } from './turns';

/** Steps whose losses are compared. */
const COMPARED = 20;
/** What the order of float32 sums makes of a loss. */
const TOLERANCE = 1e-4;
/** A turn has at least one step and at most this many. */
const MOST_STEPS = 500;

export interface EveryMethodOptions {
  levels: readonly number[];
  methods: readonly string[];
  rounds: number;
  /** About how long a turn lasts, ms. */
  turn: number;
  /** Seconds that torch.compile may take for a method; 0: it takes no part. */
  compile: number;
  /** Where the report goes after each method, so that a run that ends early keeps what it has. */
  json: string | undefined;
}

/** Who takes turns: trains so many steps, and tells the milliseconds of one. */
interface Contestant {
  engine: EveryEngine;
  turn(steps: number): Promise<{ wall: number; processor: number }>;
  close(): void;
}

/** Trains steps of the lab, epochs one after the other. */
async function train(plan: ResumablePlan, rows: Uint32Array, steps: number): Promise<Float32Array> {
  for (let left = steps; left > 0; ) {
    if (plan.remaining === 0) plan.setOrder(rows);
    const some = Math.min(left, plan.remaining, Math.max(1, plan.stepsAtOnce ?? 1));
    await plan.run(some);
    left -= some;
  }
  return (await plan.losses()).loss;
}

function ofPlan(engine: EveryEngine, plan: ResumablePlan, { model, rows }: MethodProblem): Contestant {
  return {
    engine,
    async turn(steps) {
      const [wall, processor] = [performance.now(), processorSeconds()];
      await train(plan, rows, steps);
      return { wall: (performance.now() - wall) / steps, processor: (1000 * (processorSeconds() - processor)) / steps };
    },
    close() {
      plan.dispose();
      model.dispose();
    },
  };
}

function ofPeer(engine: EveryEngine, peers: TorchPeers, threads: number, close = false): Contestant {
  return {
    engine,
    async turn(steps) {
      const { ms, processor } = await peers.turn(steps, threads);
      return { wall: ms / steps, processor: processor / steps };
    },
    close: () => close && peers.close(),
  };
}

const words = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0];

/** The step that the lab trains with, on so many threads: fused, else recorded. */
async function labStep(options: MethodProblem, threads: number): Promise<{ plan: ResumablePlan & { bytes?: number }; step: string }> {
  if (!options.model.fused) return { plan: await makeRecordedPlan(options, { threads }), step: 'recorded WASM' };
  setPlanThreads(threads);
  try {
    return { plan: await makeFusedPlan(options), step: 'fused WASM' };
  } finally {
    setPlanThreads(null);
  }
}

/** Relative differences of losses, step by step, to three digits. */
const differencesOf = (mine: ArrayLike<number>, theirs: readonly number[]): number[] =>
  theirs.map((value, i) => Number((Math.abs(mine[i] - value) / Math.max(Math.abs(value), 1e-12)).toPrecision(3)));

const rounded = (value: number): number => Number(value.toPrecision(4));

/** Takes turns: each contestant one in every round. */
async function takeTurns(contestants: readonly Contestant[], row: EveryMethodRow, rounds: number, turn: number): Promise<void> {
  const steps = new Map<Contestant, number>();
  for (const one of contestants) {
    const { wall } = await one.turn(1);
    const settled = wall > turn / 3 ? wall : (await one.turn(2)).wall;
    steps.set(one, Math.max(1, Math.min(MOST_STEPS, Math.round(turn / Math.max(settled, 1e-3)))));
  }
  for (let round = 0; round < rounds; round++)
    for (const one of contestants) {
      const { wall, processor } = await one.turn(steps.get(one) as number);
      const times: EngineTimes = row.times[one.engine] ?? { wall: [], processor: [] };
      row.times[one.engine] = times;
      times.wall.push(rounded(wall));
      times.processor.push(rounded(processor));
    }
}

/** Measures one method at one q. */
async function measure(id: string, q: number | null, peers: TorchPeers | null, folder: string, options: EveryMethodOptions): Promise<EveryMethodRow> {
  const first = optionsFor(id, q);
  const { label } = WITH_STEPS.find((about) => about.id === id) as { label: string };
  const row: EveryMethodRow = {
    method: id,
    label,
    q,
    batch: first.batchSize,
    batches: Math.ceil(first.rows.length / first.batchSize),
    step: 'tfjs WASM',
    times: {},
    absent: {},
    differences: [],
    preparation: 0,
    bytes: null,
    load: loadavg()[0],
  };
  const contestants: Contestant[] = [];
  try {
    if (peers) await writeProblem(folder, id, first);
    const began = processorSeconds();
    let losses: Float32Array | null = null;
    for (const [threads, engine] of [[1, 'lab, 1 thread'] as const, [2, 'lab, 2 threads'] as const]) {
      const own = threads === 1 ? first : optionsFor(id, q);
      try {
        const { plan, step } = await labStep(own, threads);
        contestants.push(ofPlan(engine, plan, own));
        row.step = step;
        if (threads === 1) {
          row.preparation = 1000 * (processorSeconds() - began);
          row.bytes = plan.bytes ?? null;
          losses = await train(plan, own.rows, COMPARED);
        }
      } catch (thrown) {
        row.absent[engine] = words(thrown);
        own.model.dispose();
      }
    }
    if (peers)
      try {
        await peers.load(folder);
        const theirs = await peers.first(COMPARED, 1);
        if (losses) row.differences = differencesOf(losses, theirs);
        contestants.push(ofPeer('torch, 2 threads', peers, 2), ofPeer('torch, 1 thread', peers, 1));
      } catch (thrown) {
        row.absent['torch, 2 threads'] = words(thrown);
      }
    if (peers && options.compile > 0 && !row.absent['torch, 2 threads']) {
      const compiled = new TorchPeers();
      try {
        await compiled.load(folder, true);
        await compiled.turn(1, 2, options.compile);
        contestants.push(ofPeer('torch compiled, 2 threads', compiled, 2, true));
      } catch (thrown) {
        compiled.close();
        row.absent['torch compiled, 2 threads'] = words(thrown);
      }
    }
    const plain = optionsFor(id, q);
    contestants.push(ofPlan('tfjs', makeEagerPlan(plain), plain));
    await takeTurns(contestants, row, options.rounds, options.turn);
  } finally {
    for (const one of contestants) one.close();
  }
  return row;
}

const of = (q: number | null): string => (q === null ? 'windows of series' : `q = ${q.toLocaleString('en-US')}`);
const or = (value: number | null): string => (value === null ? '' : digits(value));

/** How far losses are apart; where that is more than float32 makes of them, the steps up to there. */
function alike(differences: readonly number[]): string {
  if (differences.length === 0) return '';
  const apart = differences.findIndex((difference) => !(difference <= TOLERANCE));
  const most = Math.max(...differences).toExponential(0);
  return apart < 0 ? most : `${most} (${apart} steps within ${TOLERANCE})`;
}

/** The table of a report, and its line of geometric means. */
export function showEveryMethod({ rows, rounds, compared }: EveryMethodReport, say: (line: string) => void): void {
  const cells = rows.map((row) => [
    row.method,
    row.step.replace(' WASM', ''),
    ...ENGINES.map((engine) => or(usualTime(row, engine))),
    or(timesAsLong(row, 'torch, 2 threads', 'lab, 2 threads')),
    or(timesAsLong(row, 'torch, 1 thread', 'lab, 1 thread', 'processor')),
    or(timesAsLong(row, 'tfjs', 'lab, 1 thread')),
    alike(row.differences),
    row.load.toFixed(1),
  ]);
  const header = [
    'method',
    'step',
    'lab 1',
    'lab 2',
    'torch 1',
    'torch 2',
    'compiled 2',
    'tfjs',
    'torch/lab 2',
    'processor 1',
    'tfjs/lab 1',
    'losses',
    'load',
  ];
  for (const q of new Set(rows.map((row) => row.q))) {
    const own = rows.filter((row) => row.q === q);
    const mean = (theirs: EveryEngine, ours: EveryEngine, clock?: keyof EngineTimes): string =>
      or(geometricMean(own.map((row) => timesAsLong(row, theirs, ours, clock))));
    const means = ['geometric mean', '', '', '', '', '', '', ''];
    means.push(
      mean('torch, 2 threads', 'lab, 2 threads'),
      mean('torch, 1 thread', 'lab, 1 thread', 'processor'),
      mean('tfjs', 'lab, 1 thread'),
      '',
      '',
    );
    say(
      `\n${of(q)}: ms a step, batches of ${q === null ? 'windows' : 'q rows'}, median of ${rounds} rounds; how many times as long PyTorch and tfjs take, medians of the rounds' ratios (processor: of processor time, one thread); largest difference of the first ${compared} losses`,
    );
    say(table(header, [...cells.filter((_, i) => rows[i].q === q), means]));
  }
  for (const { method, q, absent } of rows)
    for (const [engine, reason] of Object.entries(absent)) say(`${method}, ${of(q)}, without ${engine}: ${reason}`);
}

/** Every method with training steps, its peer in PyTorch and plain tfjs, taking turns. */
export async function everyMethod(options: EveryMethodOptions, say: (line: string) => void): Promise<EveryMethodReport> {
  await startWasm(nodeWasmPath());
  const torch = await versionOf('torch');
  if (!torch) say('PyTorch takes no part: this Python has no module torch (PYTHON names another).');
  const report: EveryMethodReport = {
    version: 1,
    date: new Date().toISOString(),
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores`,
    cores: cpus().length,
    node: process.versions.node,
    torch,
    rounds: options.rounds,
    turn: options.turn,
    compared: COMPARED,
    rows: [],
  };
  const folder = await mkdtemp(join(tmpdir(), 'lab-bench-'));
  const peers = torch ? new TorchPeers() : null;
  let interrupted = false;
  process.once('SIGINT', () => {
    interrupted = true;
  });
  try {
    // Windows of series have no levels: these methods come once, at the end.
    for (const q of [...options.levels, null])
      for (const { id, family, edges } of WITH_STEPS) {
        if (interrupted || !options.methods.includes(id) || (family === 'sequences') !== (q === null)) continue;
        if (edges && q !== null && q > MOST_NODES) {
          say(`${id}, ${of(q)}: left out, graphs have at most ${MOST_NODES} levels`);
          continue;
        }
        const began = performance.now();
        const row = await measure(id, q, peers, folder, options);
        report.rows.push(row);
        if (options.json) await writeFile(options.json, `${JSON.stringify(report)}\n`);
        const [lab, theirs] = [usualTime(row, 'lab, 2 threads'), usualTime(row, 'torch, 2 threads')];
        say(
          `${id}, ${of(q)}: lab ${or(lab)} ms, PyTorch ${or(theirs)} ms; losses differ by ${alike(row.differences) || '?'}; ${((performance.now() - began) / 1000).toFixed(1)} s`,
        );
      }
  } finally {
    peers?.close();
    await rm(folder, { recursive: true, force: true });
  }
  showEveryMethod(report, say);
  return report;
}
