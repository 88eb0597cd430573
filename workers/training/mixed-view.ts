import { LabFailure } from '../data/failure';
import { Z95 } from '../metrics/check/distributions';
import { type Bootstrap, percentileIntervals } from '../mixed/after/bootstrap';
import { bootstrapOf, profilesOf } from '../mixed/after/intervals';
import type { Parameter } from '../mixed/after/parameters';
import { generalisedDeviances, linearDeviances, type VarianceTest, varianceTests } from '../mixed/after/variance-tests';
import type { Breathe } from '../mixed/dense';
import { NEEDS_FACTOR } from '../mixed/formula/fit';
import { type DatasetFit, devianceOf, fitDataset, type MixedSettings, tellDatasetFit } from '../mixed/formula/fit-dataset';
import type { FormulaFit } from '../mixed/formula/result';
import type { Run } from './run';

/** Effects of the levels of one random part, level after level. */
export interface MixedLevels {
  group: string;
  effects: string[];
  labels: string[];
  /** Conditional modes and their standard errors given the parameters (levels × effects). */
  values: Float64Array;
  errors: Float64Array;
}

/** A finished mixed model, fitted to the rows for training and validation, in the columns' own units. */
export interface MixedView {
  method: string;
  /** Without single levels. */
  fit: FormulaFit;
  levels: MixedLevels[];
  /** Numbers over which slopes can be drawn: name, least and greatest value, and mean. */
  numeric: { name: string; least: number; most: number; mean: number }[];
  /** Why parameters have no profile and no bootstrap intervals; null where they have. */
  noIntervals: string | null;
}

/** An interval of a parameter, so far. */
export interface MixedInterval {
  kind: Parameter['kind'];
  name: string;
  estimate: number;
  low: number;
  high: number;
}

export interface MixedIntervalsRequest {
  /** Number of the request; what is told of its intervals has it. */
  job: number;
  method: string;
  by: 'profile' | 'bootstrap';
  /** Of a bootstrap. */
  refits: number;
  seed: number;
}

/** Intervals, whole or as far as they have come. */
export interface MixedIntervals extends Pick<MixedIntervalsRequest, 'job' | 'method' | 'by'> {
  intervals: MixedInterval[];
  done: number;
  of: number;
  /** Refits of a bootstrap that did not converge, and are left out. */
  failed: number;
  /** Of refits that share their factors: the share that is prepared before the first. */
  prepared: number | null;
}

const LEVEL = 0.95;
/** Intervals are told this often. */
const TOLD_MILLISECONDS = 120;

const parameterName = ({ kind, group, effects }: Parameter): string => {
  const names = effects.map((name) => (name === '(Intercept)' ? 'intercept' : name));
  if (kind === 'residual' || kind === 'shape') return kind;
  if (kind === 'fixed') return names[0];
  return kind === 'deviation' ? `${names[0]} | ${group}` : `${names.join(' and ')} | ${group}`;
};

/** What is asked of a mixed model after its fit. One at a time: the next waits. */
export class MixedDesk {
  readonly #runOf: () => Run;
  #fits = new Map<string, Promise<DatasetFit>>();
  #run: Run | null = null;
  #asked = 0;

  /** @param runOf the run with results; throws where there is none */
  constructor(runOf: () => Run) {
    this.#runOf = runOf;
  }

  /** Ends intervals that are being computed. */
  cancel(): void {
    this.#asked++;
  }

  /** Frees what it holds of a run. */
  close(): void {
    this.cancel();
    this.#fits.clear();
    this.#run = null;
  }

  async view(method: string, breathe: Breathe): Promise<MixedView> {
    const run = this.#enter();
    const fit = await this.#fit(method, breathe);
    const told = tellDatasetFit(fit, false);
    // Two classes without a formula have no likelihood in the run.
    if (fit.kind === 'generalised' && !run.finished.get(method)?.result.mixed)
      told.notes.unshift('The run fitted it by penalised quasi-likelihood, which has no likelihood; here it is fitted by Laplace’s approximation.');
    const { model } = fit.fitted;
    const terms = fit.kind === 'linear' ? fit.fitted.estimate.fit.terms : fit.fitted.fit.terms;
    const levels = model.terms.map(({ group, effects, labels, width: r }, k): MixedLevels => {
      const { effects: values, conditionalCovariances: V } = terms[k];
      const errors = Float64Array.from(values, (_, at) => Math.sqrt(Math.max(0, V[at * r + (at % r)])));
      return { group, effects, labels: [...labels], values: values.slice(), errors };
    });
    const exact = fit.kind === 'linear' && fit.fitted.estimate.fit.exact;
    return {
      method,
      fit: told,
      levels,
      numeric: numbersOf(fit),
      noIntervals: exact
        ? 'The fit is exact: nothing varies, and nothing has an interval.'
        : fit.kind === 'iterative'
          ? `${NEEDS_FACTOR.message} ${NEEDS_FACTOR.hint}`
          : null,
    };
  }

  /**
   * Likelihood ratio of each random effect that can go by itself (docs/methods.md A22). Ends with code
   * 'cancelled' when the run is left.
   */
  async tests(method: string, turn: Breathe): Promise<VarianceTest[]> {
    const fit = await this.#fit(method, turn);
    const breathe = this.#whileShown(turn);
    const { model } = fit.fitted;
    if (fit.kind === 'linear' && fit.fitted.estimate.fit.exact) return [];
    if (fit.kind === 'iterative') throw NEEDS_FACTOR;
    const smaller =
      fit.kind === 'linear'
        ? linearDeviances(model, fit.fitted.y, fit.fitted.estimate.fit.reml, breathe)
        : generalisedDeviances(model, fit.fitted.nodes, breathe);
    return varianceTests(model, devianceOf(fit), smaller);
  }

  /** Profile or bootstrap intervals of all parameters; `report` hears of them while they are found. */
  async intervals(request: MixedIntervalsRequest, breathe: Breathe, report: (state: MixedIntervals) => void): Promise<MixedIntervals> {
    this.#enter();
    const asked = ++this.#asked;
    const fit = await this.#fit(request.method, breathe);
    if (fit.kind === 'iterative') throw NEEDS_FACTOR;
    const going = async (): Promise<void> => {
      await breathe();
      if (asked !== this.#asked) throw new LabFailure('cancelled', 'The intervals were stopped.', 'Ask for them again.');
    };
    let told = performance.now();
    const due = (): boolean => {
      if (performance.now() - told < TOLD_MILLISECONDS) return false;
      told = performance.now();
      return true;
    };
    const { job, method, by } = request;
    if (by === 'profile') {
      const intervals: MixedInterval[] = [];
      const { names, terms, family } = fit.fitted.model;
      const of = names.length + terms.reduce((sum, { width }) => sum + width, 0) + (family === 'gaussian' || family === 'negative-binomial' ? 1 : 0);
      const state = (): MixedIntervals => ({
        job,
        method,
        by,
        intervals: [...intervals],
        done: intervals.length,
        of: Math.max(of, intervals.length),
        failed: 0,
        prepared: null,
      });
      await profilesOf(fit, Z95, going, ({ parameter, estimate, low, high }) => {
        intervals.push({ kind: parameter.kind, name: parameterName(parameter), estimate, low, high });
        report(state());
      });
      return { ...state(), of: intervals.length };
    }
    const { refits: times, seed } = request;
    const asIntervals = (state: Bootstrap, prepared: number | null): MixedIntervals => {
      const ends = percentileIntervals(state, LEVEL);
      const intervals = state.parameters.map(
        (parameter, at): MixedInterval => ({ kind: parameter.kind, name: parameterName(parameter), estimate: state.estimates[at], ...ends[at] }),
      );
      return { job, method, by, intervals, done: state.done, of: times, failed: state.failed, prepared };
    };
    const state = await bootstrapOf(fit, { times, seed }, going, (now) => {
      if (due()) report(asIntervals(now, now.shared?.prepared ?? null));
    });
    return asIntervals(state, null);
  }

  /** A breath that ends the work once another run is looked at, or none. */
  #whileShown(breathe: Breathe): Breathe {
    const run = this.#run;
    return async () => {
      await breathe();
      this.#checkShown(run);
    };
  }

  /** @throws LabFailure where another run is looked at than this one, or none */
  #checkShown(run: Run | null): void {
    if (this.#run !== run) throw new LabFailure('cancelled', 'The run of this mixed model was left.', 'Train it again.');
  }

  /** The run that is looked at; what belongs to another one ends. */
  #enter(): Run {
    const run = this.#runOf();
    if (run !== this.#run) {
      this.close();
      this.#run = run;
    }
    return run;
  }

  /** The fit of a finished method of the run, made once; of no run that was left meanwhile. */
  async #fit(method: string, breathe: Breathe): Promise<DatasetFit> {
    const run = this.#enter();
    const fit = await (this.#fits.get(method) ?? this.#begin(run, method, breathe));
    this.#checkShown(run);
    return fit;
  }

  #begin(run: Run, method: string, breathe: Breathe): Promise<DatasetFit> {
    const settings = run.plan.methods.find(({ id }) => id === method)?.settings;
    if (method !== 'linear-mixed-model' || !settings || !run.finished.has(method))
      throw new LabFailure('no-results', `"${method}" has no mixed model in this run.`, 'Train the linear mixed model to its end.');
    const { dataset } = run;
    if ((dataset.tags ?? []).length > 0 && !run.finished.get(method)?.result.mixed)
      throw new LabFailure('mixed-tags', 'Intercepts of tags have no tests and no intervals here.', 'Their variances are in the table of estimates.');
    const rows = Uint32Array.from([...dataset.split.train, ...dataset.split.validation]);
    // It begins once it is kept: a breath at its beginning may look at another run, whose fit is kept then.
    const fit = Promise.resolve().then(() => fitDataset(settings as unknown as MixedSettings, dataset, rows, this.#whileShown(breathe)));
    this.#fits.set(method, fit);
    fit.catch(() => {
      // That of a later run has the same name.
      if (this.#fits.get(method) === fit) this.#fits.delete(method);
    });
    return fit;
  }
}

/** Numbers that effects are slopes of, over the rows of the fit. */
function numbersOf({ fitted: { model } }: DatasetFit): MixedView['numeric'] {
  const found = new Map<string, MixedView['numeric'][number]>();
  for (const { design, width: r, cells, codes } of model.terms) {
    if (!design) continue;
    for (const [a, { numeric, levels }] of cells.entries()) {
      if (numeric.length !== 1 || levels.length > 0 || found.has(numeric[0])) continue;
      let [least, most, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
      for (let i = 0; i < codes.length; i++) {
        const value = design[i * r + a];
        least = Math.min(least, value);
        most = Math.max(most, value);
        sum += value;
      }
      found.set(numeric[0], { name: numeric[0], least, most, mean: sum / codes.length });
    }
  }
  return [...found.values()];
}
