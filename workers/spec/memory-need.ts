import { COPY_BYTES, EVALUATION_ROWS } from '../engine/constants';
import { ROUND_BLOCKS, sharesOf } from '../engine/wasm/shares';
import { SIZES } from '../engine/wasm/structures';
import type { MethodAbout } from '../methods/method';
import { aboutMethod } from '../methods/registry';
import { hasCommonWidth } from '../methods/shared/common-width';
import { commonWidth, isFixed, rowWidth, type WidthSettings } from '../methods/shared/widths';
import type { DatasetFacts } from './facts';
import { batchOf, settingsUnder, type TrainingSettings } from './protocol';

/** Bytes a run takes, before anything is allocated. */
export interface MemoryNeed {
  /** The dataset itself, truth and split included. */
  data: number;
  /**
   * Each method's plan: its copy of the rows that it learns from (of large data: of one call's rows), weights
   * with gradients and both moments of Adam, and the activations of one batch.
   */
  methods: { id: string; bytes: number }[];
  /** Copies of the best weights of all methods, outside their plans; 0 where the last ones are taken. */
  kept: number;
  total: number;
}

/** A 32-bit address space: no single plan in WebAssembly can be larger. */
export const PLAN_LIMIT = 4 * 2 ** 30;

const numberOf = (settings: Record<string, unknown>, key: string): number => (typeof settings[key] === 'number' ? (settings[key] as number) : 0);
/** Numbers in a level's vector, those of features taken together; of a method with one width, that. */
function meanWidth(about: MethodAbout, settings: WidthSettings, levels: readonly number[]): number {
  if (isFixed(settings)) return settings.d;
  return hasCommonWidth(about) ? commonWidth(settings, levels) : Math.ceil(rowWidth(settings, levels) / Math.max(1, levels.length));
}
const widthsOf = (settings: Record<string, unknown>, key: string): number[] => (Array.isArray(settings[key]) ? (settings[key] as number[]) : []);

/**
 * Estimates the memory of a run from the shape of its data, within a twentieth for the fused WASM plans
 * (tested against their layout), which all methods of a run hold at the same time.
 *
 * @param training its rules for the batch and d are applied
 * @param known bytes of the plans of methods that are known better (workers/training/trainer.ts,
 *   methodBytes), and the threads of WebAssembly, each of which has panels of its own
 */
export function memoryNeed(
  facts: DatasetFacts,
  methods: readonly { id: string; settings: Record<string, unknown> }[],
  training: Pick<TrainingSettings, 'batchSize' | 'restoreBest' | 'dimensions'>,
  { told, threads = 1 }: { told?: ReadonlyMap<string, number>; threads?: number } = {},
): MemoryNeed {
  const { p, levels, tags = [], series } = facts;
  const rows = facts.trainRows + facts.validationRows + facts.testRows;
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  /** Tags of a row, all columns together, and the columns as features with so many levels. */
  const tagsARow = sum(tags.map(({ perRow, places }) => perRow ?? places));
  const ofTags = tags.map((column) => column.tags);
  const data = 4 * (rows * (p + levels.length + tags.length + tagsARow + 2) + sum([...levels, ...ofTags]) * 10);
  const learned = facts.trainRows + facts.validationRows;
  const batch = Math.min(batchOf(training, facts), learned);
  const ruled = methods.map(({ id, settings }) => ({ id, settings: settingsUnder(training, settings, levels) }));
  const plans = ruled.map(({ id, settings }) => {
    const known = told?.get(id);
    if (known !== undefined) return { id, bytes: known };
    const about = aboutMethod(id);
    const d =
      (typeof settings.d === 'number' ? meanWidth(about, settings as unknown as WidthSettings, [...levels, ...ofTags]) : 0) ||
      numberOf(settings, 'lookups') * numberOf(settings, 'chunk');
    const record = 4 * Math.ceil(d / 4);
    const encoder = widthsOf(settings, 'encoder');
    const parameters = about.parameterCount({ ...facts }, settings as never);
    // A method without level vectors keeps no codes either, and one that does not see tags none of these.
    const sets = d > 0 && about.tags && !series ? ofTags : [];
    const counts = d > 0 ? [...levels, ...sets] : [];
    const K = counts.length;
    const allLevels = sum(counts);
    const setNumbers = sets.length > 0 ? sets.length + tagsARow : 0;
    const coded = d > 0 ? levels.length + setNumbers : 0;
    const call = Math.max(batch, Math.min(EVALUATION_ROWS, rows));
    // Encodings have numeric features of their own, for all rows.
    const width = about.inputWidth?.({ ...facts }, settings as never);
    const inputs = width ?? p;
    // Where others are many, only rows that are learned from stay.
    const first = learned + call < rows ? learned : rows;
    const stay = 4 * first * (inputs + coded + 1) <= COPY_BYTES ? first : 0;
    const held = stay < rows ? stay + call : rows;
    const copy = held * (inputs + coded + 1) + stay + call * (encoder.length > 0 ? 3 : 2) + rows * (width ?? 0);
    // Where tags draw once each, they have variances besides, and a fourth part in the batch.
    const drawn = encoder.length > 0 && about.tags === 'own' ? sum(sets) : 0;
    const vectors = allLevels * (record + 1) + drawn * record;
    const round = threads > 1 && encoder.length > 0 ? ROUND_BLOCKS * SIZES.BLOCK : SIZES.BLOCK;
    const worked = Math.max(batch, threads * round) + (encoder.length > 0 && K === 1 && sets.length === 0 ? threads * SIZES.GROUP : 0);
    const pairs = sets.length > 0 ? batch * tagsARow : 0;
    const rowsOfBatch = worked * (K * record + 2 * (K - sets.length)) + pairs * (encoder.length > 0 ? 2 : 1);
    const slots = Math.min(sum(levels), batch * levels.length) * 3 + Math.min(sum(sets), pairs) * (drawn > 0 ? 4 : 3);
    // What each thread works in, the order of a batch, and the dense weights once more the other way round;
    // an encoder's second stage has its own moments.
    const layers = [[inputs + K * d, ...widthsOf(settings, 'decoder'), 1]];
    if (encoder.length > 0) layers.push([inputs + 1, ...encoder, 2 * K * d]);
    const outputs = layers.map((widths) => sum(widths.slice(1)));
    const widest = Math.max(...layers.flat());
    const dense = sum(layers.map((widths) => sum(widths.slice(1).map((width, i) => (widths[i] + 1) * width))));
    // Level vectors and their gradients; where they are drawn, noise or variances besides, of an encoder
    // both.
    const panels = encoder.length > 0 ? 4 : 'beta' in settings ? 3 : 2;
    const scratch =
      SIZES.BLOCK * (sum(outputs) + outputs[0] + inputs + panels * K * d + 6) + SIZES.CHUNK * 8 * (2 * widest + 9 + Math.max(widest, 4 * SIZES.TILE));
    const fixed = threads * scratch + dense * (encoder.length > 0 ? 3 : 1) + (sharesOf(threads, 4 * dense) - 1) * dense + worked;
    // Vectors that are drawn have gradients of their means and of their variances.
    const sampled = d > 0 && encoder.length === 0 && 'beta' in settings ? worked * K * record : 0;
    const activations =
      encoder.length > 0 ? worked * (p + 1 + K * d * (drawn > 0 ? 2 : 1) + sum(encoder)) + worked * K * 3 * record + slots * record : 0;
    return {
      id,
      bytes: 4 * (copy + 4 * parameters * (d > 0 && encoder.length === 0 ? record / d : 1) + vectors + rowsOfBatch + sampled + activations + fixed),
    };
  });
  const kept = training.restoreBest ? sum(ruled.map(({ id, settings }) => 4 * aboutMethod(id).parameterCount({ ...facts }, settings as never))) : 0;
  return { data, methods: plans, kept, total: data + kept + sum(plans.map(({ bytes }) => bytes)) };
}
