import { create } from 'zustand';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { experimentSchema } from '../../workers/spec/experiment';
import { DEFAULT_PRESET } from '../../workers/spec/presets';

/** The experiment on the page: always valid, held in the URL, with undo. */
interface SpecState {
  spec: ExperimentSpec;
  past: ExperimentSpec[];
  future: ExperimentSpec[];
  /** Replaces the spec after validation; an invalid change is refused and returns the reason. */
  change(edit: (spec: ExperimentSpec) => ExperimentSpec): string | null;
  undo(): void;
  redo(): void;
}

const HISTORY = 100;

export const useSpec = create<SpecState>((set, get) => ({
  spec: DEFAULT_PRESET,
  past: [],
  future: [],
  change(edit) {
    const { spec, past } = get();
    const parsed = experimentSchema.safeParse(edit(structuredClone(spec)));
    if (!parsed.success) return parsed.error.issues[0].message;
    // A change to what is there already is no step of the history.
    if (JSON.stringify(parsed.data) === JSON.stringify(spec)) return null;
    set({ spec: parsed.data, past: [...past, spec].slice(-HISTORY), future: [] });
    return null;
  },
  undo() {
    const { spec, past, future } = get();
    const previous = past.at(-1);
    if (previous) set({ spec: previous, past: past.slice(0, -1), future: [spec, ...future] });
  },
  redo() {
    const { spec, past, future } = get();
    const [next, ...rest] = future;
    if (next) set({ spec: next, past: [...past, spec], future: rest });
  },
}));
