import { COPY_BYTES, EVALUATION_ROWS } from '../engine/constants';
import { SIZES } from '../engine/wasm/structures';
import { aboutMethod } from '../methods/registry';
import type { DatasetFacts } from './facts';

/** Bytes a run takes, before anything is allocated. */
export interface MemoryNeed {
  /** The dataset itself, truth and split included. */
  data: number;
  /**
   * Each method's plan: its copy of the data (of large data: of one call's rows), weights with gradients and
   * both moments of Adam, and the activations of one batch.
   */
  methods: { id: string; bytes: number }[];
  /** Copies of the best weights of all methods, outside their plans; 0 where the last ones are taken. */
  kept: number;
  total: number;
}

/** A 32-bit address space: no single plan in WebAssembly can be larger. */
export const PLAN_LIMIT = 4 * 2 ** 30;

const numberOf = (settings: Record<string, unknown>, key: string): number => (typeof settings[key] === 'number' ? (settings[key] as number) : 0);
const widthsOf = (settings: Record<string, unknown>, key: string): number[] => (Array.isArray(settings[key]) ? (settings[key] as number[]) : []);

/**
 * Estimates the memory of a run from the shape of its data, within a few per cent for the fused WASM plans
 * (tested against their layout), which all methods of a run hold at the same time.
 *
 * @param batchSize nominal rows of a batch
 * @param restoreBest a copy of the best weights is kept of every method
 */
export function memoryNeed(
  facts: DatasetFacts,
  methods: readonly { id: string; settings: Record<string, unknown> }[],
  batchSize: number,
  restoreBest = false,
): MemoryNeed {
  const { p, levels, tags, series } = facts;
  const K = levels.length;
  const rows = facts.trainRows + facts.validationRows + facts.testRows;
  const allLevels = levels.reduce((sum, q) => sum + q, 0);
  const data = 4 * (rows * (p + K + 2) + allLevels * 10);
  const batch = Math.min(batchSize, facts.trainRows);
  const plans = methods.map(({ id, settings }) => {
    const about = aboutMethod(id);
    const d = numberOf(settings, 'd') || numberOf(settings, 'lookups') * numberOf(settings, 'chunk');
    const record = 4 * Math.ceil(d / 4);
    const encoder = widthsOf(settings, 'encoder');
    const parameters = about.parameterCount({ p, levels, tags, series }, settings as never);
    // A method without level vectors keeps no codes either.
    const coded = d > 0 ? K : 0;
    const call = Math.max(batch, Math.min(EVALUATION_ROWS, rows));
    // Encodings have numeric features of their own, for all rows.
    const width = about.inputWidth?.({ p, levels, tags }, settings as never);
    const inputs = width ?? p;
    const copies = 4 * rows * (inputs + coded + 1) <= COPY_BYTES;
    const copy = (copies ? rows : call) * (inputs + coded + 1) + (copies ? rows : 0) + call * 2 + rows * (width ?? 0);
    const vectors = coded > 0 ? allLevels * (record + 1) : 0;
    const worked = batch + (encoder.length > 0 && K === 1 ? SIZES.GROUP : 0);
    const rowsOfBatch = worked * coded * (record + 2);
    const activations =
      encoder.length > 0
        ? worked * (p + 1 + K * d + encoder.reduce((sum, width) => sum + width, 0)) +
          worked * K * 3 * record +
          Math.min(allLevels, batch * K) * 3 * record
        : 0;
    return { id, bytes: 4 * (copy + 4 * parameters * (d > 0 && encoder.length === 0 ? record / d : 1) + vectors + rowsOfBatch + activations) };
  });
  const kept = restoreBest
    ? methods.reduce((sum, { id, settings }) => sum + 4 * aboutMethod(id).parameterCount({ p, levels, tags, series }, settings as never), 0)
    : 0;
  return { data, methods: plans, kept, total: data + kept + plans.reduce((sum, plan) => sum + plan.bytes, 0) };
}
