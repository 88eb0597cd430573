/**
 * Compiles the AssemblyScript sources, when what lies in their build folder is missing or older than they
 * are. Of the fused training step: plain.wasm for one thread, threads.wasm for several on shared memory, and
 * of both a build (-fma) that multiplies and adds in one instruction (relaxed SIMD). Of recorded steps:
 * the same four, named recorded. Of the table reader: reader.wasm; of mixed models: products.wasm. `npm run
 * build:wasm` calls it, and so do the builds and tests that need the files. Plain JavaScript: the Vite and
 * Vitest configurations load it.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];
const FUSED = ['--enable', 'relaxed-simd'];
const STEP = { sources: 'workers/engine/wasm/assembly', out: 'workers/engine/wasm/build' };
const RECORDED = { sources: 'workers/engine/recorded/assembly', out: 'workers/engine/recorded/build', also: STEP.sources };
const PRODUCTS = { sources: 'workers/mixed/wasm/assembly', out: 'workers/mixed/wasm/build' };
const READER = { sources: 'workers/data/bytes/assembly', out: 'workers/data/bytes/build' };
const BUILDS = [
  { ...STEP, name: 'plain', options: ['--memoryBase', '256'] },
  { ...STEP, name: 'threads', options: ['--memoryBase', '256', ...SHARED] },
  { ...STEP, name: 'plain-fma', options: ['--memoryBase', '256', ...FUSED] },
  { ...STEP, name: 'threads-fma', options: ['--memoryBase', '256', ...SHARED, ...FUSED] },
  { ...RECORDED, name: 'recorded', options: ['--memoryBase', '64'] },
  { ...RECORDED, name: 'recorded-fma', options: ['--memoryBase', '64', ...FUSED] },
  { ...RECORDED, name: 'recorded-threads', options: ['--memoryBase', '64', ...SHARED] },
  { ...RECORDED, name: 'recorded-threads-fma', options: ['--memoryBase', '64', ...SHARED, ...FUSED] },
  { ...READER, name: 'reader', options: [] },
  { ...PRODUCTS, name: 'products', options: [] },
];

const modified = (path) => statSync(path).mtimeMs;

/** The lists that host and module share, what writes the module's side of them, and where. */
const LISTS = [
  { room: 'workers/engine/wasm', lists: ['structures.ts', 'assembly-source.ts'], writer: 'assemblySource', out: 'structures.ts' },
  { room: 'workers/engine/recorded', lists: ['../constants.ts', 'instructions.ts'], writer: 'instructionSource', out: 'instructions.ts' },
];

/** Writes the AssemblyScript side of the shared lists, where it is missing or older than they are. */
async function writeLists() {
  for (const { room, lists, writer, out } of LISTS) {
    const files = lists.map((name) => join(ROOT, room, name));
    const generated = join(ROOT, room, 'assembly', out);
    if (existsSync(generated) && files.every((list) => modified(list) < modified(generated))) continue;
    const { tsImport } = await import('tsx/esm/api');
    const written = await tsImport(pathToFileURL(files[files.length - 1]).href, import.meta.url);
    const partial = `${generated}.${process.pid}.part`;
    writeFileSync(partial, written[writer]());
    renameSync(partial, generated);
  }
}

function isFresh({ sources, also, out, name }) {
  const file = join(ROOT, out, `${name}.wasm`);
  if (!existsSync(file)) return false;
  const inputs = [
    ...[sources, ...(also ? [also] : [])].flatMap((folder) =>
      readdirSync(join(ROOT, folder))
        .filter((source) => source.endsWith('.ts'))
        .map((source) => join(ROOT, folder, source)),
    ),
    fileURLToPath(import.meta.url),
  ];
  return inputs.every((input) => modified(input) < modified(file));
}

async function compile({ sources, out, name, options }) {
  const { default: asc } = await import('assemblyscript/asc');
  mkdirSync(join(ROOT, out), { recursive: true });
  // Its own name until it is whole: another process may build or read at the same time.
  const partial = `${out}/${name}.${process.pid}.part.wasm`;
  const { error, stderr } = await asc.main([
    `${sources}/index.ts`,
    '-O3',
    '--converge',
    '--noAssert',
    ...['--runtime', 'stub'],
    '--importMemory',
    ...['--enable', 'simd'],
    ...options,
    ...['--baseDir', ROOT],
    ...['--outFile', partial],
  ]);
  if (error) throw new Error(`The AssemblyScript of ${sources} does not compile.\n${stderr.toString()}`);
  renameSync(join(ROOT, partial), join(ROOT, out, `${name}.wasm`));
}

/** Builds what is not fresh. Throws with the compiler's message. */
export async function buildWasm() {
  await writeLists();
  for (const build of BUILDS) if (!isFresh(build)) await compile(build);
}

/** Vitest's global set-up. */
export default buildWasm;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildWasm();
