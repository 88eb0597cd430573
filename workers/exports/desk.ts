import { RecordScanner } from '../data/bytes/records';
import { openTable } from '../data/csv';
import { csvBytes } from '../data/csv-write';
import { LabFailure } from '../data/failure';
import { messageTurn } from '../data/message-turn';
import { withSteps } from '../data/reading/apply';
import type { Step } from '../data/schema';
import { printable, shortened } from '../data/shown-text';
import type { Table } from '../data/table';
import { experimentSchema } from '../spec/experiment';
import type { Download } from '../training/downloads';
import type { Run } from '../training/run';
import { factsSchema } from './facts';
import { isArchive, METHOD_FILE_KINDS, METHOD_FILES, methodFile } from './method-files';
import { type FittedMethod, modelFile } from './model';
import { levelsOf, type OpenedModel, openModel } from './opened';
import { predictTable } from './predict-table';
import { PIECE, predictedCsv } from './predicted-csv';
import type { ExportedFile, ExportedMethod, MethodFileKind, ModelSource, ModelView, PredictedFile, PredictProgress } from './types';

/** Rows of a predicted file that the page shows. */
const HEAD_ROWS = 6;

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

/** Makes files of a run, opens models and predicts with them: what the worker's calls about models do. */
export class ExportDesk {
  readonly #finishedRun: () => Run;
  readonly #version: string;
  readonly #tell: (progress: PredictProgress) => void;
  readonly #tableOf: (fingerprint: string) => Promise<Table | null>;
  #predicting: AbortController | null = null;

  constructor(
    finishedRun: () => Run,
    version: string,
    tell: (progress: PredictProgress) => void,
    tableOf: (fingerprint: string) => Promise<Table | null>,
  ) {
    this.#finishedRun = finishedRun;
    this.#version = version;
    this.#tell = tell;
    this.#tableOf = tableOf;
  }

  #fitted(method: string): FittedMethod {
    const { dataset, plan, finished } = this.#finishedRun();
    const one = finished.get(method);
    if (!one) throw new LabFailure('no-results', `"${method}" has no results in this run.`, 'Let it finish, or choose another method.');
    return { dataset, spec: experimentSchema.parse(plan), finished: one, version: this.#version };
  }

  methods(): ExportedMethod[] {
    const { finished } = this.#finishedRun();
    return [...finished.keys()].map((method) => {
      const fitted = this.#fitted(method);
      const refusals: ExportedMethod['refusals'] = {};
      for (const kind of METHOD_FILE_KINDS) {
        const refusal = METHOD_FILES[kind].refusal(fitted);
        if (refusal !== null) refusals[kind] = refusal;
      }
      return { method, refusals };
    });
  }

  async file(method: string, kind: MethodFileKind): Promise<ExportedFile> {
    const fitted = this.#fitted(method);
    const { pieces, words } = methodFile(kind, isArchive(kind) ? await this.#onTable(fitted) : fitted);
    const parts: Uint8Array[] = [];
    let told = performance.now();
    for (const piece of pieces) {
      parts.push(piece);
      if (performance.now() - told < 100) continue;
      // Ten million rows take a while: the page hears from the worker meanwhile.
      await messageTurn();
      told = performance.now();
    }
    const { name, type } = METHOD_FILES[kind];
    return { name, blob: new Blob(parts as BlobPart[], { type }), words };
  }

  /** With the table that its data are of, where that is still open. */
  async #onTable(fitted: FittedMethod): Promise<FittedMethod> {
    const { dataset } = fitted.spec;
    if (dataset.kind !== 'table') return fitted;
    const table = await this.#tableOf(dataset.fingerprint).catch(() => null);
    return table ? { ...fitted, table: withSteps(table, dataset.reading) } : fitted;
  }

  async open(file: File): Promise<ModelView> {
    const opened = openModel(await bytesOf(file));
    const { facts, spec, result } = opened;
    const features = levelsOf(opened).map(({ name, labels, vectors }) => ({ name, levels: labels.length, d: vectors?.d ?? null }));
    return { facts, spec, result, bytes: file.size, features };
  }

  async levels(file: File): Promise<Download> {
    const features = levelsOf(openModel(await bytesOf(file)));
    const width = Math.max(0, ...features.map(({ vectors }) => vectors?.d ?? 0));
    const header = ['feature', 'level', 'training_rows', ...Array.from({ length: width }, (_, m) => `e${m + 1}`)];
    function* rows(): Generator<(string | number | null)[]> {
      for (const { name, labels, rows, vectors } of features)
        for (const [level, label] of labels.entries()) {
          const vector = vectors
            ? Array.from(vectors.values.subarray(level * vectors.d, (level + 1) * vectors.d), (value) => Number(value.toPrecision(7)))
            : [];
          yield [name, label, rows?.[level] ?? null, ...vector];
        }
    }
    return { name: 'model-levels.csv', bytes: csvBytes(header, rows()) };
  }

  /** A method of the run as it would be opened from its file. */
  #ofRun(method: string): OpenedModel {
    const fitted = this.#fitted(method);
    const model = modelFile(fitted);
    const facts = factsSchema.parse(JSON.parse(model.metadata.get('lab.model') as string));
    return { model, facts, spec: fitted.spec, result: fitted.finished.result };
  }

  async predict(source: ModelSource, file: File, given?: Step[]): Promise<PredictedFile> {
    this.cancel();
    const controller = new AbortController();
    const { signal } = controller;
    this.#predicting = controller;
    const opened = 'method' in source ? this.#ofRun(source.method) : openModel(await bytesOf(source.file));
    const table = await openTable(file, {
      given,
      alone: true,
      signal,
      onProgress: ({ bytesRead, bytesTotal }) => this.#tell({ stage: 'reading', share: bytesRead / Math.max(1, bytesTotal) }),
    });
    const predictions = await predictTable(table, opened, {
      signal,
      onProgress: (rows) => this.#tell({ stage: 'predicting', share: rows / Math.max(1, table.rows) }),
    });
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let told = performance.now();
    for (const piece of predictedCsv(table, predictions)) {
      pieces.push(piece);
      if (performance.now() - told < 100) continue;
      this.#tell({ stage: 'writing', share: Math.min(1, (pieces.length * PIECE) / Math.max(1, table.rows)) });
      await messageTurn();
      told = performance.now();
      if (signal.aborted) throw new LabFailure('cancelled', `The prediction of ${file.name} was cancelled.`, 'Choose the file again to predict it.');
    }
    const [columns = [], ...cells] = headOf(pieces[0]);
    return {
      name: `${shortened(file.name.replace(/\.[^.]*$/, ''), 80)}-predicted.csv`,
      blob: new Blob(pieces, { type: 'text/csv;charset=utf-8' }),
      rows: table.rows,
      unseen: predictions.unseen?.reduce((sum, one) => sum + one, 0) ?? null,
      interval: opened.facts.interval,
      head: { columns, cells },
    };
  }

  cancel(): void {
    this.#predicting?.abort();
    this.#predicting = null;
  }
}

/** The first lines of a CSV that the lab has written, as cells. */
function headOf(piece: Uint8Array): string[][] {
  const scanner = new RecordScanner(',', false);
  const rows: string[][] = [];
  for (let at = 0; at < piece.length && rows.length <= HEAD_ROWS; at = scanner.next) {
    scanner.scan(piece, at, piece.length, true);
    rows.push(scanner.texts(piece).map(printable));
  }
  return rows;
}
