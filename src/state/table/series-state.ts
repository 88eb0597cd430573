import { createStore } from 'zustand/vanilla';
import type { SeriesTableDataset, Step } from '../../../workers/data/schema';
import { shortened } from '../../../workers/data/shown-text';
import type { DatasetSummary, LabError, TablePreview } from '../../../workers/protocol';
import type { ExperimentSpec } from '../../../workers/spec/experiment';
import { toLabError } from '../../../workers/spec/lab-error';
import {
  carriedSeries,
  type FeaturesChoice,
  featuresOf,
  firstFeatures,
  firstSeries,
  NO_SERIES,
  type SeriesChoice,
  seriesColumns,
  seriesDatasetOf,
  seriesFacts,
  seriesOf,
  seriesSpec,
} from './series-choice';
import { CHECK_DELAY, type SpecAccess, type TableState } from './table-state';

/** The calls of the worker that series need; all reject with a LabError. */
export interface SeriesClient {
  /** Reads the table of tags; the long table stays open. `steps`: read by exactly these. */
  openFeatures(file: File, steps?: Step[]): Promise<TablePreview>;
  summarize(spec: ExperimentSpec): Promise<DatasetSummary>;
}

/** The long table, which the CSV step has read. */
export interface LongTable {
  getState(): Pick<TableState, 'preview' | 'phase' | 'handOver'>;
}

export interface SeriesState extends SeriesChoice {
  /** The rows of the table that is being looked at are steps of time. */
  shown: boolean;
  /** Name of the table of tags that is being read. */
  reading: string | null;
  /** Why the table of tags was refused; the one before stays. */
  featuresError: LabError | null;
  /** A check of the newest choice is on its way. */
  checking: boolean;
  /** The newest answer of the worker; null before the first, and while it refuses. */
  summary: DatasetSummary | null;
  /** Why these series cannot be used as they are. */
  error: LabError | null;
  /** What the worker said of the dataset of the experiment; null where it is not of series that are open. */
  inUse: DatasetSummary | null;
  show(shown: boolean): void;
  set(patch: Partial<Pick<SeriesChoice, 'target' | 'time' | 'left'>>): void;
  setWindow(patch: Partial<SeriesChoice['window']>): void;
  openFeatures(file: File): Promise<void>;
  setFeatures(patch: Partial<Omit<FeaturesChoice, 'preview'>>): void;
  removeFeatures(): void;
  /** Makes the series the dataset of the experiment, as one step of its history. False when refused. */
  use(): Promise<boolean>;
  /** A long table was read, or read in another way. */
  arrive(preview: TablePreview, again: boolean): void;
  /** Takes up the series that the experiment has now, after an undo or redo. */
  follow(): void;
}

const choiceOf = ({ window, target, time, left, features, wanted }: SeriesChoice): SeriesChoice => ({ window, target, time, left, features, wanted });

/** The store of series of one's own: it holds what is chosen, never the data. */
export function createSeriesStore(client: SeriesClient, spec: SpecAccess, table: LongTable) {
  /** Every choice that was used, by the dataset it became. */
  const used = new Map<string, { choice: SeriesChoice; summary: DatasetSummary }>();
  const usedNow = () => used.get(JSON.stringify(spec.current().dataset)) ?? null;
  let asked = 0;
  let opening = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Name of the long table before. */
  let before = '';

  return createStore<SeriesState>((set, get) => {
    const dataset = (): SeriesTableDataset | null => {
      const { preview } = table.getState();
      return preview && seriesDatasetOf(preview, get());
    };

    /** Asks the worker now; only the answer to the newest question counts. */
    const check = async () => {
      clearTimeout(timer);
      const question = ++asked;
      const candidate = dataset();
      if (!candidate) return;
      set({ checking: true });
      try {
        const summary = await client.summarize(seriesSpec(spec.current(), candidate, null));
        if (question === asked) set({ checking: false, summary, error: null });
      } catch (reason) {
        if (question === asked) set({ checking: false, summary: null, error: toLabError(reason) });
      }
    };

    const checkSoon = () => {
      asked++;
      clearTimeout(timer);
      set({ checking: true });
      timer = setTimeout(check, CHECK_DELAY);
    };

    const change = (patch: Partial<SeriesChoice>) => {
      set(patch);
      checkSoon();
    };

    /** A table of tags of a link is read by its own steps, where they lead to the same table. */
    const read = async (file: File): Promise<FeaturesChoice> => {
      const known = spec.current().dataset;
      const asShared = known.kind === 'series-table' && known.features?.name === file.name.slice(0, 200) ? known.features : null;
      if (asShared) {
        const preview = await client.openFeatures(file, asShared.reading).catch(() => null);
        if (preview?.fingerprint === asShared.fingerprint) return featuresOf(preview, asShared);
      }
      const { preview: long } = table.getState();
      return firstFeatures(await client.openFeatures(file), long ? seriesColumns(long, get()) : []);
    };

    return {
      ...NO_SERIES,
      shown: false,
      reading: null,
      featuresError: null,
      checking: false,
      summary: null,
      error: null,
      inUse: null,
      show(shown) {
        set({ shown });
        if (shown) checkSoon();
      },
      set: change,
      setWindow(patch) {
        change({ window: { ...get().window, ...patch } });
      },
      async openFeatures(file) {
        const mine = ++opening;
        set({ reading: shortened(file.name, 100), featuresError: null });
        try {
          const features = await read(file);
          if (mine !== opening) return;
          set({ reading: null });
          change({ features, wanted: null });
        } catch (reason) {
          if (mine === opening) set({ reading: null, featuresError: toLabError(reason) });
        }
      },
      setFeatures(patch) {
        const { features } = get();
        if (features) change({ features: { ...features, ...patch } });
      },
      removeFeatures() {
        opening++;
        set({ reading: null, featuresError: null });
        change({ features: null, wanted: null });
      },
      async use() {
        if (get().checking || !get().summary) await check();
        const { checking, error, summary, reading, wanted } = get();
        const chosen = dataset();
        if (!chosen || !summary || checking || error || reading !== null || wanted !== null) return false;
        const reason = spec.change((current) => seriesSpec(current, chosen, seriesFacts(summary)));
        if (reason !== null) {
          set({
            error: { code: 'series-not-usable', message: `These series cannot be used: ${reason}.`, hint: 'Change what is chosen, or the files.' },
          });
          return false;
        }
        used.set(JSON.stringify(spec.current().dataset), { choice: choiceOf(get()), summary });
        set({ inUse: summary });
        table.getState().handOver();
        return true;
      },
      arrive(preview, again) {
        const { dataset: current } = spec.current();
        const sameFile = before === preview.name;
        before = preview.name;
        if (again) {
          set(carriedSeries(get(), preview));
          if (get().shown) checkSoon();
          return;
        }
        const known = current.kind === 'series-table' && current.fingerprint === preview.fingerprint ? current : null;
        const stays = get().shown && (sameFile || current.kind === 'series-table');
        const choice = known
          ? (usedNow()?.choice ?? { ...seriesOf(preview, known), ...carriedFeatures(get(), known) })
          : stays
            ? carriedSeries(get(), preview)
            : firstSeries(preview);
        set({ ...choice, shown: known !== null || stays, summary: null, error: null, featuresError: null });
        if (get().shown) checkSoon();
      },
      follow() {
        const now = usedNow();
        set({ inUse: now?.summary ?? null });
        if (now && table.getState().phase === 'none') set(now.choice);
      },
    };
  });
}

/** The table of tags that is open already, where the experiment is about it. */
function carriedFeatures({ features }: SeriesChoice, { features: asked }: SeriesTableDataset): Pick<SeriesChoice, 'features' | 'wanted'> {
  const here = asked !== null && features?.preview.fingerprint === asked.fingerprint;
  return here ? { features, wanted: null } : { features: null, wanted: asked?.name ?? null };
}
