import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Contestant } from '../../workers/bench/contestant';

const HERE = import.meta.dirname;
/** The Python whose NumPy and PyTorch take part. */
export const PYTHON = process.env.PYTHON ?? 'python3';

interface Answer {
  ms?: number;
  loss?: number;
  bytes?: number;
  error?: string;
}

/**
 * One Python process with one problem: each line in is a number of steps, each line out an answer in JSON.
 */
class Peer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #errors = '';
  bytes: number | null = null;

  constructor(script: string, args: readonly string[], threads: number) {
    const count = String(threads);
    this.#child = spawn(PYTHON, [join(HERE, script), ...args], {
      env: { ...process.env, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count, PYTHONDONTWRITEBYTECODE: '1' },
    });
    this.#child.on('error', () => undefined);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text) => (this.#errors += text));
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(line: string): Promise<Answer> {
    this.#child.stdin.write(`${line}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(this.#errors.trim().split('\n').at(-1) || `${PYTHON} ended`);
    const answer = JSON.parse(value) as Answer;
    if (answer.error) throw new Error(answer.error);
    if (answer.bytes) this.bytes = answer.bytes;
    return answer;
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }
}

function contestant(id: string, label: string, script: string, threads: number): Contestant {
  return {
    id,
    label,
    role: 'peer',
    backend: null,
    async prepare({ method, q }) {
      const peer = new Peer(script, [method, String(q)], threads);
      return {
        async turn(steps) {
          const { ms, loss } = await peer.ask(String(steps));
          return { milliseconds: ms as number, javascript: null, order: null, loss: loss as number };
        },
        memory: () => (peer.bytes === null ? null : { bytes: peer.bytes, kind: 'process' }),
        dispose: () => peer.close(),
      };
    },
  };
}

/** The version of a package of this Python, read without loading it; null where it is not there. */
export async function versionOf(name: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(PYTHON, ['-c', `from importlib.metadata import version; print(version("${name}"))`], { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code === 0 ? output.trim() : null));
  });
}

const threadWord = (threads: number): string => (threads === 1 ? '1 thread' : `${threads} threads`);

/** NumPy and PyTorch where this machine's Python has them; says in words which it has not. */
export async function pythonContestants(absent: string[]): Promise<Contestant[]> {
  const [numpy, torch] = await Promise.all([versionOf('numpy'), versionOf('torch')]);
  const cores = Math.min(availableParallelism(), 16);
  const found: Contestant[] = [];
  if (numpy) found.push(contestant('numpy', `NumPy ${numpy}, 1 thread`, 'numpy-step.py', 1));
  else absent.push(`NumPy: ${PYTHON} has no module numpy`);
  if (torch) found.push(contestant('torch', `PyTorch ${torch}, ${threadWord(cores)}`, 'torch-step.py', cores));
  else absent.push(`PyTorch: ${PYTHON} has no module torch`);
  return found;
}
