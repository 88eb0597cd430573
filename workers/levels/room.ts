import { featureName, vectorFeatures } from '../data/dataset';
import { LabFailure } from '../data/failure';
import { aboutMethod } from '../methods/registry';
import type { Finished } from '../training/results';
import { cardOf } from './card';
import { coloursOf } from './colour';
import { type ComparedVectors, compareLevels } from './compare';
import { FeatureLevels } from './feature';
import { filesOf } from './files';
import { epochFrame, epochOverview } from './frames';
import { historyOf } from './history';
import { Job } from './job';
import { LastLayout, mapOf } from './map';
import { nearestLevels } from './neighbours';
import { LevelSearch } from './query';
import { type LevelsRun, MethodLevels, tableView } from './table';
import type {
  EpochFrame,
  EpochOverview,
  EpochRequest,
  KeptLevels,
  LevelCard,
  LevelColour,
  LevelColours,
  LevelComparison,
  LevelComparisonRequest,
  LevelExportRequest,
  LevelFile,
  LevelHistory,
  LevelHistoryRequest,
  LevelMap,
  LevelMapRequest,
  LevelMapStep,
  LevelNeighbours,
  LevelQuery,
  LevelSource,
  LevelsFound,
  LevelsOf,
  LevelsOverview,
  LevelTableView,
  NeighboursRequest,
} from './types';

const MOST_KEPT = 10;
const MOST_NEIGHBOURS = 1000;

/** Vectors kept for a later run. */
interface Kept {
  about: KeptLevels;
  compared: ComparedVectors;
}

/**
 * What the Levels room asks about the finished methods of one run. Everything is computed when it is asked
 * for and kept until `close`, or until there is another run.
 */
export class LevelsRoom {
  #run: LevelsRun | null = null;
  readonly #features = new Map<number, FeatureLevels>();
  readonly #methods = new Map<string, MethodLevels>();
  readonly #searches = new Map<MethodLevels, LevelSearch>();
  readonly #layout = new LastLayout();
  #job: Job | null = null;
  #kept: Kept[] = [];
  #keptBefore = 0;

  /**
   * @param current the run with results; throws where there is none
   * @param send hears how far a map is
   */
  constructor(
    readonly current: () => LevelsRun,
    readonly send: (step: LevelMapStep) => void,
  ) {}

  #fresh(): LevelsRun {
    const run = this.current();
    if (run !== this.#run) this.close();
    this.#run = run;
    return run;
  }

  #feature(run: LevelsRun, feature: number): FeatureLevels {
    const known = this.#features.get(feature) ?? new FeatureLevels(run.dataset, feature);
    this.#features.set(feature, known);
    return known;
  }

  #levels(run: LevelsRun, finished: Finished, feature: number): MethodLevels {
    const key = JSON.stringify([finished.result.method, feature]);
    let known = this.#methods.get(key);
    if (known?.finished !== finished) known = new MethodLevels(run, this.#feature(run, feature), finished);
    this.#methods.set(key, known);
    return known;
  }

  #of({ method, feature }: LevelsOf): MethodLevels {
    const run = this.#fresh();
    const finished = run.finished.get(method);
    if (!finished) throw new LabFailure('no-results', `"${method}" has no results in this run.`, 'Let it finish, or choose another method.');
    return this.#levels(run, finished, feature);
  }

  /** The feature as every finished method sees it, in the order of the experiment. */
  #all({ run, of: { feature } }: MethodLevels): MethodLevels[] {
    return run.plan.methods.flatMap(({ id }) => {
      const finished = run.finished.get(id);
      return finished ? [this.#levels(run, finished, feature)] : [];
    });
  }

  #typicalOf(levels: MethodLevels): (method: string) => ArrayLike<number> | null {
    return (method) => this.#all(levels).find((one) => one.method === method)?.typical ?? null;
  }

  #level(levels: MethodLevels, level: number): number {
    if (Number.isInteger(level) && level >= 0 && level < levels.of.levels) return level;
    const { name } = levels.of.about;
    throw new LabFailure('no-such-level', `"${name}" has no level number ${level}: it has ${levels.of.levels}.`, 'Choose a level of the list.');
  }

  overview(): LevelsOverview {
    const run = this.#fresh();
    const { dataset, plan, finished } = run;
    const features = vectorFeatures(dataset).map((_, feature) => this.#feature(run, feature));
    return {
      features: features.map(({ about, levels, seen }) => ({ name: about.name, kind: about.kind, levels, seen: seen.length })),
      methods: plan.methods.flatMap(({ id }) => {
        const one = finished.get(id);
        if (!one) return [];
        const seen = features.map((_, feature) => this.#levels(run, one, feature));
        return [
          {
            method: id,
            widths: seen.map(({ vectors }) => vectors?.d ?? 0),
            posterior: seen.map(({ variances }) => variances !== null),
            snapshots: one.snapshots?.pictures.filter(({ tables }) => tables.length > 0).length ?? 0,
          },
        ];
      }),
      numeric: dataset.series ? [] : Array.from({ length: dataset.p }, (_, j) => featureName(dataset, j)),
      categorical: dataset.categorical.map(({ name }) => name),
      trueWidth: dataset.truth?.d ?? 0,
      task: dataset.task,
      targetName: dataset.targetName,
    };
  }

  table(of: LevelsOf): LevelTableView {
    const levels = this.#of(of);
    return tableView(levels, this.#all(levels));
  }

  search(query: LevelQuery): LevelsFound {
    const levels = this.#of(query);
    const started = performance.now();
    const search = this.#searches.get(levels) ?? new LevelSearch(levels, this.#typicalOf(levels));
    this.#searches.set(levels, search);
    const found = search.find(query);
    return { levels: found, milliseconds: performance.now() - started };
  }

  async map(request: LevelMapRequest): Promise<LevelMap> {
    const levels = this.#of(request);
    this.#job?.cancel();
    const job = new Job(request.job);
    this.#job = job;
    try {
      return await mapOf(levels, request, job, (step) => this.send({ job: job.id, ...step }), this.#layout);
    } finally {
      if (this.#job === job) this.#job = null;
    }
  }

  cancelMap(job: number): void {
    if (this.#job?.id === job) this.#job.cancel();
  }

  neighbours({ level, distance, count, ...of }: NeighboursRequest): LevelNeighbours {
    const levels = this.#of(of);
    const vectors = levels.needed;
    if (distance === 'mahalanobis' && !levels.variances) {
      throw new LabFailure(
        'no-posterior',
        `${aboutMethod(levels.method).label} has no posterior of these vectors, which Mahalanobis distances need.`,
        'Choose Euclidean or cosine distances, or a method with a posterior.',
      );
    }
    const started = performance.now();
    const wanted = Math.max(1, Math.min(MOST_NEIGHBOURS, Math.floor(count)));
    const found = nearestLevels(vectors, this.#level(levels, level), distance, wanted, levels.variances ?? undefined);
    return { ...found, milliseconds: performance.now() - started };
  }

  card({ level, ...of }: LevelsOf & { level: number }): LevelCard {
    const levels = this.#of(of);
    return cardOf(levels, this.#all(levels), this.#level(levels, level));
  }

  #source(source: LevelSource, feature: number): ComparedVectors {
    if ('kept' in source) {
      const kept = this.#kept.find(({ about }) => about.id === source.kept);
      if (kept) return kept.compared;
      throw new LabFailure('nothing-kept', 'These vectors are no longer kept.', 'Train the method again, and keep its vectors.');
    }
    return comparedVectors(this.#of({ method: source.method, feature }));
  }

  compare({ feature, first, second, scale }: LevelComparisonRequest): LevelComparison {
    const { seeds } = this.#fresh().plan;
    return compareLevels(this.#source(first, feature), this.#source(second, feature), scale, seeds.data);
  }

  keep(of: LevelsOf): KeptLevels {
    const levels = this.#of(of);
    const { rows, labels, vectors } = comparedVectors(levels);
    const copy = { values: Float32Array.from(vectors.values), d: vectors.d };
    const counts = Uint32Array.from(rows);
    const about: KeptLevels = {
      id: ++this.#keptBefore,
      method: levels.method,
      featureName: levels.of.about.name,
      levels: levels.of.levels,
      width: copy.d,
      weightSeed: levels.run.plan.seeds.weights,
      bytes: copy.values.byteLength + counts.byteLength,
    };
    this.#kept = [...this.#kept, { about, compared: { vectors: copy, rows: counts, labels } }].slice(-MOST_KEPT);
    return about;
  }

  kept(): KeptLevels[] {
    return this.#kept.map(({ about }) => about);
  }

  forget(id: number): void {
    this.#kept = this.#kept.filter(({ about }) => about.id !== id);
  }

  colour({ colour, ...of }: LevelsOf & { colour: LevelColour }): LevelColours {
    const levels = this.#of(of);
    return coloursOf(levels, colour, this.#typicalOf(levels));
  }

  history({ level, ...of }: LevelHistoryRequest): LevelHistory {
    const levels = this.#of(of);
    return historyOf(levels, level === undefined ? undefined : this.#level(levels, level));
  }

  epochs(): EpochOverview {
    return epochOverview(this.#fresh());
  }

  epoch(request: EpochRequest): Promise<EpochFrame> {
    const run = this.#fresh();
    return epochFrame(run, request, (finished) => this.#levels(run, finished, request.feature));
  }

  files({ what, levels: chosen, ...of }: LevelExportRequest): LevelFile[] {
    const levels = this.#of(of);
    return filesOf(levels, this.#all(levels), { what, levels: chosen });
  }

  /** Ends a map in progress and frees all but the vectors kept for comparisons. */
  close(): void {
    this.#job?.cancel();
    this.#run = null;
    this.#features.clear();
    this.#methods.clear();
    this.#searches.clear();
    this.#layout.clear();
  }
}

const comparedVectors = ({ needed, of }: MethodLevels): ComparedVectors => ({ vectors: needed, rows: of.rows, labels: of.about.labels });
