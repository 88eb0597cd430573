import { LabFailure } from '../../data/failure';
import { onWorkerFailure } from '../../data/worker-failure';

/** Waiting for a thread to start or to take a plan. */
const ANSWER_MILLISECONDS = 5_000;
/**
 * Operations of a call of half a millisecond: below, other threads cost more than they save when another
 * program wants their cores.
 */
export const ALONE = 3e7;
/** More threads than this gain little at the sizes of the lab. */
const MOST_THREADS = 8;

/**
 * Bytes of plans that are gone after which threads are started anew: a waiting thread has no cause to collect
 * garbage, so that it would hold their memories for ever.
 */
const MOST_DROPPED = 64 * 2 ** 20;

/** A thread that is lost while a step changes the weights. */
export const threadLost = (): LabFailure =>
  new LabFailure(
    'thread-lost',
    'The engine lost a thread during a step, so the weights cannot be trusted.',
    'Train again: the engine then uses one thread.',
  );

/** Numbers of a thread's line, which fills two cache lines. */
const LINE = 32;
/**
 * Its words: number of the newest call, plan to call, messages sent, 1 while the thread sleeps. The thread is
 * told them when it starts.
 */
const WORDS = { call: 0, plan: 1, messages: 2, sleeps: 3 } as const;

const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node);

type Message =
  | { kind: 'start'; line: Int32Array; words: typeof WORDS }
  | { kind: 'add'; plan: number; module: WebAssembly.Module; memory: WebAssembly.Memory; problem: number }
  | { kind: 'drop'; plan: number };

/** What workers of browsers and of Node have in common. */
interface Host {
  post(message: Message): void;
  terminate(): void;
}

function startHost(onAnswer: (handled: number) => void, onFailure: (reason: string) => void): Host {
  if (inNode) {
    const { Worker: NodeWorker } = process.getBuiltinModule('node:worker_threads');
    // No loaders of the parent: the file runs as it is.
    const worker = new NodeWorker(new URL('./thread.worker.mjs', import.meta.url), { execArgv: [] });
    worker.on('message', onAnswer);
    worker.on('error', (failure) => onFailure(failure instanceof Error ? failure.message : String(failure)));
    worker.on('exit', () => onFailure('it ended'));
    // A waiting thread does not keep the process.
    worker.unref();
    return { post: (message) => worker.postMessage(message), terminate: () => void worker.terminate() };
  }
  const worker = new Worker(new URL('./thread.worker.mjs', import.meta.url), { type: 'module', name: 'step thread' });
  worker.onmessage = ({ data }: MessageEvent<number>) => onAnswer(data);
  onWorkerFailure(worker, onFailure);
  return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
}

/** A thread other than the host's own. */
class Thread {
  readonly #line = new Int32Array(new SharedArrayBuffer(LINE * 4));
  readonly #host: Host;
  readonly #answers = new Map<number, () => void>();
  #sent = 0;

  constructor(onFailure: (reason: string) => void) {
    this.#host = startHost((handled) => {
      this.#answers.get(handled)?.();
      this.#answers.delete(handled);
    }, onFailure);
  }

  start(): Promise<void> {
    return this.send({ kind: 'start', line: this.#line, words: WORDS });
  }

  /** Resolves when the thread has taken the message. */
  send(message: Message): Promise<void> {
    const answered = new Promise<void>((resolve) => this.#answers.set(++this.#sent, resolve));
    Atomics.store(this.#line, WORDS.messages, this.#sent);
    // No call, so that the thread looks for messages and finds nothing else to do.
    this.call(0);
    this.#host.post(message);
    return answered;
  }

  call(plan: number): void {
    Atomics.store(this.#line, WORDS.plan, plan);
    Atomics.add(this.#line, WORDS.call, 1);
    if (Atomics.load(this.#line, WORDS.sleeps) === 1) Atomics.notify(this.#line, WORDS.call);
  }

  end(): void {
    this.#host.terminate();
  }
}

/** A plan's place in the pool. */
export interface Crew {
  readonly threads: number;
  /** Why it cannot be called any more, or null. */
  readonly lost: string | null;
  /**
   * Wakes the other threads for this plan's call. The caller then does its own share, which ends when all are
   * done.
   */
  wake(): void;
  /** Gives the pool up, for all plans, because the threads did not come back from a call. */
  giveUp(reason: string): void;
  /** Frees the plan in every thread. */
  leave(): void;
}

/**
 * The engine's threads, shared by all plans and started once. Each plan has a memory of its own, and each
 * thread an instance on it (some kilobytes next to the code, which instances share): a plan's memory is sized
 * from its problem, and goes when the plan goes.
 */
class Pool {
  readonly #threads: Thread[] = [];
  #plans = 0;
  #alive = 0;
  #dropped = 0;
  /** Growing goes one after the other. */
  #growing: Promise<void> = Promise.resolve();
  lost: string | null = null;
  #tellLost = (): void => {};
  readonly #whenLost = new Promise<void>((resolve) => {
    this.#tellLost = resolve;
  });

  /** Waits until there are `threads` with the host's own. Rejects when one does not start. */
  grow(threads: number): Promise<void> {
    this.#growing = this.#growing.then(async () => {
      const added: Thread[] = [];
      while (!this.lost && this.#threads.length < threads - 1) {
        const thread = new Thread((reason) => this.giveUp(`a thread failed: ${reason}`));
        this.#threads.push(thread);
        added.push(thread);
      }
      await this.#answered(
        added.map((thread) => thread.start()),
        'a thread did not start',
      );
    });
    return this.#growing;
  }

  async join(module: WebAssembly.Module, memory: WebAssembly.Memory, problems: readonly number[]): Promise<Crew> {
    this.#alive += 1;
    await this.grow(problems.length);
    const plan = ++this.#plans;
    const mine = this.#threads.slice(0, problems.length - 1);
    await this.#answered(
      mine.map((thread, i) => thread.send({ kind: 'add', plan, module, memory, problem: problems[i + 1] })),
      'a thread did not take the plan',
    );
    const pool = this;
    let left = false;
    return {
      threads: problems.length,
      get lost() {
        return left ? 'the plan is disposed of' : pool.lost;
      },
      wake() {
        for (const thread of mine) thread.call(plan);
      },
      giveUp: (reason) => pool.giveUp(reason),
      leave() {
        if (left) return;
        left = true;
        pool.#alive -= 1;
        pool.#dropped += memory.buffer.byteLength;
        if (!pool.lost) for (const thread of mine) void thread.send({ kind: 'drop', plan });
      },
    };
  }

  /** Nobody works with it, and it holds much of plans that are gone. */
  get worn(): boolean {
    return this.#alive === 0 && this.#dropped > MOST_DROPPED;
  }

  /** Gives the pool up when the answers do not come in time. */
  async #answered(answers: Promise<void>[], what: string): Promise<void> {
    const timer = setTimeout(() => this.giveUp(`${what} within ${ANSWER_MILLISECONDS / 1000} seconds`), ANSWER_MILLISECONDS);
    await Promise.race([Promise.all(answers), this.#whenLost]);
    clearTimeout(timer);
    if (this.lost) throw new Error(this.lost);
  }

  giveUp(reason: string): void {
    if (this.lost) return;
    console.warn(`Training goes on with one thread: ${reason}.`);
    this.end(reason);
  }

  end(reason: string): void {
    this.lost ??= reason;
    this.#tellLost();
    for (const thread of this.#threads) thread.end();
  }
}

let pool: Pool | null = null;
let wanted: number | null = null;

/**
 * Cores that plans may use. In a browser one of many is left to the page. Of two both are used: with one the
 * published simulation takes a tenth (q = 1,000) to a sixth (10,000) longer, and the page draws hardly more
 * frames (`npm run seconds`, e2e/journeys/robust.spec.ts).
 */
function cores(): number {
  if (inNode) return process.getBuiltinModule('node:os').availableParallelism();
  const all = globalThis.navigator?.hardwareConcurrency ?? 1;
  return Math.max(Math.min(all, 2), all - 1);
}

/** Threads need shared memory, which browsers give to pages that are cross-origin isolated. */
function canShare(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && (inNode || globalThis.crossOriginIsolated === true);
}

/**
 * Threads that plans use unless told otherwise, the engine's own among them: the number set, else one a core
 * (in a browser of three or more one fewer), at most eight.
 */
export function planThreads(): number {
  if (!canShare() || pool?.lost) return 1;
  return wanted ?? Math.max(1, Math.min(cores(), MOST_THREADS));
}

/** Sets the threads of plans to come (tests, measurements); null: by the cores. */
export function setPlanThreads(threads: number | null): void {
  wanted = threads;
}

/**
 * Starts the threads, so that the first plan need not wait, and returns how many plans use. Never throws:
 * without threads it is one.
 */
export async function startThreads(): Promise<number> {
  const threads = planThreads();
  if (threads < 2) return 1;
  pool ??= new Pool();
  // A failure is said by the pool.
  await pool.grow(threads).catch(() => {});
  return planThreads();
}

/** Gives a plan's memory to the threads of `problems`. Rejects when they cannot be had. */
export async function joinThreads(module: WebAssembly.Module, memory: WebAssembly.Memory, problems: readonly number[]): Promise<Crew> {
  if (!canShare()) throw new Error('there is no shared memory here');
  if (pool?.worn) endThreads();
  pool ??= new Pool();
  return pool.join(module, memory, problems);
}

/** Ends all threads. Plans that have them go on with one; plans to come start new ones. */
export function endThreads(): void {
  pool?.end('the threads were ended');
  pool = null;
}
