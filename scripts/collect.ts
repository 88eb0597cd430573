import { prepareDataset } from '../workers/data/prepare';
import type { LabEvent, RunSnapshot } from '../workers/protocol';
import type { ExperimentSpec } from '../workers/spec/experiment';
import { packCheckpoint } from '../workers/store/checkpoint';
import type { SessionRun } from '../workers/store/session/limits';
import type { RunCheckpoint } from '../workers/training/checkpoint';
import { Run, type RunEvent } from '../workers/training/run';
import { SnapshotSchedule } from '../workers/training/snapshot-schedule';

/**
 * Trains an experiment about a simulation or a table of the lab, and gives what the page would show of it.
 *
 * @param heard is told how far the run has come
 */
export async function collected(spec: ExperimentSpec, heard: (progress: RunSnapshot['progress']) => void = () => undefined): Promise<RunSnapshot> {
  const collector = new Collector(spec);
  const run = new Run(await prepareDataset(spec, new Map()), spec, (event) => {
    collector.take(event);
    if (event.type === 'lanes') heard(event.progress);
  });
  await run.train();
  return collector.snapshot;
}

/** What a session file holds of a run, gathered while it trains. */
export class SessionCollector {
  readonly #collector: Collector;
  readonly #begun = new Date().toISOString();
  #checkpoint: RunCheckpoint | null = null;
  #status: SessionRun['status'] = 'idle';
  /** For the run: how often it takes pictures of its level vectors. */
  readonly schedule = new SnapshotSchedule();

  constructor(spec: ExperimentSpec) {
    this.#collector = new Collector(spec);
  }

  take(event: RunEvent): void {
    if (event.type === 'status') this.#status = event.status;
    else this.#collector.take(event as LabEvent);
  }

  /** Takes a checkpoint of the run; the last one counts, that of its end. */
  keep(checkpoint: RunCheckpoint): void {
    this.#checkpoint = checkpoint;
  }

  get run(): SessionRun {
    if (!this.#checkpoint) throw new Error('the run has left no checkpoint');
    return {
      ...{ name: null, begun: this.#begun, updated: new Date().toISOString(), status: this.#status },
      snapshot: this.#collector.snapshot,
      checkpoint: packCheckpoint(this.#checkpoint),
    };
  }
}

/** Trains an experiment about a simulation or a table of the lab, as a session file keeps it. */
export async function sessionOf(spec: ExperimentSpec): Promise<SessionRun> {
  const collector = new SessionCollector(spec);
  const take = (event: RunEvent) => collector.take(event);
  await new Run(await prepareDataset(spec, new Map()), spec, take, null, collector.schedule, {
    ...{ from: null, keep: (checkpoint: RunCheckpoint) => collector.keep(checkpoint) },
    pace: { due: () => false, taken: () => undefined },
  }).train();
  return collector.run;
}

/** Gathers the events of one run into a snapshot: what a recorded run holds. */
export class Collector {
  readonly snapshot: RunSnapshot;

  constructor(spec: ExperimentSpec) {
    this.snapshot = {
      spec,
      summary: {
        task: 'regression',
        trainRows: 0,
        validationRows: 0,
        testRows: 0,
        p: 0,
        features: [],
        targetName: '',
        unseen: { testRows: 0, validationRows: 0 },
        hasTruth: false,
        truth: null,
        fingerprint: '',
      },
      lanes: [],
      curves: [],
      embeddings: [],
      predictions: [],
      results: [],
      progress: { epoch: 0, epochs: 0, rowsPerSecond: 0, secondsLeft: null, elapsedSeconds: 0 },
    };
  }

  take(event: Omit<LabEvent, 'run'>): void {
    const known = event as LabEvent;
    const { snapshot } = this;
    switch (known.type) {
      case 'summary':
        snapshot.summary = known.summary;
        break;
      case 'lanes':
        snapshot.lanes = known.lanes;
        snapshot.progress = known.progress;
        break;
      case 'curves': {
        const { method, predictive, objective, training } = known.curves;
        const before = snapshot.curves.find((curve) => curve.method === method);
        if (!before) snapshot.curves.push({ ...known.curves });
        else {
          before.predictive = append(before.predictive, predictive);
          before.objective = append(before.objective, objective);
          before.training = append(before.training, training);
        }
        break;
      }
      case 'embedding':
        replace(snapshot.embeddings, known.view);
        break;
      case 'prediction':
        replace(snapshot.predictions, known.view);
        break;
      case 'result':
        replace(snapshot.results, known.result);
        break;
      case 'comparison':
        snapshot.comparison = known.comparison;
        break;
      default:
        break;
    }
  }
}

function append(first: Float32Array, second: Float32Array): Float32Array {
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function replace<T extends { method: string }>(items: T[], item: T): void {
  const index = items.findIndex((known) => known.method === item.method);
  if (index < 0) items.push(item);
  else items[index] = item;
}
