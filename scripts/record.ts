import { parseArgs } from 'node:util';
import { fail, nodeEngine } from './cli';
import { collected } from './collect';
import { presetNamed } from './preset';
import { writeRecorded } from './recorded';

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
  const spec = presetNamed(preset);
  const engine = await nodeEngine(values.backend);
  let told = 0;
  const run = await collected(spec, ({ epoch, epochs, elapsedSeconds }) => {
    if (epoch < told + 25) return;
    told = epoch;
    console.log(`epoch ${told} of at most ${epochs}, ${elapsedSeconds.toFixed(0)} s`);
  });
  const bytes = await writeRecorded(out, run, engine, `npm run record -- --preset ${preset}`);
  for (const result of run.results) console.log(result.method.padEnd(16), JSON.stringify(result.metrics));
  console.log(`${out}: ${(bytes / 1024).toFixed(0)} kB, ${run.progress.elapsedSeconds.toFixed(0)} s`);
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}
