/**
 * Compiles the AssemblyScript sources, when what lies in their build folder is missing or older than they
 * are. Of the fused training step: plain.wasm for one thread, threads.wasm for several on shared memory, and
 * of both a build (-fma) that multiplies and adds in one instruction (relaxed SIMD). Of the table reader:
 * reader.wasm; of mixed models: products.wasm. `npm run build:wasm` calls it, and so do the builds and tests
 * that need the files. Plain JavaScript: the Vite and Vitest configurations load it.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];
const FUSED = ['--enable', 'relaxed-simd'];
const STEP = { sources: 'workers/engine/wasm/assembly', out: 'workers/engine/wasm/build' };
const PRODUCTS = { sources: 'workers/mixed/wasm/assembly', out: 'workers/mixed/wasm/build' };
const READER = { sources: 'workers/data/bytes/assembly', out: 'workers/data/bytes/build' };
const BUILDS = [
  { ...STEP, name: 'plain', options: ['--memoryBase', '256'] },
  { ...STEP, name: 'threads', options: ['--memoryBase', '256', ...SHARED] },
  { ...STEP, name: 'plain-fma', options: ['--memoryBase', '256', ...FUSED] },
  { ...STEP, name: 'threads-fma', options: ['--memoryBase', '256', ...SHARED, ...FUSED] },
  { ...READER, name: 'reader', options: [] },
  { ...PRODUCTS, name: 'products', options: [] },
];

const modified = (path) => statSync(path).mtimeMs;

/** The lists that host and module share, and what the compiler is given of them. */
const LISTS = ['structures.ts', 'assembly-source.ts'].map((name) => join(ROOT, 'workers/engine/wasm', name));
const GENERATED = join(ROOT, STEP.sources, 'structures.ts');

/** Writes the AssemblyScript side of the shared lists, when it is missing or older than they are. */
async function writeStructures() {
  if (existsSync(GENERATED) && LISTS.every((list) => modified(list) < modified(GENERATED))) return;
  const { tsImport } = await import('tsx/esm/api');
  const { assemblySource } = await tsImport(pathToFileURL(LISTS[1]).href, import.meta.url);
  const source = assemblySource();
  const partial = `${GENERATED}.${process.pid}.part`;
  writeFileSync(partial, source);
  renameSync(partial, GENERATED);
}

function isFresh({ sources, out, name }) {
  const file = join(ROOT, out, `${name}.wasm`);
  if (!existsSync(file)) return false;
  const inputs = [
    ...readdirSync(join(ROOT, sources))
      .filter((source) => source.endsWith('.ts'))
      .map((source) => join(ROOT, sources, source)),
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
  await writeStructures();
  for (const build of BUILDS) if (!isFresh(build)) await compile(build);
}

/** Vitest's global set-up. */
export default buildWasm;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildWasm();
