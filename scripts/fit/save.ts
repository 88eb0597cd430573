import { join } from 'node:path';
import { version } from '../../package.json';
import { REPORT_FILES, type ReportFormat, reportFile } from '../../src/report/files';
import type { ReportInput } from '../../src/report/input';
import { datasetName } from '../../src/ui/dataset-words';
import { LabFailure } from '../../workers/data/failure';
import type { Table } from '../../workers/data/table';
import type { PythonLibrary } from '../../workers/exports/code/python';
import { isArchive, METHOD_FILE_KINDS, METHOD_FILES, methodFile } from '../../workers/exports/method-files';
import type { Refusal } from '../../workers/methods/refusals';
import { aboutMethod } from '../../workers/methods/registry';
import type { EngineInfo, RunSnapshot } from '../../workers/protocol';
import { byMethod } from '../../workers/spec/by-method';
import { isDrawn } from '../../workers/spec/division';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { stepWords } from '../../workers/spec/reading';
import { encodeSpec } from '../../workers/spec/share';
import { checkView } from '../../workers/training/check-view';
import type { Run } from '../../workers/training/run';
import { folderAt, storeFile } from '../files';
import { saveCode } from './save-code';

/** Pieces as they are written, and their bytes. */
function* counted(pieces: Iterable<Uint8Array>, count: { bytes: number }): Generator<Uint8Array> {
  for (const piece of pieces) {
    count.bytes += piece.length;
    yield piece;
  }
}

/** The name of a method's file in a folder that has those of several. */
const nameOf = (name: string, method: string, several: boolean): string => (several ? name.replace('.', `-${method}.`) : name);

/** What a run is of, besides its data. */
interface SavedJob {
  spec: ExperimentSpec;
  refused: readonly Refusal[];
  steps?: readonly string[];
  /**
   * The table that the data are of, as its steps read it (null for simulations), and what code of networks is
   * for.
   */
  code?: { table: Table | null; library: PythonLibrary };
}

/** Writes the report of a run: as a page, as Markdown, and its tables for LaTeX. */
async function saveReport(
  folder: string,
  run: Run,
  { spec, refused, steps }: SavedJob,
  snapshot: RunSnapshot,
  engine: EngineInfo,
): Promise<string[]> {
  const { dataset } = spec;
  const { data, split, weights } = spec.seeds;
  const seeds = isDrawn(dataset) ? [data, split, weights] : [split, weights];
  const input: ReportInput = {
    run: {
      ...{ status: run.status, spec, summary: snapshot.summary, lanes: snapshot.lanes, comparison: snapshot.comparison ?? null },
      curves: byMethod(snapshot.curves),
      embeddings: byMethod(snapshot.embeddings),
      predictions: byMethod(snapshot.predictions),
      results: byMethod(snapshot.results),
    },
    origin: `${datasetName(dataset)}; seeds ${seeds.join(', ')}`,
    steps: steps ?? ('reading' in dataset ? (dataset.reading ?? []).map((step) => stepWords(step)) : []),
    checks: [...run.finished.values()].map((one) => checkView(run, one)),
    refused,
    engine,
    versions: [
      ['MMbeddings Lab', version],
      ['Node', process.version],
    ],
    made: new Date().toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' }),
    address: null,
    hash: `#s=${await encodeSpec(spec)}`,
  };
  const lines: string[] = [];
  for (const format of Object.keys(REPORT_FILES) as ReportFormat[]) {
    const path = join(folder, REPORT_FILES[format].name);
    const text = reportFile(format, input);
    await storeFile(path, text);
    lines.push(`${path}: the whole run, ${(Buffer.byteLength(text) / 1000).toFixed(1)} kB.`);
  }
  return lines;
}

/** Writes the files of a run into a folder and returns a line about each. */
export async function saveRun(folder: string, run: Run, job: SavedJob, snapshot: RunSnapshot, engine: EngineInfo): Promise<string[]> {
  await folderAt(folder);
  const { spec, code } = job;
  const lines: string[] = [];
  const finished = [...run.finished.values()];
  for (const one of finished) {
    const { method } = one.result;
    const fitted = { dataset: run.dataset, spec, finished: one, version, ...(code?.table && { table: code.table }) };
    for (const kind of METHOD_FILE_KINDS) {
      if (isArchive(kind)) continue;
      const path = join(folder, nameOf(METHOD_FILES[kind].name, method, finished.length > 1));
      try {
        const { pieces, words } = methodFile(kind, fitted);
        const count = { bytes: 0 };
        await storeFile(path, counted(pieces, count));
        lines.push(`${path}: ${aboutMethod(method).label}, ${(count.bytes / 1000).toFixed(1)} kB. ${words}`.trimEnd());
      } catch (failure) {
        if (!(failure instanceof LabFailure) || !['no-method-file', 'no-model-file'].includes(failure.code)) throw failure;
        lines.push(failure.message);
      }
    }
    lines.push(...(await saveCode(folder, fitted, code?.library ?? 'pytorch', (name) => nameOf(name, method, finished.length > 1))));
  }
  if (finished.length > 0) lines.push(...(await saveReport(folder, run, job, snapshot, engine)));
  return lines;
}
