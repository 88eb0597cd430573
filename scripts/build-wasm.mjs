/**
 * Compiles the AssemblyScript sources of the fused training step to workers/engine/wasm/build, when what lies
 * there is missing or older than they are: plain.wasm for one thread, threads.wasm for several on shared
 * memory, and of both a build (-fma) that multiplies and adds in one instruction (relaxed SIMD). `npm run
 * build:wasm` calls it, and so do the builds and tests that need the file. Plain JavaScript: the Vite and
 * Vitest configurations load it.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SOURCES = 'workers/engine/wasm/assembly';
const OUT = 'workers/engine/wasm/build';
const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];
const FUSED = ['--enable', 'relaxed-simd'];
const BUILDS = {
  plain: [],
  threads: SHARED,
  'plain-fma': FUSED,
  'threads-fma': [...SHARED, ...FUSED],
};

const modified = (path) => statSync(path).mtimeMs;

/** The lists that host and module share, and what the compiler is given of them. */
const LISTS = ['structures.ts', 'assembly-source.ts'].map((name) => join(ROOT, 'workers/engine/wasm', name));
const GENERATED = join(ROOT, SOURCES, 'structures.ts');

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

function isFresh(file) {
  if (!existsSync(file)) return false;
  const inputs = [
    ...readdirSync(join(ROOT, SOURCES))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(ROOT, SOURCES, name)),
    fileURLToPath(import.meta.url),
  ];
  return inputs.every((input) => modified(input) < modified(file));
}

async function compile(name, options) {
  const { default: asc } = await import('assemblyscript/asc');
  // Its own name until it is whole: another process may build or read at the same time.
  const partial = `${OUT}/${name}.${process.pid}.part.wasm`;
  const { error, stderr } = await asc.main([
    `${SOURCES}/index.ts`,
    '-O3',
    '--converge',
    '--noAssert',
    ...['--runtime', 'stub'],
    '--importMemory',
    ...['--enable', 'simd'],
    ...['--memoryBase', '256'],
    ...options,
    ...['--baseDir', ROOT],
    ...['--outFile', partial],
  ]);
  if (error) throw new Error(`The AssemblyScript of ${SOURCES} does not compile.\n${stderr.toString()}`);
  renameSync(join(ROOT, partial), join(ROOT, OUT, `${name}.wasm`));
}

/** Builds what is not fresh. Throws with the compiler's message. */
export async function buildWasm() {
  mkdirSync(join(ROOT, OUT), { recursive: true });
  await writeStructures();
  for (const [name, options] of Object.entries(BUILDS)) if (!isFresh(join(ROOT, OUT, `${name}.wasm`))) await compile(name, options);
}

/** Vitest's global set-up. */
export default buildWasm;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildWasm();
