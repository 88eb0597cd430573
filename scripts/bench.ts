import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { runBench } from '../workers/bench/bench';
import type { BenchBackend, BenchMethod, BenchOptions } from '../workers/bench/schema';
import { LabFailure } from '../workers/data/failure';
import { installNodeWebGpu, nodeWasmPath } from '../workers/engine/node';
import { everyMethod } from './bench/every-method';
import { lmmnnEpochs } from './bench/lmmnn';
import { WITH_STEPS } from './bench/methods';
import { mixedRows, mixedTimes } from './bench/mixed';
import { pythonContestants } from './bench/python';
import { cancelling } from './bench/reader-cancel';
import { readers } from './bench/readers';
import { scaling } from './bench/scaling';
import { showReport } from './bench/show';
import { tagSteps, tagsAtScale } from './bench/tags';
import { capturedSteps } from './bench/webgpu';
import { fail, list, whole } from './cli';

const USAGE = `npm run bench -- [--q 100,1000,10000,100000] [--methods mmbeddings,embeddings] [--backends wasm,webgpu] [--engines plan-wasm,numpy,…] [--rounds 5] [--turn 150 (ms)]
  [--longest 10000 (ms: an engine whose next step would take longer is left out)] [--minutes 6 (then it ends with what it has)] [--json FILE]
npm run bench -- all [--q 1000,10000] [--methods one-hot,fm] [--rounds 5] [--turn 100 (ms)] [--compile 60 (s: torch.compile takes part, where it needs no longer)] [--json FILE] (a step of every method on WASM, its peer in PyTorch and tfjs op by op taking turns; then whole fits of mixed models with lme4)
npm run bench -- webgpu [--methods fm,deepfm] [--rounds 5] [--json FILE] (captured steps of every method, without and with kernels put together, taking turns)
npm run bench -- --tags [--rounds 5] [--json FILE] (steps on sets of tags)
npm run bench -- --tags-at-scale [--json FILE] (an epoch of a million rows with 100,000 tags)
npm run bench -- mixed [--only insteval,school,…] [--rounds 5] [--json FILE] (linear mixed models, taking turns with lme4 where R has it)
npm run bench -- --lmmnn [--rounds 5] [--json FILE] (epochs of LMMNN with several features, taking turns with MMbeddings)
npm run bench -- --reader [--rows 1000000] [--rounds 3] [--readers 'lab,former lab,PapaParse,uDSV'] [--json FILE] (tables, each reader in turn, a process each)
npm run bench -- --reader-cancel [--rows 10000000] [--rounds 20] (how long a cancel takes, at moments from the first byte to the columns)
npm run bench -- --scaling [--q ...] [--methods ...] [--backends wasm] [--json FILE]
PYTHON names the Python whose NumPy and PyTorch take part (python3).`;

const OPTIONS = {
  q: { type: 'string' },
  methods: { type: 'string' },
  backends: { type: 'string' },
  engines: { type: 'string' },
  rounds: { type: 'string' },
  turn: { type: 'string' },
  longest: { type: 'string' },
  minutes: { type: 'string' },
  compile: { type: 'string' },
  scaling: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  webgpu: { type: 'boolean', default: false },
  tags: { type: 'boolean', default: false },
  'tags-at-scale': { type: 'boolean', default: false },
  mixed: { type: 'boolean', default: false },
  lmmnn: { type: 'boolean', default: false },
  only: { type: 'string' },
  reader: { type: 'boolean', default: false },
  'reader-cancel': { type: 'boolean', default: false },
  readers: { type: 'string' },
  rows: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** The values of an option, each one of `known`. */
function choice<T extends string>(name: string, value: string | undefined, known: readonly T[]): T[] {
  const given = list(value);
  for (const one of given) {
    if (!(known as readonly string[]).includes(one))
      throw new LabFailure('bad-option', `--${name} has "${one}".`, `Choose from ${known.join(', ')}.`);
  }
  return given.length > 0 ? (given as T[]) : [...known];
}

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  // `bench -- mixed` is `bench -- --mixed`.
  const words = ['all', 'webgpu', 'mixed', 'lmmnn', 'tags', 'reader', 'scaling'] as const;
  for (const word of positionals) values[choice('bench', word, words)[0]] = true;
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const say = (line: string): void => console.log(line);
  const rounds = (usual = 5): number => whole('rounds', values.rounds, usual, 1);
  const rows = (): number => whole('rows', values.rows, 1_000_000, 1);
  /** All benches but that of engines, by their option. */
  const benches: Partial<Record<keyof typeof values, () => Promise<unknown>>> = {
    mixed: () => mixedTimes(rounds(), list(values.only), say),
    lmmnn: () => lmmnnEpochs(rounds(), say),
    tags: () => tagSteps(rounds(), say),
    'tags-at-scale': () => tagsAtScale(say),
    all: async () => {
      const report = await everyMethod(
        {
          levels: values.q === undefined ? [1_000, 10_000] : list(values.q).map((q) => whole('q', q, 1_000, 2)),
          methods: choice(
            'methods',
            values.methods,
            WITH_STEPS.map(({ id }) => id),
          ),
          rounds: rounds(),
          turn: whole('turn', values.turn, 100, 1),
          compile: whole('compile', values.compile, 0, 0),
          json: values.json,
        },
        say,
      );
      return values.methods === undefined ? { ...report, mixed: await mixedRows(rounds(), say) } : report;
    },
    webgpu: () => capturedSteps(rounds(), list(values.methods), say),
    reader: () => readers({ rows: rows(), rounds: rounds(3), readers: list(values.readers) }, say),
    'reader-cancel': () => cancelling({ rows: rows(), rounds: rounds(20) }, say),
  };
  for (const [option, measure] of Object.entries(benches)) {
    if (!values[option as keyof typeof values]) continue;
    const report = await measure();
    if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 1)}\n`);
    process.exit(0);
  }
  const levels = list(values.q).map((q) => whole('q', q, 1000, 2));
  const options: BenchOptions = {
    methods: choice<BenchMethod>('methods', values.methods, ['mmbeddings', 'embeddings']),
    levels: levels.length > 0 ? levels : [100, 1_000, 10_000, 100_000],
    backends: choice<BenchBackend>('backends', values.backends, values.scaling ? ['wasm'] : ['wasm', 'webgpu']),
    engines: values.engines === undefined ? null : list(values.engines),
    rounds: rounds(),
    turn: whole('turn', values.turn, 150, 1),
    longestStep: whole('longest', values.longest, 10_000, 1),
  };
  const absent: string[] = [];
  if (options.backends.includes('webgpu')) {
    const lack = await installNodeWebGpu();
    if (lack) {
      absent.push(`WebGPU: ${lack}`);
      options.backends = options.backends.filter((backend) => backend !== 'webgpu');
    }
  }
  let report: unknown;
  if (values.scaling) {
    report = await scaling(options, say);
  } else {
    const others = await pythonContestants(absent);
    let shown = '';
    const limit = 60_000 * whole('minutes', values.minutes, 6, 1);
    const began = performance.now();
    let interrupted = false;
    process.once('SIGINT', () => {
      interrupted = true;
    });
    const bench = await runBench(options, {
      runtime: `Node ${process.versions.node}`,
      cores: availableParallelism(),
      wasmPath: nodeWasmPath(),
      others,
      absent,
      load: () => loadavg()[0],
      cancelled: () => interrupted || performance.now() - began > limit,
      onProgress({ doing, fraction }) {
        // A line each on a terminal that can rewrite it, silence in a log.
        if (!process.stderr.isTTY || doing === shown) return;
        shown = doing;
        process.stderr.write(`\r\x1b[2K${Math.round(100 * fraction)} % ${doing}`);
      },
    });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
    if (interrupted || performance.now() - began > limit)
      bench.absent.push(`What comes after: the bench ended ${interrupted ? 'by hand' : `after ${Math.round(limit / 60_000)} minutes (--minutes)`}`);
    showReport(bench);
    report = bench;
  }
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 1)}\n`);
  // Dawn keeps Node alive.
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}
