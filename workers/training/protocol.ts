import type { ProtocolId, TrainingInput, TrainingSettings } from './schema';

/** The settings in which protocols differ; all others (epochs, order, drawing) are the person's own. */
export type ProtocolSettings = Pick<
  TrainingSettings,
  'batchSize' | 'patience' | 'restoreBest' | 'stopOn' | 'postTraining' | 'learningRate' | 'dimensions'
>;

/**
 * The two protocols as data. *Published*: the papers' rule (docs/methods.md A0): the validation objective
 * stops, the last weights are kept, post-training stays whatever it does, one learning rate for all.
 * *Recommended*: everything is decided by the predictive loss on the validation rows.
 */
export const PROTOCOLS: Readonly<Record<ProtocolId, ProtocolSettings>> = {
  published: {
    batchSize: 'q',
    patience: 10,
    restoreBest: false,
    stopOn: 'objective',
    postTraining: 'as-set',
    learningRate: 0.001,
    dimensions: 'as-set',
  },
  recommended: {
    batchSize: 'auto',
    patience: 'auto',
    restoreBest: true,
    stopOn: 'predictive',
    postTraining: 'if-better',
    learningRate: 'auto',
    dimensions: 'auto',
  },
};

/** Training settings as given, the others as their protocol has them. */
export function withProtocolDefaults(given: TrainingInput): TrainingInput {
  return given.protocol === 'recommended' ? { ...PROTOCOLS.recommended, ...given } : given;
}

/**
 * The settings in which these differ from a protocol's (`published`: its values here, where a preset has its
 * own).
 */
export function changedFromProtocol(training: TrainingSettings, published: ProtocolSettings = PROTOCOLS.published): (keyof ProtocolSettings)[] {
  const values = training.protocol === 'recommended' ? PROTOCOLS.recommended : published;
  return (Object.keys(PROTOCOLS.published) as (keyof ProtocolSettings)[]).filter((key) => training[key] !== values[key]);
}

/** Of the data, what the rules ask for. */
export interface ProtocolFacts {
  trainRows: number;
  /** Cardinality of each categorical feature; [] where there is none. */
  levels: readonly number[];
}

const LARGEST_BATCH = 1024;
const SMALLEST_BATCH = 8;
/** An epoch of fewer steps than this hardly moves the weights. */
const STEPS = 10;

/**
 * The batch size for a table: the largest power of two up to 1,024 that leaves ten steps an epoch, at least
 * 8, at most all training rows.
 */
export function batchFor(trainRows: number): number {
  const rows = Math.max(1, trainRows);
  const power = 2 ** Math.floor(Math.log2(Math.max(1, rows / STEPS)));
  return Math.min(rows, Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, power)));
}

/**
 * The nominal batch size: "q" is the largest cardinality. It stays as configured when fewer rows exist,
 * because the published KL term is divided by the configured size (docs/methods.md A10, trap 16).
 */
export function batchOf({ batchSize }: Pick<TrainingSettings, 'batchSize'>, { trainRows, levels }: ProtocolFacts): number {
  // Without levels there is no q.
  if (batchSize === 'auto' || (batchSize === 'q' && levels.length === 0)) return batchFor(trainRows);
  return batchSize === 'q' ? Math.max(1, ...levels) : batchSize;
}

const LEAST_PATIENCE = 10;
const MOST_PATIENCE = 50;
/** Adam needs about so many steps to show that it goes on improving. */
const PATIENT_STEPS = 400;

/** Epochs that "auto" waits: ten, or as many as make 400 steps, at most 50. */
export function patienceOf({ patience, batchSize }: Pick<TrainingSettings, 'patience' | 'batchSize'>, facts: ProtocolFacts): number | null {
  if (patience !== 'auto') return patience;
  const steps = Math.max(1, Math.ceil(facts.trainRows / batchOf({ batchSize }, facts)));
  return Math.min(MOST_PATIENCE, Math.max(LEAST_PATIENCE, Math.ceil(PATIENT_STEPS / steps)));
}

/** The learning rates that "auto" tries. The first of equals is taken, so the published one stands first. */
export const LEARNING_RATES = [0.001, 0.003, 0.01] as const;

/** Steps for which a learning rate is tried. */
const TRIAL_STEPS = 40;
const LEAST_TRIAL_EPOCHS = 1;
const MOST_TRIAL_EPOCHS = 3;

/** Epochs for which each learning rate is tried: as many as make 40 steps, at least one, at most three. */
export function trialEpochs(batch: number, trainRows: number): number {
  const steps = Math.max(1, Math.ceil(trainRows / batch));
  return Math.min(MOST_TRIAL_EPOCHS, Math.max(LEAST_TRIAL_EPOCHS, Math.round(TRIAL_STEPS / steps)));
}

const PUBLISHED_WIDTH = 10;

/**
 * Numbers in a level's vector by the rule: ten, and for features of few levels half their number, at least
 * one.
 */
export function dimensionFor(levels: readonly number[]): number {
  return Math.max(1, Math.min(PUBLISHED_WIDTH, Math.ceil(Math.max(0, ...levels) / 2)));
}

/**
 * A method's settings with d by the rule, where the protocol asks for it and the person has not set another d
 * than the published one.
 */
export function settingsUnder(
  { dimensions }: Pick<TrainingSettings, 'dimensions'>,
  settings: Record<string, unknown>,
  levels: readonly number[],
): Record<string, unknown> {
  if (dimensions !== 'auto' || settings.d !== PUBLISHED_WIDTH) return settings;
  return { ...settings, d: dimensionFor(levels) };
}

/** Training settings with numbers in the place of rules. */
export interface ResolvedTraining extends TrainingSettings {
  batchSize: number;
  patience: number | null;
  learningRate: number;
}

/**
 * The rules applied to data. A learning rate of "auto" is the published one until the methods' own are found.
 */
export function resolveTraining(training: TrainingSettings, facts: ProtocolFacts): ResolvedTraining {
  const { learningRate } = training;
  return {
    ...training,
    batchSize: batchOf(training, facts),
    patience: patienceOf(training, facts),
    learningRate: learningRate === 'auto' ? LEARNING_RATES[0] : learningRate,
  };
}
