/** Everything that reads what somebody else may have written, each with inputs that mean no good. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { added, collectedTable, NOTHING } from '../../src/lessons/collected';
import { readable, readStudy } from '../../src/state/unit-store';
import { previewTable } from '../../workers/data/columns';
import { openTable, type Table } from '../../workers/data/csv';
import type { Dataset } from '../../workers/data/dataset';
import { prepareDataset, summarize } from '../../workers/data/prepare';
import { checkRoles } from '../../workers/data/roles';
import { type ColumnChoice, missingPolicySchema, seriesTableSchema, tableSchema } from '../../workers/data/schema';
import { matchVectors } from '../../workers/data/vectors/match';
import { readVectors } from '../../workers/data/vectors/read-vectors';
import { useBackend as startBackend } from '../../workers/engine/testing';
import { EXPERIMENTS } from '../../workers/papers/catalog';
import { toCsv, toLatex, toMarkdown } from '../../workers/papers/formats';
import { readRecord } from '../../workers/papers/record';
import { makeTable } from '../../workers/papers/table';
import type { UnitRecord } from '../../workers/papers/types';
import { experimentSchema } from '../../workers/spec/experiment';
import { LESSONS } from '../../workers/spec/lessons';
import { handInCode, readHandIns } from '../../workers/spec/lessons/hand-in';
import { lessonHash } from '../../workers/spec/lessons/schema';
import { storedLessonSchema } from '../../workers/spec/lessons/stored';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { decodeSpec, encodeSpec } from '../../workers/spec/share';
import { decodeView } from '../../workers/spec/view/link';
import { readCheckpoint } from '../../workers/store/checkpoint';
import { unpack } from '../../workers/store/pack';
import { readSession, writeSession } from '../../workers/store/session/session';
import { sessionOf } from '../collect';
import { unitsIn } from '../experiment-folder';
import { DELIMITED, readAsOthersDo } from './delimited';
import {
  CHOICES,
  folderFiles,
  HAND_IN,
  HAND_INS,
  KEPT,
  LIKELY,
  type NamedBytes,
  SERIES,
  TAG_FILES,
  type Taken,
  VECTOR_FILES,
  WHOLE_ROLES,
  WHOLE_TAGS,
  WHOLE_VECTORS,
} from './files';
import { CASES, LISTS, RECORD_FILES, spoiledBooks, spoiledFiles, wholeFiles } from './formats';
import { CUT_LINKS, FILES, LINKS, sessionFiles, spoiled } from './inputs';
import { MODEL_FILES, model } from './models';
import { sentence } from './sentence';

interface Reader {
  /** Each runs one input: true where it was taken, false or a LabFailure where it was refused in words. */
  inputs: fc.Arbitrary<() => Promise<boolean>>;
  /** What a refusal names: file, line, column or value. */
  place: RegExp;
}

const reader = <T>(inputs: fc.Arbitrary<T>, run: (input: T) => Promise<boolean>, place: RegExp): Reader => ({
  inputs: inputs.map((input) => Object.assign(() => run(input), { [fc.toStringMethod]: () => fc.stringify(input) })),
  place,
});

/** One in ten is whole, so that what takes it is tried too. */
const mostly = <T>(inputs: fc.Arbitrary<T>, ...whole: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: inputs }, { weight: 1, arbitrary: fc.constantFrom(...whole) });

const fileOf = ({ name, bytes }: NamedBytes): File => new File([bytes as Uint8Array<ArrayBuffer>], name);

async function link(text: string): Promise<boolean> {
  const decoded = await decodeSpec(text);
  if (!decoded.ok) {
    sentence(decoded.error.message, 'the message');
    sentence(decoded.error.hint, 'the hint');
  }
  const { view, said } = await decodeView(text, { intro: 5 });
  for (const one of said) sentence(one, 'what is said of the view');
  if (Object.getPrototypeOf(view) !== Object.prototype) throw new Error('the view has another prototype');
  return decoded.ok;
}

function printed(table: Table): void {
  const { columns, rows } = previewTable(table);
  if (columns.length !== table.columns.length || rows !== table.rows) throw new Error('the preview is of another table');
  for (const column of columns) if (/[\p{Cc}\u202a-\u202e]/u.test(column.name)) throw new Error('a name does not print');
}

async function table(file: NamedBytes): Promise<boolean> {
  printed(await openTable(fileOf(file)));
  return true;
}

const choicesFor = (table: Table, taken: readonly Taken[]): ColumnChoice[] =>
  table.columns.map(({ name }, i) => ({ name, ...taken[i % taken.length] }));

/** What a person would see next of a dataset, without the rows of it. */
function summed(dataset: Dataset): void {
  for (const { message } of summarize(dataset).warnings ?? []) sentence(message, 'a warning');
}

/** Opened, given roles, and divided as for training. */
async function tags({ file, taken }: { file: NamedBytes; taken: Taken[] }): Promise<boolean> {
  const opened = await openTable(fileOf(file));
  const columns = choicesFor(opened, taken);
  const check = checkRoles(opened, columns, missingPolicySchema.parse({}), 0.2);
  if (check.error) sentence(check.error.message, 'what is wrong with the roles');
  const dataset = tableSchema.parse({
    kind: 'table',
    name: 'a.csv',
    fingerprint: opened.fingerprint,
    task: check.task,
    columns,
    reading: opened.steps,
  });
  summed(await prepareDataset({ dataset, seeds: { data: 1, split: 1 } }, new Map([[opened.fingerprint, opened]])));
  if (check.error) throw new Error(`roles were refused, and taken: ${check.error.message}`);
  return true;
}

async function series({
  long,
  features,
  taken,
  right,
}: {
  long: NamedBytes;
  features: NamedBytes;
  taken: Taken[];
  right: boolean;
}): Promise<boolean> {
  const [opened, own] = [await openTable(fileOf(long)), await openTable(fileOf(features))];
  const rolesOf = (table: Table, likely: (i: number) => ColumnChoice['role']): ColumnChoice[] =>
    right ? table.columns.map(({ name }, i) => ({ name, role: likely(i) })) : choicesFor(table, taken);
  const dataset = seriesTableSchema.parse({
    kind: 'series-table',
    name: 'long.csv',
    fingerprint: opened.fingerprint,
    columns: rolesOf(opened, (i) => (i === 0 ? 'time' : 'numeric')),
    reading: opened.steps,
    features: { name: 'tags.csv', fingerprint: own.fingerprint, columns: rolesOf(own, (i) => (i === 0 ? 'key' : 'tags')), reading: own.steps },
    predicts: 'next-step',
    length: 4,
  });
  const tables = new Map([opened, own].map((table) => [table.fingerprint, table]));
  summed(await prepareDataset({ dataset, seeds: { data: 1, split: 1 } }, tables));
  return true;
}

async function vectors(file: NamedBytes): Promise<boolean> {
  const read = await readVectors(fileOf(file));
  if (read.values.length !== read.labels.length * read.d || read.values.some((value) => !Number.isFinite(value)))
    throw new Error('vectors are not whole');
  matchVectors(read, { name: 'g', cardinality: 3, labels: ['a', read.labels[0], '__proto__'] });
  return true;
}

const HASHES = Object.fromEntries(LESSONS.map((lesson) => [lesson.id, lessonHash(lesson)]));

async function handIns(make: () => Promise<string>): Promise<boolean> {
  const { taken, refused } = added(NOTHING, await readHandIns(await make(), 'a.txt'), HASHES);
  for (const { source, problem } of refused.slice(0, 50)) sentence(`${source} ${problem}`, 'the problem');
  const lessons = LESSONS.filter(({ id }) => taken.some(({ handIn }) => handIn.lesson === id));
  for (const lesson of lessons)
    collectedTable(
      lesson,
      taken.flatMap(({ handIn }) => (handIn.lesson === lesson.id ? [handIn] : [])),
    );
  return taken.length > 0;
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

/** What was taken must also make a table, in every form in which it is written. */
async function tabled(records: UnitRecord[]): Promise<void> {
  published ??= await experiment.published();
  const made = makeTable(experiment, published, records);
  toMarkdown(experiment, made, published.source);
  toLatex(experiment, made, true);
  toCsv(made);
}

async function record(value: unknown): Promise<boolean> {
  await tabled([readRecord(JSON.stringify(value) ?? '', 'a.json')]);
  return true;
}

/** The folder of an experiment: what is whole counts, what is not is named, whatever else lies there. */
async function folder(files: readonly { name: string; content: string }[]): Promise<boolean> {
  const path = await mkdtemp(join(tmpdir(), 'folder-'));
  try {
    for (const { name, content } of files) await writeFile(join(path, name), content);
    const { records, bad } = await unitsIn(path);
    const units = new Set(files.map(({ name }) => name).filter((name) => /\.rep=\d+\.json$/.test(name)));
    if (records.length + bad.length !== units.size) throw new Error(`${units.size} files: ${records.length} records, ${bad.length} named`);
    for (const { message } of bad) {
      sentence(message.replace(path, ''), 'what is said of a file');
      if (![...units].some((name) => message.includes(name))) throw new Error(`no file is named: ${message}`);
    }
    await tabled(records.filter((one) => one.experiment === experiment.id));
    return bad.length === 0;
  } finally {
    await rm(path, { recursive: true });
  }
}

const STUDY = { version: 1, begun: '2026-01-01T00:00:00Z', study: { spec: DEFAULT_PRESET, plan: { kind: 'repeat', times: 5 } } };
const STORED_LESSON = {
  version: 1,
  lesson: LESSONS[0].id,
  hash: lessonHash(LESSONS[0]),
  answers: { before: { kind: 'number', value: 3 } },
  place: 2,
  name: 'Ada',
  again: null,
};

type Stored = { kind: 'study' | 'lesson' | 'repetition'; value: unknown } | { kind: 'checkpoint'; value: ArrayBuffer };
type Entry = Exclude<Stored, { kind: 'checkpoint' }>;

/** What a browser keeps, read as the page reads it: whole, or left out and counted. */
async function stored(one: Stored): Promise<boolean> {
  if (one.kind === 'checkpoint') return readCheckpoint(one.value).version === 1;
  const { kind, value }: Entry = one;
  if (kind === 'study') return readable([value], readStudy).unreadable === 0;
  if (kind === 'lesson') return storedLessonSchema.safeParse(value).success;
  return readable([value], (entry) => readRecord(JSON.stringify(entry) ?? '', experiment.id)).unreadable === 0;
}

const STORED: fc.Arbitrary<Stored> = fc.oneof(
  spoiled(STUDY).map((value) => ({ kind: 'study' as const, value })),
  spoiled(STORED_LESSON).map((value) => ({ kind: 'lesson' as const, value })),
  spoiled(WHOLE).map((value) => ({ kind: 'repetition' as const, value })),
  KEPT.map((value) => ({ kind: 'checkpoint' as const, value })),
);

/** What opens as a session file is written and read again, and no field of it is lost. */
async function session(bytes: ArrayBuffer): Promise<boolean> {
  const read = readSession(bytes, 'a\u202e.mmlab');
  const again = readSession(writeSession(read), 'again.mmlab');
  if (JSON.stringify(again) !== JSON.stringify(read)) throw new Error('it comes back as another one');
  return true;
}

/** Sessions of a real run: two methods, with everything that their results hold. */
async function sessions(): Promise<fc.Arbitrary<ArrayBuffer>> {
  await startBackend('wasm');
  const run = await sessionOf(
    experimentSchema.parse({
      dataset: { kind: 'simulated', task: 'regression', levels: [6], trainRows: 40, testRows: 20 },
      methods: [{ id: 'mmbeddings' }, { id: 'linear-mixed-model' }],
      training: { epochs: 2, batchSize: 20, patience: null },
    }),
  );
  return sessionFiles(run, unpack(run.checkpoint.bytes));
}

const PARQUET = wholeFiles('.parquet');
const BOOKS = wholeFiles('.xlsx');
const JSON_FILES = [...wholeFiles('.jsonl', CASES), ...wholeFiles('.json', CASES), ...LISTS];

export const READERS = {
  links: reader(
    mostly(fc.oneof({ weight: 4, arbitrary: LINKS.map((text) => async () => text) }, { weight: 1, arbitrary: CUT_LINKS }), () =>
      encodeSpec(DEFAULT_PRESET),
    ),
    async (make) => link(await make()),
    /link/,
  ),
  tables: reader(FILES, table, /[ac]\.(csv|zip)|constructor|line [\d,]+|[Cc]olumn/),
  /** Held against another reader: the same cells, lines and refusals. */
  delimited: reader(DELIMITED, readAsOthersDo, /made\.csv/),
  parquet: reader(mostly(spoiledFiles(PARQUET), ...PARQUET), table, /\.parquet/),
  xlsx: reader(mostly(fc.oneof(spoiledFiles(BOOKS), spoiledBooks(BOOKS)), ...BOOKS), table, /\.(xlsx|xml|rels)/),
  json: reader(mostly(fc.oneof(spoiledFiles(JSON_FILES), RECORD_FILES), ...JSON_FILES), table, /\.jsonl?|constructor|line [\d,]+|[Cc]olumn/),
  tags: reader(
    mostly(fc.record({ file: TAG_FILES, taken: fc.oneof(CHOICES, LIKELY) }), { file: WHOLE_TAGS, taken: WHOLE_ROLES }),
    tags,
    /a\.csv|[Ll]ine [\d,]+|[Cc]olumn|target|tag/,
  ),
  series: reader(
    fc.record({ tables: SERIES, taken: CHOICES, right: fc.boolean() }).map(({ tables, ...rest }) => ({ ...tables, ...rest })),
    series,
    /(long|tags)\.csv|[Ll]ine [\d,]+|[Cc]olumn|steps|window|series/,
  ),
  models: reader(MODEL_FILES, model, /./),
  vectors: reader(mostly(VECTOR_FILES, WHOLE_VECTORS), vectors, /a\.(vec|csv)|[Ll]ine [\d,]+/),
  'hand-ins': reader(
    mostly(HAND_INS, () => handInCode(HAND_IN)),
    handIns,
    /a\.txt/,
  ),
  records: reader(fc.oneof(spoiled(WHOLE), fc.jsonValue()), record, /a\.json/),
  folders: reader(folderFiles(WHOLE), folder, /rep=/),
  stored: reader(STORED, stored, /What was kept of a run|kept this run/),
  sessions: async () => reader(await sessions(), session, /a\.mmlab|kept/),
} as const satisfies Record<string, Reader | (() => Promise<Reader>)>;
export type Kind = keyof typeof READERS;
export const KINDS = Object.keys(READERS) as Kind[];
