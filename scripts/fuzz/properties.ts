/**
 * What must hold of every input, whatever it is: an answer or a refusal in words, soon, and nothing else
 * changed.
 */
import fc from 'fast-check';
import { previewTable } from '../../workers/data/columns';
import { openTable } from '../../workers/data/csv';
import { LabFailure } from '../../workers/data/failure';
import { useBackend as startBackend } from '../../workers/engine/testing';
import { EXPERIMENTS } from '../../workers/papers/catalog';
import { readRecord } from '../../workers/papers/record';
import { makeTable } from '../../workers/papers/table';
import type { UnitRecord } from '../../workers/papers/types';
import { experimentSchema } from '../../workers/spec/experiment';
import { readCode } from '../../workers/spec/lessons/hand-in';
import { decodeSpec } from '../../workers/spec/share';
import { decodeView } from '../../workers/spec/view/link';
import { unpack } from '../../workers/store/pack';
import type { SessionRun } from '../../workers/store/session/limits';
import { readSession, writeSession } from '../../workers/store/session/session';
import { sessionOf } from '../collect';
import { CUT_LINKS, FILES, LINKS, sessionFiles, spoiled } from './inputs';

/** Longest time for one input, in ms. */
const MOST_MS = 5_000;

/** How often inputs were taken and refused. */
export interface Counts {
  taken: number;
  refused: number;
  slowest: number;
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const namesOf = (): string => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join(';');
const CLEAN = namesOf();

function sentence(text: string, what: string): void {
  if (text.length < 10 || text.length > 1_000) throw new Error(`${what} is no sentence: ${text.slice(0, 200)}`);
  if (/undefined|\[object|NaN /.test(text)) throw new Error(`${what} tells of the program: ${text}`);
}

/** Runs one input: true where it was taken, false where it was refused in words. */
async function held(counts: Counts, run: () => Promise<boolean>): Promise<void> {
  const began = performance.now();
  let taken: boolean;
  try {
    taken = await run();
  } catch (thrown) {
    if (!(thrown instanceof LabFailure)) throw thrown;
    sentence(thrown.message, 'the message');
    sentence(thrown.hint, 'the hint');
    taken = false;
  }
  const took = performance.now() - began;
  counts.slowest = Math.max(counts.slowest, took);
  counts[taken ? 'taken' : 'refused']++;
  if (took > MOST_MS) throw new Error(`took ${took.toFixed(0)} ms`);
  if (namesOf() !== CLEAN) throw new Error('a prototype was changed');
}

async function link(text: string): Promise<boolean> {
  const decoded = await decodeSpec(text);
  if (!decoded.ok) {
    sentence(decoded.error.message, 'the message');
    sentence(decoded.error.hint, 'the hint');
  }
  const { view, said } = await decodeView(text, { intro: 5 });
  for (const one of said) sentence(one, 'what is said of the view');
  if (Object.getPrototypeOf(view) !== Object.prototype) throw new Error('the view has another prototype');
  const handIn = await readCode(`MML1-${text}`, 'code');
  if (!handIn.ok) sentence(handIn.problem, 'the problem');
  return decoded.ok;
}

async function table({ name, bytes }: { name: string; bytes: Uint8Array }): Promise<boolean> {
  const opened = await openTable(new File([bytes as Uint8Array<ArrayBuffer>], name));
  const { columns, rows } = previewTable(opened);
  if (columns.length !== opened.columns.length || rows !== opened.rows) throw new Error('the preview is of another table');
  for (const column of columns) if (/[\p{Cc}\u202a-\u202e]/u.test(column.name)) throw new Error('a name does not print');
  return true;
}

const experiment = EXPERIMENTS[0];
const WHOLE: UnitRecord = {
  version: 1,
  experiment: experiment.id,
  cell: experiment.cells[0].id,
  repetition: 1,
  lab: '0.1.0',
  backend: 'wasm',
  threads: 1,
  finished: '2026-01-01T00:00:00.000Z',
  fingerprint: '0123456789abcdef',
  difference: null,
  outcomes: Object.fromEntries(
    experiment.columns.map(({ id, method }, i) => [
      id,
      i === 0
        ? { failure: 'diverged at epoch 3' }
        : {
            result: {
              method,
              metrics: { mse: 1.5 + i, mae: 1, r2: 0.5 },
              epochs: 12,
              estimates: [],
              parameters: 100,
              seconds: { epochs: 1, finishing: 1 },
            } as never,
          },
    ]),
  ),
};

let published: Awaited<ReturnType<typeof experiment.published>> | null = null;

async function record(value: unknown): Promise<boolean> {
  const read = readRecord(JSON.stringify(value) ?? '', 'a.json');
  published ??= await experiment.published();
  // What was taken must also make a table.
  makeTable(experiment, published, [read]);
  return true;
}

/** What opens as a session file is written and read again, and no field of it is lost. */
async function session(bytes: ArrayBuffer): Promise<boolean> {
  const read = readSession(bytes, 'a\u202e.mmlab');
  const again = readSession(writeSession(read), 'again.mmlab');
  if (JSON.stringify(again) !== JSON.stringify(read)) throw new Error('it comes back as another one');
  return true;
}

/** A real run: two methods, with everything that their results hold. */
async function trainedRun(): Promise<SessionRun> {
  await startBackend('wasm');
  return sessionOf(
    experimentSchema.parse({
      dataset: { kind: 'simulated', task: 'regression', levels: [6], trainRows: 40, testRows: 20 },
      methods: [{ id: 'mmbeddings' }, { id: 'linear-mixed-model' }],
      training: { epochs: 2, batchSize: 20, patience: null },
    }),
  );
}

export const KINDS = ['links', 'tables', 'records', 'sessions'] as const;

/** Runs a kind of input so many times; rejects with the smallest input that fails. */
export async function fuzz(kind: (typeof KINDS)[number], numRuns: number, seed?: number): Promise<Counts> {
  const counts: Counts = { taken: 0, refused: 0, slowest: 0 };
  const options = { numRuns, ...(seed !== undefined && { seed }) };
  const each = <T>(inputs: fc.Arbitrary<T>, run: (input: T) => Promise<boolean>) =>
    fc.assert(
      fc.asyncProperty(inputs, (input) => held(counts, () => run(input))),
      options,
    );
  if (kind === 'tables') await each(FILES, table);
  else if (kind === 'sessions') {
    const run = await trainedRun();
    await each(sessionFiles(run, unpack(run.checkpoint.bytes)), session);
  } else if (kind === 'records') await each(fc.oneof(spoiled(WHOLE), fc.jsonValue()), record);
  else
    await each(fc.oneof({ weight: 4, arbitrary: LINKS.map((text) => async () => text) }, { weight: 1, arbitrary: CUT_LINKS }), async (make) =>
      link(await make()),
    );
  return counts;
}
