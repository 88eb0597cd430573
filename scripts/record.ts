import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { LabFailure } from '../workers/data/failure';
import { prepareDataset } from '../workers/data/prepare';
import { PRESETS } from '../workers/spec/presets';
import { Run } from '../workers/training/run';
import { fail, nodeEngine } from './cli';
import { Collector } from './collect';

const CURVES = ['predictive', 'objective', 'training'];

/**
 * `npm run record -- [--preset regression-1000] [--out public/recorded/default.json] [--backend wasm]`:
 * trains a preset with the lab's own engine and writes everything the page shows of it, so that a first visit
 * sees a real run before the engine loads.
 */
try {
  const { values } = parseArgs({
    options: { preset: { type: 'string' }, out: { type: 'string' }, backend: { type: 'string' } },
  });
  const preset = values.preset ?? 'regression-1000';
  const out = values.out ?? 'public/recorded/default.json';
  const spec = PRESETS.get(preset);
  if (!spec) throw new LabFailure('bad-option', `No preset is called "${preset}".`, `Choose one of ${[...PRESETS.keys()].join(', ')}.`);
  const engine = await nodeEngine(values.backend);
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  const collector = new Collector(spec);
  let told = 0;
  const run = new Run(await prepareDataset(spec, new Map()), spec, (event) => {
    collector.take(event);
    if (event.type === 'lanes' && event.progress.epoch >= told + 25) {
      told = event.progress.epoch;
      console.log(`epoch ${told} of at most ${event.progress.epochs}, ${event.progress.elapsedSeconds.toFixed(0)} s`);
    }
  });
  await run.train();
  const recorded = {
    about: {
      date: new Date().toISOString().slice(0, 10),
      backend: `${engine.backend === 'wasm' ? 'WASM' : engine.backend} (${engine.detail})`,
      machine: `Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown processor'}`,
      version,
      command: `npm run record -- --preset ${preset}`,
    },
    run: collector.snapshot,
  };
  await mkdir(dirname(out), { recursive: true });
  // Curves keep six digits, coordinates of drawn dots four; NaN becomes null, which JSON can hold.
  const text = JSON.stringify(recorded, (key, value: unknown) => {
    if (value instanceof Float32Array || value instanceof Float64Array)
      return Array.from(value, (entry) => round(entry, CURVES.includes(key) ? 6 : 4));
    return typeof value === 'number' ? round(value, 6) : value;
  });
  await writeFile(out, `${text}\n`);
  for (const result of collector.snapshot.results) console.log(result.method.padEnd(16), JSON.stringify(result.metrics));
  console.log(`${out}: ${(text.length / 1024).toFixed(0)} kB, ${collector.snapshot.progress.elapsedSeconds.toFixed(0)} s`);
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}

function round(value: number, digits: number): number | null {
  if (Number.isInteger(value)) return value;
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : null;
}
