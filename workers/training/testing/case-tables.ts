import { readFileSync } from 'node:fs';
import { openTable } from '../../data/csv';
import type { Dataset } from '../../data/dataset';
import { tableDataset } from '../../data/roles';
import { type ColumnRole, type Scaling, type Task, tableSchema } from '../../data/schema';
import type { Table } from '../../data/table';
import { aboutMethod } from '../../methods/registry';
import type { Finished } from '../results';
import { Run } from '../run';
import { trainingSchema } from '../schema';

/**
 * For tests: a table of `cases`, or of text, and what methods make of it with seed 1 and a fifth of the rows
 * for the test.
 */
export const caseTable = (name: string): Promise<Table> =>
  openTable(new File([readFileSync(new URL(`../../../cases/${name}`, import.meta.url))], name), {});

export const textTable = (text: string): Promise<Table> => openTable(new File([text], 'table.csv'), {});

export function tableAs(
  table: Table,
  roles: Record<string, ColumnRole>,
  { task = 'regression' as Task, scaling = 'standardized' as Scaling, nested = {} as Record<string, string> } = {},
): Dataset {
  const columns = Object.entries(roles).map(([name, role]) => ({ name, role, ...(nested[name] && { nestedIn: nested[name] }) }));
  const spec = tableSchema.parse({ kind: 'table', name: table.name, fingerprint: table.fingerprint, task, scaling, columns });
  return tableDataset(table, spec, { split: 1 });
}

/** Trains methods with their default settings; throws with the reason of the first that has no result. */
export async function fitOn(dataset: Dataset, methods: readonly string[], training: object = {}): Promise<Map<string, Finished>> {
  const stopped = new Map<string, string | null>();
  const run = new Run(
    dataset,
    {
      methods: methods.map((id) => ({ id, settings: aboutMethod(id).settings.parse({}) as Record<string, unknown> })),
      training: trainingSchema.parse({ batchSize: 64, epochs: 100, drawPastStop: false, ...training }),
      seeds: { data: 1, split: 1, weights: 1 },
    },
    (event) => {
      if (event.type === 'lanes') for (const lane of event.lanes) stopped.set(lane.method, lane.stopReason);
    },
  );
  await run.train();
  for (const id of methods) if (!run.finished.has(id)) throw new Error(`${id} has no result: ${stopped.get(id)}`);
  return run.finished;
}
