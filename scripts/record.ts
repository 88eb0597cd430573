import { parseArgs } from 'node:util';
import { LabFailure } from '../workers/data/failure';
import { prepareDataset } from '../workers/data/prepare';
import { PRESETS } from '../workers/spec/presets';
import { Run } from '../workers/training/run';
import { fail, nodeEngine } from './cli';
import { Collector } from './collect';
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
  const spec = PRESETS.get(preset);
  if (!spec) throw new LabFailure('bad-option', `No preset is called "${preset}".`, `Choose one of ${[...PRESETS.keys()].join(', ')}.`);
  const engine = await nodeEngine(values.backend);
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
  const bytes = await writeRecorded(out, collector.snapshot, engine, `npm run record -- --preset ${preset}`);
  for (const result of collector.snapshot.results) console.log(result.method.padEnd(16), JSON.stringify(result.metrics));
  console.log(`${out}: ${(bytes / 1024).toFixed(0)} kB, ${collector.snapshot.progress.elapsedSeconds.toFixed(0)} s`);
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}
