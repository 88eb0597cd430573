import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { LabFailure } from '../workers/data/failure';
import { printableJson, printableLines } from '../workers/data/shown-text';
import type { BackendId, EngineInfo } from '../workers/protocol';
import { severalFiles } from '../workers/spec/several-files';

/** Exit code of a command that ended, and not with everything that was asked for. 2: refused; 0: all done. */
export const NOT_ALL = 1;

/** Why standard output cannot be written (a full disk); null while it can. */
let broken: string | null = null;
const noteBroken = (error: NodeJS.ErrnoException | null | undefined): void => {
  // Who reads may stop reading, as `head` does.
  if (error && error.code !== 'EPIPE') broken ??= error.message;
};
process.stdout.on('error', noteBroken);

const write = (text: string): void => void process.stdout.write(`${text}\n`, noteBroken);

/**
 * A line or more of a command's results. Names of files, columns and levels in it cannot drive the terminal.
 */
export const say = (text: string): void => write(printableLines(text));

/** The same for what goes on beside the results. */
export const tell = (text: string): void => console.error(printableLines(text));

/** A value as JSON. */
export const sayJson = (value: unknown, space?: number): void => write(printableJson(JSON.stringify(value, null, space)));

/** Ends a command once what it said is written. @throws LabFailure 'not-written' where it could not be */
export async function leave(code: number): Promise<never> {
  await new Promise<void>((written) => process.stdout.write('', () => written()));
  if (broken !== null)
    throw new LabFailure('not-written', `The results could not be written: ${broken}.`, 'Make room, or write them to another place.');
  process.exit(code);
}

/** Ends a command with one line on what is wrong and one on what to do. */
export function fail(thrown: unknown): never {
  if (thrown instanceof LabFailure) tell([thrown.message, thrown.hint, ...answersOf(thrown)].join('\n'));
  else if (thrown instanceof Error) tell(thrown.message);
  // As an error crosses from a worker.
  else tell(typeof thrown === 'object' && thrown !== null && 'message' in thrown ? Object.values(thrown).join('\n') : String(thrown));
  process.exit(2);
}

/** What a refused file can be read as after all, as options. */
function answersOf({ question }: LabFailure): string[] {
  if (!question) return [];
  return [
    question.text,
    ...question.answers.map(({ label, steps }) => `${label}: ${steps.map((step) => `--step '${JSON.stringify(step)}'`).join(' ')}`),
  ];
}

/** Comma-separated values of an option; [] when it was not given. */
export function list(value: string | undefined): string[] {
  return value
    ? value
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean)
    : [];
}

/** The same of an option that chooses: one that names nothing would mean all. */
export function chosen(name: string, value: string | undefined): string[] {
  const found = list(value);
  if (value !== undefined && found.length === 0)
    throw new LabFailure('bad-option', `--${name} is "${value}", which names nothing.`, 'Leave the option out for all.');
  return found;
}

/** A whole number of at least `least`, or the fallback when the option was not given. */
export function whole(name: string, value: string | undefined, fallback: number, least = 0): number {
  if (value === undefined) return fallback;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isInteger(number) || number < least) {
    throw new LabFailure(
      'bad-option',
      `--${name} is "${value}", which is not a whole number of at least ${least}.`,
      `Write for example --${name} ${fallback}.`,
    );
  }
  return number;
}

/** A share between the bounds, or the fallback when the option was not given. */
export function share(name: string, value: string | undefined, fallback: number, least: number, most: number): number {
  if (value === undefined) return fallback;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!(number >= least && number <= most)) {
    throw new LabFailure(
      'bad-option',
      `--${name} is "${value}", which is not a share between ${least} and ${most}.`,
      `Write for example --${name} ${fallback}.`,
    );
  }
  return number;
}

/** Starts the same engine as the page's, in Node. */
export async function nodeEngine(backend: string | undefined): Promise<EngineInfo> {
  const id = backend ?? 'wasm';
  if (id !== 'cpu' && id !== 'wasm' && id !== 'webgpu') {
    throw new LabFailure('bad-option', `--backend is "${id}".`, 'Choose one of cpu, wasm, webgpu.');
  }
  // Half of what a command loads: not for one that only refuses or lists.
  const { startEngine } = await import('../workers/engine/backends');
  const { installNodeEngine, nodeWasmPath } = await import('../workers/engine/node');
  const { selfTest } = await import('../workers/methods/golden/self-test');
  await installNodeEngine(id as BackendId);
  return startEngine({ backend: id as BackendId, wasmPath: nodeWasmPath(), selfTest });
}

const readOne = (path: string): Promise<File> =>
  readFile(resolve(path)).then(
    (bytes) => new File([bytes], basename(path)),
    () => {
      throw noFile(path);
    },
  );

const noFile = (path: string): LabFailure => new LabFailure('no-file', `There is no readable file at "${path}".`, 'Check the path.');

/** Paths that a pattern stands for: * is any letters, ? is one, within a folder. */
async function matching(path: string): Promise<string[]> {
  if (!/[*?]/.test(basename(path))) return [path];
  const folder = dirname(path);
  const escaped = basename(path).replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
  const names = await readdir(resolve(folder)).catch(() => []);
  return names.filter((name) => pattern.test(name) && !name.startsWith('.')).map((name) => join(folder, name));
}

/**
 * The files of one table: that of the path, or, where there is none, each of several paths with commas
 * between them and of the patterns among these, such as "sales-*.parquet".
 *
 * @param folder where relative paths begin
 */
export async function pathsOf(path: string, folder = '.'): Promise<string[]> {
  const at = (one: string): string => (isAbsolute(one) ? one : join(folder, one));
  const whole = at(path);
  if (!/[,*?]/.test(path) || existsSync(whole)) return [whole];
  return (await Promise.all(path.split(',').map((one) => matching(at(one.trim()))))).flat();
}

/**
 * A file from disk as the browser would hand it over; several that are one table as one.
 *
 * @param path, folder as `pathsOf` takes them
 * @throws LabFailure 'no-file' that names the path
 */
export async function fileFrom(path: string, folder?: string): Promise<File> {
  const paths = await pathsOf(path, folder);
  if (paths.length === 0) throw noFile(path);
  const files = await Promise.all(paths.map(readOne));
  return files.length === 1 ? files[0] : severalFiles(files);
}
