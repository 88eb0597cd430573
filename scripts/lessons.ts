import { parseArgs } from 'node:util';
import { version } from '../package.json';
import { LabFailure } from '../workers/data/failure';
import type { RunSnapshot } from '../workers/protocol';
import type { ExperimentSpec } from '../workers/spec/experiment';
import { claimHash, LESSONS } from '../workers/spec/lessons';
import { type Claims, claimsSchema } from '../workers/spec/lessons/claims';
import { holds, numbersOf, type RunNumbers } from '../workers/spec/lessons/evaluate';
import { type Lesson, withSeed } from '../workers/spec/lessons/schema';
import { fail, nodeEngine, whole } from './cli';
import { collected } from './collect';
import { folderAt, storeFile, textAt } from './files';
import { NOTES, notesOf } from './lessons/notes';
import { writeRecorded } from './recorded';

const USAGE = `npm run lessons -- [--lesson ID] [--seeds 20] [--write] [--record] [--notes] [--backend wasm|cpu|webgpu]
  --lesson ID   only this lesson
  --seeds N     with how many seeds the claim is tried, from the lesson's first; absent: as many as the lesson asks for
  --write       keeps what was found in public/recorded/lessons/claims.json
  --record      records the pictures that lessons open with, in place of measuring
  --notes       writes the teacher's notes, docs/lessons.md, in place of measuring
Trains the experiments of each lesson with one seed after another, and counts how often its claim holds.`;

const FOLDER = 'public/recorded/lessons';
const CLAIMS = `${FOLDER}/claims.json`;

/** What a run came to, and its seconds: of the clock, and of all processors together. */
async function trained(spec: ExperimentSpec): Promise<{ snapshot: RunSnapshot; wall: number; cpu: number }> {
  const started = performance.now();
  const before = process.cpuUsage();
  const snapshot = await collected(spec);
  const { user, system } = process.cpuUsage(before);
  return { snapshot, wall: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
}

/** Whether the claim holds with a seed, and what its runs took. */
async function tried(lesson: Lesson, seed: number): Promise<{ held: boolean; wall: number; cpu: number; slowest: number }> {
  const runs: Record<string, RunNumbers> = {};
  let [wall, cpu, slowest] = [0, 0, 0];
  for (const { id, spec } of withSeed(lesson, seed)) {
    const one = await trained(spec);
    runs[id] = numbersOf(one.snapshot);
    wall += one.wall;
    cpu += one.cpu;
    slowest = Math.max(slowest, one.wall);
  }
  const [{ spec }] = lesson.runs;
  return { held: holds(lesson.measured.holds, { now: null, runs, spec, view: {}, selected: 0, answers: {} }), wall, cpu, slowest };
}

async function measure(lesson: Lesson, seeds: number | null): Promise<Claims['lessons'][string]> {
  const { first, count } = lesson.measured.seeds;
  const all = Array.from({ length: seeds ?? count }, (_, i) => first + i);
  const failed: number[] = [];
  let [wall, cpu, slowest] = [0, 0, 0];
  for (const seed of all) {
    const one = await tried(lesson, seed);
    if (!one.held) failed.push(seed);
    wall = Math.max(wall, one.wall);
    cpu = Math.max(cpu, one.cpu);
    slowest = Math.max(slowest, one.slowest);
  }
  const misses = failed.length > 0 ? `, not with ${failed.join(', ')}` : '';
  const times = `at most ${wall.toFixed(1)} s, ${cpu.toFixed(1)} s of processor, the slowest run ${slowest.toFixed(1)} s`;
  console.log(`${lesson.id.padEnd(14)} ${all.length - failed.length} of ${all.length}${misses}; ${times}`);
  return { hash: claimHash(lesson), held: all.length - failed.length, of: all.length, failed, seconds: Number(cpu.toFixed(1)) };
}

/** What is known of the claims; nothing before the first measurement. */
async function readClaims(): Promise<Claims['lessons']> {
  const text = await textAt(CLAIMS);
  return text === null ? {} : claimsSchema.parse(JSON.parse(text)).lessons;
}

async function keep(found: Claims['lessons']): Promise<void> {
  const all = { ...(await readClaims()), ...found };
  const claims: Claims = {
    date: new Date().toISOString().slice(0, 10),
    version,
    command: 'npm run lessons -- --write',
    lessons: Object.fromEntries(LESSONS.flatMap(({ id }) => (all[id] ? [[id, all[id]]] : []))),
  };
  await folderAt(FOLDER);
  await storeFile(CLAIMS, `${JSON.stringify(claims, null, 2)}\n`);
}

try {
  const { values } = parseArgs({
    options: {
      lesson: { type: 'string' },
      seeds: { type: 'string' },
      write: { type: 'boolean' },
      record: { type: 'boolean' },
      notes: { type: 'boolean' },
      backend: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (values.notes) {
    await storeFile(NOTES, notesOf(LESSONS, await readClaims()));
    process.exit(0);
  }
  const asked = LESSONS.filter(({ id }) => values.lesson === undefined || id === values.lesson);
  if (asked.length === 0)
    throw new LabFailure('bad-option', `No lesson is called "${values.lesson}".`, `Choose one of ${LESSONS.map(({ id }) => id).join(', ')}.`);
  const seeds = values.seeds === undefined ? null : whole('seeds', values.seeds, 20, 1);
  const engine = await nodeEngine(values.backend);
  const found: Claims['lessons'] = {};
  for (const lesson of asked) {
    if (!values.record) {
      found[lesson.id] = await measure(lesson, seeds);
      if (values.write) await keep(found);
      continue;
    }
    for (const { recorded, spec } of lesson.runs) {
      if (recorded === null) continue;
      const out = `${FOLDER}/${recorded}.json`;
      const bytes = await writeRecorded(out, (await trained(spec)).snapshot, engine, `npm run lessons -- --record --lesson ${lesson.id}`);
      console.log(`${out}: ${(bytes / 1024).toFixed(0)} kB`);
    }
  }
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}
