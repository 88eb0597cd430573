import { beforeAll, describe, expect, it } from 'vitest';
import { nodeWasmPath } from '../engine/node';
import { runBench } from './bench';
import type { Contestant } from './contestant';
import { jaxContestant } from './jax-step';
import { planContestants } from './plan-contestants';
import type { BenchOptions, BenchProgress, BenchReport } from './schema';
import { tfjsContestant } from './tfjs-step';
import { makeWorkload } from './workload';

const OPTIONS: BenchOptions = {
  methods: ['mmbeddings', 'embeddings'],
  levels: [20, 60],
  backends: ['wasm'],
  engines: null,
  rounds: 2,
  turn: 2,
  longestStep: 2_500,
};

/** An engine whose clock is made up: seconds at 20 levels, which rules it out at 60. */
const slow: Contestant = {
  id: 'slow',
  label: 'a slow engine',
  role: 'peer',
  backend: null,
  prepare: async () => ({
    turn: async (steps) => ({ milliseconds: 3_000 * steps, javascript: null, order: null, loss: 1 }),
    memory: () => ({ bytes: 7, kind: 'process' }),
    dispose() {},
  }),
};

const broken: Contestant = { ...slow, id: 'broken', prepare: () => Promise.reject(new Error('it has no wheels\nat all')) };

describe('a bench on WASM', () => {
  let report: BenchReport;
  const progress: BenchProgress[] = [];

  beforeAll(async () => {
    const surroundings = { runtime: 'test', cores: 1, wasmPath: nodeWasmPath(), others: [slow, broken], absent: ['PyTorch: none here'] };
    report = await runBench(OPTIONS, { ...surroundings, onProgress: (step) => progress.push({ ...step }) });
  }, 60_000);

  it('times the plan and both peers on each method and q, each training', () => {
    for (const engine of ['plan-wasm', 'tfjs-wasm', 'jax-wasm']) {
      const rows = report.rows.filter((row) => row.engine === engine);
      expect(rows).toHaveLength(4);
      for (const row of rows) {
        expect(row.skipped).toBeNull();
        expect(row.timing?.rounds).toHaveLength(2);
        expect(row.timing?.median).toBeGreaterThan(0);
        expect(row.loss).toBeGreaterThan(0);
        expect(Number.isFinite(row.loss)).toBe(true);
        expect(row.firstStep).toBeGreaterThan(0);
        expect(row.memory?.bytes ?? 1).toBeGreaterThan(0);
      }
    }
  });

  it('sets every engine the same task: 150 steps on one batch bring MMbeddings below a fifth of their first loss', async () => {
    const full = makeWorkload('mmbeddings', 60);
    const workload = { ...full, x: full.x.subarray(0, 600), y: full.y.subarray(0, 60), codes: full.codes.subarray(0, 60) };
    for (const contestant of [planContestants('wasm')[0], tfjsContestant('wasm'), jaxContestant('wasm')]) {
      const prepared = await contestant.prepare(workload);
      const first = (await prepared.turn(1)).loss;
      const { loss } = await prepared.turn(149);
      expect(first, contestant.label).toBeGreaterThan(0.4);
      expect(loss / first, contestant.label).toBeLessThan(0.2);
      prepared.dispose();
    }
  }, 60_000);

  it('says how many times as long a peer takes, and nothing about a plan against itself', () => {
    const at20 = report.rows.find((row) => row.engine === 'slow' && row.q === 20 && row.method === 'mmbeddings');
    const plan = report.rows.find((row) => row.engine === 'plan-wasm' && row.q === 20 && row.method === 'mmbeddings');
    const quotients = plan?.timing?.rounds.map((ours) => 3_000 / ours) as number[];
    // Two steps of 3 seconds used up the patience of twice 2.5 seconds: it had one turn, and the first round
    // is the shared one.
    expect(at20?.ratios['plan-wasm']).toBeCloseTo(quotients[0], 6);
    expect(plan?.ratios).not.toHaveProperty('plan-wasm');
  });

  it('leaves an engine out when its next step is expected to take too long, and when it fails, with the reason', () => {
    expect(report.rows.find((row) => row.engine === 'slow' && row.q === 60)).toMatchObject({
      timing: null,
      skipped: 'a step took 3,000 ms at q = 20',
    });
    for (const row of report.rows.filter(({ engine }) => engine === 'broken'))
      expect(row).toMatchObject({ timing: null, skipped: 'it has no wheels' });
  });

  it('tells where it is, from 0 to 1', () => {
    const fractions = progress.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions[fractions.length - 1]).toBeCloseTo(1, 6);
  });

  it('keeps what was said to be absent and what each step needs', () => {
    expect(report.absent).toEqual(['PyTorch: none here']);
    expect(report.work.map(({ method, q }) => `${method} ${q}`)).toEqual(['mmbeddings 20', 'mmbeddings 60', 'embeddings 20', 'embeddings 60']);
  });

  it('takes only the engines that were asked for', async () => {
    const few = { ...OPTIONS, methods: ['embeddings' as const], levels: [20], engines: ['tfjs-wasm'] };
    const { rows } = await runBench(few, { runtime: 'test', cores: 1, wasmPath: nodeWasmPath(), others: [slow] });
    expect(rows.map(({ engine }) => engine)).toEqual(['tfjs-wasm']);
  }, 60_000);

  it('ends early when it is cancelled', async () => {
    let calls = 0;
    const short = await runBench(OPTIONS, { runtime: 'test', cores: 1, wasmPath: nodeWasmPath(), cancelled: () => ++calls > 3 });
    expect(short.rows.length).toBeLessThan(report.rows.length);
  }, 60_000);
});
