/**
 * One thread of the pool (threads.ts), in browsers and in Node: it holds an instance of the compiled step for
 * each plan and does its share of the calls. Plain JavaScript, because Node starts it from this file as it
 * is. Between calls it blocks, so messages (a plan comes, a plan goes) are announced in shared words first,
 * for which it goes back to its event loop.
 */
const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node);
const port = inNode ? process.getBuiltinModule('node:worker_threads').parentPort : self;

/**
 * Looks before it sleeps, some 150 µs: steps follow one another closely. Between two looks roots leave the
 * core to the other thread, as in assembly/threads.ts.
 */
const POLLS = 1000;
const ROOTS = 24;

let line = new Int32Array(0);
/** Places of the words in it (threads.ts), as the host says them. */
let words = { call: 0, plan: 0, messages: 0, sleeps: 0 };
let handled = 0;
let seen = 0;
let root = 2;
const plans = new Map();

/** Serves calls until a message waits. */
function serve() {
  for (;;) {
    let call = Atomics.load(line, words.call);
    for (let i = 0; i < POLLS && call === seen; i++) {
      for (let j = 0; j < ROOTS; j++) root = Math.sqrt(root + 1);
      call = Atomics.load(line, words.call);
    }
    if (call === seen) {
      Atomics.store(line, words.sleeps, 1);
      Atomics.wait(line, words.call, seen);
      Atomics.store(line, words.sleeps, 0);
      continue;
    }
    if (Atomics.load(line, words.messages) !== handled) return;
    seen = call;
    plans.get(Atomics.load(line, words.plan))?.work();
  }
}

port.onmessage = ({ data }) => {
  if (data.kind === 'start') ({ line, words } = data);
  if (data.kind === 'add') {
    const { exports } = new WebAssembly.Instance(data.module, { env: { memory: data.memory } });
    exports.init(data.problem);
    plans.set(data.plan, exports);
  }
  if (data.kind === 'drop') plans.delete(data.plan);
  handled += 1;
  port.postMessage(handled);
  serve();
};
