import { uniformTable } from '../../nn/initialisers';
import { Tables } from '../../nn/tables';
import type { RandomStream } from '../../random/random';
import type { Model, Problem } from '../method';
import { startTable } from '../pretraining/start-table';
import { buildLevelModel } from './level-model';
import { tableSource } from './table-source';
import { featureWidths, oneWidth, type WidthSettings } from './widths';

/**
 * The model of Embeddings and Embeddings-L2: one table per feature, looked up and set next to X before the
 * decoder (docs/methods.md A6, A7). `l2` > 0 adds l2 times the sum of squares of every whole table to each
 * step, as Keras does: not only the rows of the batch. Tables begin with the problem's vectors where it has
 * them (docs/methods.md F8). Fused plans know features of one width, and rates of 1.
 *
 * @param rate factor on the learning rate of the tables, 0 for frozen ones
 */
export function buildTableModel(
  problem: Problem,
  settings: WidthSettings & { decoder: number[]; l2: number },
  random: RandomStream,
  rate = 1,
): Model {
  const widths = featureWidths(settings, problem.levels);
  const tables = new Tables(problem.levels, widths, random, (stream, levels, d, feature) => {
    const start = problem.start?.[feature];
    return start ? startTable(start, d, rate === 0, stream, `feature ${feature + 1}`) : uniformTable(stream, levels, d);
  });
  const d = oneWidth(widths);
  const fused = d === null || rate !== 1 ? undefined : { kind: 'tables' as const, d, decoder: settings.decoder, l2: settings.l2 };
  const model = buildLevelModel(problem, { ...tableSource(tables, widths, settings.l2), fused }, settings.decoder, random);
  return rate === 1 ? model : { ...model, rates: new Map(tables.parameters().map(([name]) => [name, rate])) };
}
