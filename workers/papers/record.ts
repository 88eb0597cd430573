import { z } from 'zod';
import { LabFailure } from '../data/failure';
import { firstFault } from '../spec/fault';
import type { Fitted, UnitRecord } from './types';

/** Under this a record is kept, and its file is called so: 'table1-regression.q=100.rep=3'. */
export const recordKey = ({ experiment, cell, repetition }: Pick<UnitRecord, 'experiment' | 'cell' | 'repetition'>): string =>
  `${experiment}.${cell}.rep=${repetition}`;

/**
 * Two records of one unit as one. No finished method is lost, and of one that both have the number that was
 * there first stays.
 *
 * @throws LabFailure 'record-of-other-data'
 */
export function mergedRecord(there: UnitRecord, record: UnitRecord): UnitRecord {
  if (there.fingerprint !== record.fingerprint)
    throw new LabFailure(
      'record-of-other-data',
      `The stored record of ${recordKey(record)} was fitted on other data.`,
      'Remove it and fit again, or keep experiments on other data apart.',
    );
  const fresh = Object.keys(record.outcomes).filter((id) => !there.outcomes[id]);
  if (fresh.length === 0) return there;
  const fittedBy = Object.fromEntries([
    ...fresh.flatMap((id): [string, Fitted][] => (record.fittedBy?.[id] ? [[id, record.fittedBy[id]]] : [])),
    ...Object.keys(there.outcomes).map((id): [string, Fitted] => [id, fittedOf(there, id)]),
  ]);
  return { ...record, outcomes: { ...record.outcomes, ...there.outcomes }, fittedBy };
}

/** By what a column of a record was fitted. */
export function fittedOf({ lab, backend, threads, finished, fittedBy }: UnitRecord, column: string): Fitted {
  return fittedBy?.[column] ?? { lab, backend, threads, finished };
}

/** JSON has no NaN: a number that is not defined is null. */
const number = z.number().nullable();
const metrics = z.record(z.string(), number);
const windowGroup = z.looseObject({
  known: z.boolean(),
  ...Object.fromEntries(['mean', 'first', 'last'].map((at) => [at, z.looseObject({ value: number })])),
});

/** Of a result, what tables, figures and their statistics read; the rest is as the lab wrote it. */
const resultSchema = z.looseObject({
  method: z.string(),
  metrics,
  beforePostTraining: metrics.nullish(),
  mirrored: z.looseObject({ metrics, beforePostTraining: metrics.nullish() }).optional(),
  epochs: z.number(),
  seconds: z.looseObject({ epochs: number, finishing: number }),
  estimates: z.array(z.looseObject({ kind: z.string(), value: number.optional() })),
  tagEffects: z.array(z.looseObject({ r: number.optional() })).optional(),
  series: z.looseObject({ groups: z.array(windowGroup) }).optional(),
});

/** More repetitions than any experiment has would be a list of that length. */
const MOST_REPETITIONS = 100_000;

const fitted = { lab: z.string(), backend: z.string(), threads: z.number(), finished: z.string() };

/** What a stored record must have for a table. */
const recordSchema = z.object({
  version: z.literal(1),
  experiment: z.string(),
  cell: z.string(),
  repetition: z.int().min(1).max(MOST_REPETITIONS),
  ...fitted,
  fingerprint: z.string(),
  difference: z.string().nullable(),
  outcomes: z.record(z.string(), z.union([z.strictObject({ failure: z.string() }), z.looseObject({ result: resultSchema })])),
  fittedBy: z.record(z.string(), z.looseObject(fitted)).optional(),
});

/**
 * A stored record, checked.
 *
 * @param name what the error calls it
 * @throws LabFailure 'bad-record' when the text is not a record
 */
export function readRecord(text: string, name: string): UnitRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LabFailure('bad-record', `${name} is not JSON.`, 'Move it away; it is fitted again.');
  }
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return value as UnitRecord;
  const { where, what } = firstFault(parsed.error);
  throw new LabFailure('bad-record', `${name} is not a record of the lab: ${where || 'its content'}: ${what}.`, 'Move it away; it is fitted again.');
}
