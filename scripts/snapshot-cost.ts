import { parseArgs } from 'node:util';
import { LabFailure } from '../workers/data/failure';
import { prepareDataset } from '../workers/data/prepare';
import { PRESETS } from '../workers/spec/presets';
import { Run } from '../workers/training/run';
import { SnapshotSchedule } from '../workers/training/snapshot-schedule';
import { snapshotBytes } from '../workers/training/snapshots';
import { fail, nodeEngine } from './cli';

/**
 * `npm run snapshot-cost -- [--preset regression-1000] [--pairs 5] [--backend wasm]`: what the snapshots that
 * the page keeps of a run cost: runs with and without them in turn, in seconds of processor and of clock.
 */
try {
  const { values } = parseArgs({ options: { preset: { type: 'string' }, pairs: { type: 'string' }, backend: { type: 'string' } } });
  const preset = values.preset ?? 'regression-1000';
  const spec = PRESETS.get(preset);
  if (!spec) throw new LabFailure('bad-option', `No preset is called "${preset}".`, `Choose one of ${[...PRESETS.keys()].join(', ')}.`);
  await nodeEngine(values.backend);
  const dataset = await prepareDataset(spec, new Map());
  const timed = async (keeps: boolean) => {
    let drawn = 0;
    const run = new Run(dataset, spec, (event) => (drawn += event.type === 'embedding' ? 1 : 0), null, keeps ? new SnapshotSchedule() : null);
    const [before, started] = [process.cpuUsage(), performance.now()];
    await run.train();
    const { user, system } = process.cpuUsage(before);
    const kept = [...run.finished.values()].flatMap(({ snapshots }) => snapshots ?? []);
    return {
      processor: (user + system) / 1e6,
      clock: (performance.now() - started) / 1000,
      snapshots: Math.max(0, ...kept.map(({ pictures }) => pictures.length)),
      bytes: kept.reduce((sum, one) => sum + snapshotBytes(one), 0),
    };
  };
  await timed(true);
  const ratios: { processor: number; clock: number }[] = [];
  for (let pair = 0; pair < Number(values.pairs ?? 5); pair++) {
    // Either comes first in turn.
    const first = await timed(pair % 2 === 0);
    const second = await timed(pair % 2 !== 0);
    const [kept, plain] = pair % 2 === 0 ? [first, second] : [second, first];
    ratios.push({ processor: kept.processor / plain.processor, clock: kept.clock / plain.clock });
    console.log(
      `with ${kept.processor.toFixed(2)} s of processor, ${kept.clock.toFixed(2)} s; without ${plain.processor.toFixed(2)} s, ${plain.clock.toFixed(2)} s; at most ${kept.snapshots} snapshots a method, ${(kept.bytes / 1e6).toFixed(1)} MB`,
    );
  }
  const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
  const percent = (ratio: number) => `${(100 * (ratio - 1)).toFixed(1)} %`;
  console.log(
    `median of pairs: ${percent(median(ratios.map(({ processor }) => processor)))} more processor, ${percent(median(ratios.map(({ clock }) => clock)))} more time`,
  );
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}
