/**
 * `npm test`: installs what is missing, then every check of the project, stage by stage; a failing stage does
 * not stop the next. Counts come from machine-readable reports. The last line is `N passed, N failed`. `npm
 * test -- unit journeys` runs only those stages, `npm test -- workers/data` types, lint and the tests that
 * concern a path: its own, those of all that imports it, and those of the tree. `npm run check` runs types,
 * lint and the quick tests.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildWasm } from './build-wasm.mjs';
import { ensureChromium } from './chromium.mjs';
import { findFirefox, findWebKit, installOthers } from './other-browsers.mjs';
import { installPackages, packageCommand, ROOT, requireNode } from './setup.mjs';

const REPORTS = join(ROOT, '.cache/test');
const SHOWN_LINES = 60;

/** Ends each program that runs, and its children. */
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    for (const kill of running) kill();
    process.exit(130);
  });

/** While stages run side by side, all but the longest give way: it has one process, and ends last. */
let sideBySide = false;

/**
 * A program that hangs is ended: after so many minutes, several times what the longest stage takes, as a
 * machine with busy neighbours takes three times as long. It is asked first, so that Playwright stops the
 * servers it started and reports what ran, and killed where it does not answer.
 */
const MINUTES = 20;
const ANSWER_SECONDS = 20;

/**
 * Runs a Node program of the project to its end, or ends it and its children after MINUTES. `first`: it goes
 * before what runs next to it.
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(args, { environment = {}, first = false } = {}) {
  return new Promise((resolve) => {
    const group = process.platform !== 'win32';
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...environment },
      detached: group,
    });
    if (sideBySide && !first && child.pid) setPriority(child.pid, 5);
    const kill = () => {
      try {
        if (group) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It has ended in the meantime.
      }
    };
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    let timer = setTimeout(() => {
      output += `\nStopped after ${MINUTES} minutes.\n`;
      child.kill('SIGINT');
      timer = setTimeout(kill, ANSWER_SECONDS * 1000);
    }, MINUTES * 60_000);
    running.add(kill);
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(kill);
      resolve({ code: code ?? 1, output });
    });
  });
}

const plain = (text) => stripVTControlCharacters(text ?? '');
/** Its last lines; all of them where few stages were asked for. */
const tail = (output) =>
  output
    .trimEnd()
    .split('\n')
    .slice(asked.length > 0 && asked.length < 3 ? 0 : -SHOWN_LINES);
const json = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);

/** A stage that is one check: it passes when the program ends with 0. */
async function single(args, options) {
  const { code, output } = await run(args, options);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, problems: code === 0 ? [] : tail(output) };
}

/**
 * A stage whose program ends with the line `N passed, N failed`, as the project's own command lines do.
 * `tell`: its other lines are shown too.
 */
async function counted(args, options, tell = false) {
  const { code, output } = await run(args, options);
  const closing = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(output.trimEnd().split('\n').at(-1) ?? '');
  if (!closing) return { passed: 0, failed: 1, skipped: 0, problems: tail(output) };
  const [passed, failed, skipped] = closing.slice(1).map((text) => Number(text ?? 0));
  // A program that fails without counting a failure still fails.
  const missed = code !== 0 && failed === 0 ? 1 : 0;
  const notes = tell && failed + missed === 0 ? output.trimEnd().split('\n').slice(0, -1) : [];
  return { passed, failed: failed + missed, skipped, problems: failed + missed ? tail(output) : [], notes };
}

/** Several checks as one stage. */
async function each(...checks) {
  const results = [];
  for (const check of checks) results.push(await check);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped'), problems: results.flatMap(({ problems }) => problems) };
}

/** Tests that read the tree, whatever a change is. */
const OF_THE_TREE = ['scripts/citations.test.ts', 'scripts/docs.test.ts', 'scripts/readme.test.ts', 'scripts/rooms.test.ts'];

/** Code below the paths that were asked for, and tests of what they hold otherwise. */
function concerned() {
  const files = PATHS.flatMap((path) =>
    statSync(join(ROOT, path)).isDirectory()
      ? readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' }).map((name) => join(path, name).replaceAll('\\', '/'))
      : [path],
  ).filter((path) => !path.startsWith('e2e') && /\.(tsx?|mjs|css|json)$/.test(path) && !path.includes('node_modules/'));
  return [
    ...files.filter((path) => !path.startsWith('golden/')),
    ...(files.some((path) => path.startsWith('golden/')) ? ['workers/methods/golden/golden.test.ts'] : []),
  ];
}

async function unit(name, { environment = {}, first = false }, ...args) {
  const report = join(REPORTS, `${name}.json`);
  const running = join(REPORTS, `${name}-running.txt`);
  for (const file of [report, running]) rmSync(file, { force: true });
  const reporters = ['--reporter=json', `--outputFile.json=${report}`, '--reporter=./scripts/running-tests.mjs'];
  const { code, output } = await run([packageCommand('vitest'), ...args, ...reporters], {
    environment: { ...environment, RUNNING_TESTS: running },
    first,
  });
  const result = json(report);
  if (!result) {
    const open = existsSync(running) ? readFileSync(running, 'utf8') : '';
    return { passed: 0, failed: 1, skipped: 0, problems: [...tail(output), ...(open ? ['Had not ended:', ...open.split('\n')] : [])] };
  }
  const problems = [];
  let files = 0;
  for (const file of result.testResults) {
    const name = file.name.replace(`${ROOT}/`, '');
    const failures = file.assertionResults.filter((test) => test.status === 'failed');
    for (const test of failures)
      problems.push(`${name}: ${test.fullName}`, ...(test.failureMessages ?? []).flatMap((text) => text.split('\n').slice(0, 12)), '');
    // A file that could not be loaded has no failed test of its own.
    if (file.status === 'failed' && failures.length === 0) {
      files += 1;
      problems.push(`${name}: could not run`, ...(file.message ?? '').split('\n').slice(0, 12), '');
    }
  }
  const failed = result.numFailedTests + files;
  const missed = code !== 0 && failed === 0 ? 1 : 0;
  if (missed) problems.push(...tail(output));
  return { passed: result.numPassedTests, failed: failed + missed, skipped: result.numPendingTests + result.numTodoTests, problems };
}

/** Every test of a Playwright report with its title path. */
function* playwrightTests(suite, path = []) {
  const here = suite.title ? [...path, suite.title] : path;
  for (const spec of suite.specs ?? []) for (const test of spec.tests) yield { title: [...here, spec.title].join(' › '), test };
  for (const child of suite.suites ?? []) yield* playwrightTests(child, here);
}

/** The pages that only tests have, built once. */
let pages = null;
function buildPages() {
  pages ??= run([packageCommand('vite'), 'build', '--mode', 'e2e', '--logLevel', 'warn']);
  return pages;
}

async function browser(project, ...files) {
  const report = join(REPORTS, `${project}.json`);
  rmSync(report, { force: true });
  const chromium = ensureChromium();
  const { code, output } = await run(
    [packageCommand('@playwright/test', 'playwright'), 'test', `--project=${project}`, '--reporter=json', ...files],
    {
      environment: { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report, E2E_PAGES_BUILT: pages ? '1' : undefined },
    },
  );
  const result = json(report);
  if (!result) return { passed: 0, failed: 1, skipped: 0, problems: tail(output) };
  const count = { passed: 0, failed: 0, skipped: 0 };
  const problems = result.errors.map((error) => plain(error.message ?? String(error.value)));
  const notes = [];
  const skips = new Map();
  for (const suite of result.suites) {
    for (const { title, test } of playwrightTests(suite)) {
      const last = test.results.at(-1);
      if (test.status === 'skipped') {
        count.skipped += 1;
        const reason = test.annotations.find(({ type }) => type === 'skip')?.description ?? 'no reason given';
        skips.set(reason, (skips.get(reason) ?? 0) + 1);
      } else if (test.status === 'unexpected') {
        count.failed += 1;
        problems.push(`${title} (${last?.status})`, ...(last?.errors ?? []).flatMap((error) => plain(error.message).split('\n').slice(0, 24)), '');
      } else {
        count.passed += 1;
        for (const { type, description } of test.annotations) if (type === 'measured') notes.push(`${title}: ${description}`);
      }
    }
  }
  for (const [reason, times] of skips) notes.push(`skipped ${times}: ${reason}`);
  if (count.failed === 0 && (result.errors.length > 0 || code !== 0)) {
    count.failed = 1;
    problems.push(...tail(output));
  }
  if (count.passed + count.failed + count.skipped === 0) return { passed: 0, failed: 1, skipped: 0, problems: tail(output) };
  return { ...count, problems, notes };
}

/** A browser that may be missing: its stage then says why. */
async function otherBrowser(name, find) {
  const hindrance = await installing;
  if (!find()) return { passed: 0, failed: 0, skipped: 1, problems: [], notes: [`skipped: ${hindrance ?? 'it is not there'}`] };
  const { code, output } = await buildPages();
  if (code !== 0) return { passed: 0, failed: 1, skipped: 0, problems: tail(output) };
  return browser(name);
}

const tsx = (script, ...args) => ['--import', 'tsx', join('scripts', script), ...args];

const STAGES = {
  types: () => single([packageCommand('typescript', 'tsc'), '--noEmit']),
  // What is badly written, also in AssemblyScript, and what is not used.
  lint: () =>
    each(
      single([packageCommand('prettier'), '--check', 'workers/*/{wasm,bytes,recorded}/assembly/*.ts']),
      single([packageCommand('@biomejs/biome', 'biome'), 'check', '--max-diagnostics=40', '--diagnostic-level=warn', '--error-on-warnings']),
      single([packageCommand('knip'), '--no-progress', '--no-config-hints']),
    ),
  unit: () => unit('unit', {}, 'run', '--project=cpu', '--project=replacing'),
  // Files that start WebGPU in Node.
  webgpu: () => unit('webgpu', { first: true }, 'run', '--project=webgpu'),
  'golden-chromium': () => buildPages().then(() => browser('golden')),
  // Waits for the registry, and computes little.
  audit: () => counted(tsx('audit.ts'), {}, true),
  build: () => single([packageCommand('vite'), 'build', '--logLevel', 'warn']),
  bundle: () => counted(tsx('check-bundle.ts')),
  'golden-cpu': () => counted(tsx('golden.ts', 'golden', '--backend', 'cpu')),
  'golden-wasm': () => counted(tsx('golden.ts', 'golden', '--backend', 'wasm')),
  firefox: () => otherBrowser('firefox', findFirefox),
  webkit: () => otherBrowser('webkit', findWebKit),
  rates: () => counted(tsx('rates.ts'), {}, true),
  journeys: () => browser('journeys'),
  alone: () => browser('alone'),
};

/**
 * Lanes side by side: a software adapter compiles its kernels on one core, and most of what 'webgpu'
 * and 'golden-chromium' do waits for it. What has to have the machine to itself comes after.
 */
const LANES = [
  ['types', 'lint', 'golden-chromium', 'build', 'bundle', 'golden-cpu', 'golden-wasm', 'firefox', 'webkit'],
  ['webgpu'],
  ['unit'],
  ['audit'],
];

/** Stages that are no part of the whole. */
const PARTS = {
  quick: () => unit('quick', { environment: { QUICK: '1' } }, 'run', '--project=cpu', '--project=replacing'),
  concerned: () => unit('concerned', {}, 'related', '--run', '--passWithNoTests', ...OF_THE_TREE, ...concerned()),
  'concerned journeys': () => browser('journeys', ...PATHS.filter((path) => path.startsWith('e2e'))),
};

const asked = process.argv.slice(2);
const isStage = (name) => name in STAGES || name in PARTS;
const PATHS = asked.filter((name) => !isStage(name)).map((path) => relative(ROOT, resolve(path)).replaceAll('\\', '/'));
const unknown = PATHS.filter((path) => path === '' || path.startsWith('..') || !existsSync(join(ROOT, path)));
if (unknown.length > 0) {
  console.error(`There is no stage and no path ${unknown.join(', ')}. The stages are ${Object.keys(STAGES).join(', ')} and quick.`);
  process.exit(1);
}
const chosen = new Set(asked.filter(isStage));
if (PATHS.length > 0) for (const name of ['types', 'lint', 'concerned']) chosen.add(name);
if (PATHS.some((path) => path.startsWith('e2e'))) for (const name of ['build', 'concerned journeys']) chosen.add(name);

requireNode();
/** Packages of the system, fetched while other things run: to null, or why they are not there. */
const installing = installOthers(['firefox', 'webkit'].filter((name) => asked.length === 0 || chosen.has(name))).catch((error) => error.message);
installPackages();
// The stages read the compiled step. A compiler error is theirs to report: unit tests and the build compile
// it again.
await buildWasm().catch(() => {});
mkdirSync(REPORTS, { recursive: true });

const total = { passed: 0, failed: 0, skipped: 0 };

/** Runs a stage, tells what it found, and adds it to the whole. */
async function tell([name, stage]) {
  const began = performance.now();
  let result;
  try {
    result = await stage();
  } catch (error) {
    result = { passed: 0, failed: 1, skipped: 0, problems: [error.message] };
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  for (const key of Object.keys(total)) total[key] += result[key];
  const skipped = result.skipped ? `, ${result.skipped} skipped` : '';
  // 'ok' and 'failed' here, so that the closing line is the only one of its form.
  console.log(
    `${name.padEnd(16)} ${result.failed ? 'FAILED' : 'ok'}: ${result.passed} of ${result.passed + result.failed}${skipped} in ${seconds} s`,
  );
  for (const note of result.notes ?? []) console.log(`    ${note}`);
  for (const line of result.problems) console.log(`    ${line}`);
  writeFileSync(join(REPORTS, `${name}.log`), result.problems.join('\n'));
}

const stages = Object.entries(asked.length > 0 ? { ...STAGES, ...PARTS } : STAGES).filter(([name]) => asked.length === 0 || chosen.has(name));
async function oneByOne(list) {
  for (const stage of list) await tell(stage);
}
const lanes = LANES.map((names) => stages.filter(([name]) => names.includes(name))).filter((lane) => lane.length > 0);
sideBySide = lanes.length > 1;
await Promise.all(lanes.map(oneByOne));
sideBySide = false;
await oneByOne(stages.filter(([name]) => !LANES.flat().includes(name)));
if (total.skipped) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed ? 1 : 0);
