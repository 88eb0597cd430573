import { parseArgs } from 'node:util';
import { median } from '../workers/bench/statistics';
import { prepareDataset } from '../workers/data/prepare';
import { Run } from '../workers/training/run';
import { SnapshotSchedule } from '../workers/training/snapshot-schedule';
import { snapshotBytes } from '../workers/training/snapshots';
import { fail, nodeEngine, whole } from './cli';
import { presetNamed } from './preset';

/** Of a run without snapshots, which is otherwise as that of the page. */
class Never extends SnapshotSchedule {
  override takes(): boolean {
    return false;
  }
}

/**
 * `npm run snapshot-cost -- [--preset regression-1000] [--pairs 5] [--backend wasm]`: what the snapshots that
 * the page keeps of a run cost: runs with and without them in turn, in seconds of processor and of clock,
 * and what the run itself measured of its snapshots.
 */
try {
  const { values } = parseArgs({ options: { preset: { type: 'string' }, pairs: { type: 'string' }, backend: { type: 'string' } } });
  const spec = presetNamed(values.preset ?? 'regression-1000');
  const pairs = whole('pairs', values.pairs, 5, 1);
  await nodeEngine(values.backend);
  const dataset = await prepareDataset(spec, new Map());
  const timed = async (keeps: boolean) => {
    const schedule = keeps ? new SnapshotSchedule() : new Never();
    const run = new Run(dataset, spec, () => undefined, null, schedule);
    const [before, started] = [process.cpuUsage(), performance.now()];
    await run.train();
    const { user, system } = process.cpuUsage(before);
    const kept = [...run.finished.values()].flatMap(({ snapshots }) => snapshots ?? []);
    return {
      processor: (user + system) / 1e6,
      clock: (performance.now() - started) / 1000,
      snapshots: Math.max(0, ...kept.map(({ pictures }) => pictures.length)),
      share: schedule.save().spent / schedule.save().all,
      bytes: kept.reduce((sum, one) => sum + snapshotBytes(one), 0),
    };
  };
  await timed(true);
  const ratios: { processor: number; clock: number; share: number }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // Either comes first in turn.
    const first = await timed(pair % 2 === 0);
    const second = await timed(pair % 2 !== 0);
    const [kept, plain] = pair % 2 === 0 ? [first, second] : [second, first];
    ratios.push({ processor: kept.processor / plain.processor, clock: kept.clock / plain.clock, share: 1 + kept.share });
    console.log(
      `with ${kept.processor.toFixed(2)} s of processor, ${kept.clock.toFixed(2)} s; without ${plain.processor.toFixed(2)} s, ${plain.clock.toFixed(2)} s; at most ${kept.snapshots} snapshots a method, ${(kept.bytes / 1e6).toFixed(1)} MB; snapshots took ${(100 * kept.share).toFixed(1)} % of the epochs’ time`,
    );
  }
  const percent = (ratio: number) => `${(100 * (ratio - 1)).toFixed(1)} %`;
  console.log(
    `median of pairs: ${percent(median(ratios.map(({ processor }) => processor)))} more processor, ${percent(median(ratios.map(({ clock }) => clock)))} more time; by the run’s own clock ${percent(median(ratios.map(({ share }) => share)))}`,
  );
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}
