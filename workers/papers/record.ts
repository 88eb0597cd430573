import { z } from 'zod';
import { LabFailure } from '../data/failure';
import type { UnitRecord } from './types';

/** What a stored record must have for a table; the results themselves were written by the lab. */
const recordSchema = z.object({
  version: z.literal(1),
  experiment: z.string(),
  cell: z.string(),
  repetition: z.int().min(1),
  lab: z.string(),
  backend: z.string(),
  threads: z.number(),
  finished: z.string(),
  fingerprint: z.string(),
  difference: z.string().nullable(),
  outcomes: z.record(
    z.string(),
    z.union([
      z.object({ failure: z.string() }),
      z.object({
        result: z.looseObject({ method: z.string(), metrics: z.looseObject({}), epochs: z.number(), estimates: z.array(z.looseObject({})) }),
      }),
    ]),
  ),
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
  const [issue] = parsed.error.issues;
  throw new LabFailure(
    'bad-record',
    `${name} is not a record of the lab: ${issue.path.join('.') || 'its content'}: ${issue.message}.`,
    'Move it away; it is fitted again.',
  );
}
