import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PYTHON } from './python';

const FOLDER = join(import.meta.dirname, 'torch');

/**
 * Ids of the methods that have a peer: those that the package names (`@peer("embeddings", "embeddings-l2")`).
 */
export function methodsWithPeers(): Set<string> {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.py'));
  const named = files.flatMap((name) => [...readFileSync(join(FOLDER, name), 'utf8').matchAll(/^@peer\(([^)]*)\)/gm)]);
  return new Set(named.flatMap(([, ids]) => [...ids.matchAll(/"([^"]+)"/g)].map(([, id]) => id)));
}

/** What a turn of a peer took. */
export interface PeerTurn {
  /** Milliseconds by the clock and of processors. */
  ms: number;
  processor: number;
  loss: number;
}

/** A Python process that trains peers, one problem at a time (scripts/bench/torch/main.py). */
export class TorchPeers {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #errors = '';

  constructor() {
    this.#child = spawn(PYTHON, [join(FOLDER, 'main.py')], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
    this.#child.on('error', (failure) => (this.#errors += failure.message));
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors = (this.#errors + text).slice(-10_000)));
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Rejects with what the peer says is wrong, or after so many seconds; the process is of no use then. */
  async #ask<T>(asked: object, seconds = Number.POSITIVE_INFINITY): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(asked)}\n`);
    const answer = this.#answers.next();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      if (seconds < Number.POSITIVE_INFINITY) timer = setTimeout(() => reject(new Error(`it took more than ${seconds} s`)), 1000 * seconds);
    });
    const { value, done } = await Promise.race([answer, late]).finally(() => clearTimeout(timer));
    if (done) throw new Error(this.#errors.trim().split('\n').at(-1) || `${PYTHON} ended`);
    const told = JSON.parse(value) as T & { error?: string };
    if (told.error) throw new Error(told.error);
    return told;
  }

  /** Reads a problem of `writeProblem`; `compiled`: its steps go through torch.compile. */
  async load(folder: string, compiled = false): Promise<void> {
    await this.#ask({ load: folder, compile: compiled });
  }

  /** Losses of the first steps, with the noise that the lab draws. */
  async first(steps: number, threads: number): Promise<number[]> {
    return (await this.#ask<{ losses: number[] }>({ first: steps, threads })).losses;
  }

  /** Trains so many steps, with noise of PyTorch's own. */
  turn(steps: number, threads: number, seconds?: number): Promise<PeerTurn> {
    return this.#ask({ turn: steps, threads }, seconds);
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }
}
