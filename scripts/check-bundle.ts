/**
 * Holds the page to its budget, after a build: no chunks that import each other in a circle, no tfjs in any
 * chunk of the page (it belongs to the worker), no Plotly and no Mantine in what the first paint loads, at
 * most so much JavaScript and CSS, gzipped, before Plotly and with it, part by part, styles for every Mantine
 * component it uses, and every package named in THIRD-PARTY.md. Prints one line a check, ends `N passed, N
 * failed`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type ChunkReport, packageOf } from './site/vite-plugins';

/** Gzipped kB of JavaScript and CSS that the first paint may load, and of JavaScript until the picture. */
const PAINT_KB = 250;
const PICTURE_KB = 605;
/** Words that stay in tfjs's code under any minifier: property names and messages. */
const TFJS_MARKERS = ['numDataIds', 'registerKernel', 'disposeRegisteredKernels', 'tfjsflags', 'WebGPUBackend'];

const read = (file: string) => readFileSync(join('dist', file));

/** Everything the first paint loads: the entries and what they import, without dynamic imports. */
function firstPaint(chunks: ChunkReport[]): ChunkReport[] {
  const byFile = new Map(chunks.map((chunk) => [chunk.file, chunk]));
  const seen = new Set<ChunkReport>();
  const visit = (chunk: ChunkReport | undefined) => {
    if (!chunk || seen.has(chunk)) return;
    seen.add(chunk);
    for (const file of chunk.imports) visit(byFile.get(file));
  };
  for (const chunk of chunks) if (chunk.entry) visit(chunk);
  return [...seen];
}

if (!existsSync('.cache/chunks.json') || !existsSync('dist/index.html')) {
  console.error('There is no build to check: run "npm run build" first.');
  process.exit(1);
}
const { chunks, workerPackages } = JSON.parse(readFileSync('.cache/chunks.json', 'utf8')) as { chunks: ChunkReport[]; workerPackages: string[] };
const first = firstPaint(chunks);
const stylesheets = [...readFileSync('dist/index.html', 'utf8').matchAll(/<link[^>]+rel="stylesheet"[^>]+href="\.\/([^"]+)"/g)].map(
  (match) => match[1],
);
const kilobytes = (files: string[]) => files.reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).length, 0) / 1000;
const script = kilobytes(first.map((chunk) => chunk.file));
const style = kilobytes(stylesheets);

const tfjs = chunks.flatMap((chunk) => [
  ...chunk.modules.filter((module) => module.includes('@tensorflow/')).map((module) => `${chunk.file}: ${module}`),
  ...TFJS_MARKERS.filter((marker) => read(chunk.file).includes(marker)).map((marker) => `${chunk.file}: the word ${marker}`),
]);
const heavy = first.flatMap((chunk) =>
  chunk.modules.filter((module) => /node_modules\/(plotly|@mantine\/core|katex)/.test(module)).map((module) => `${chunk.file}: ${module}`),
);
const withPlotly = chunks.filter(({ modules }) => modules.some((module) => /node_modules\/plotly/.test(module))).map(({ file }) => file);
const plotly = kilobytes(withPlotly);
/** What public/first-paint.js asks for beside the page's own script. */
const charts = /<meta name="charts" content="([^"]+)">/.exec(readFileSync('dist/index.html', 'utf8'))?.[1];
/** What the code of the first paint is made of, in percent; parts of less than one together. */
const code = new Map<string, number>();
for (const { parts } of first) for (const [part, length] of Object.entries(parts)) code.set(part, (code.get(part) ?? 0) + length);
const whole = [...code.values()].reduce((sum, length) => sum + length, 0);
const shares = [...code].map(([part, length]) => [part, (100 * length) / whole] as const).sort(([, a], [, b]) => b - a);
const large = shares.filter(([, share]) => share >= 1);
const parts = [...large, ['others', 100 - large.reduce((sum, [, share]) => sum + share, 0)] as const];

/** Chunks that lead back to themselves: which of them runs first depends on which is asked for first. */
const circles: string[] = [];
const done = new Set<string>();
function follow(file: string, path: string[]): void {
  const at = path.indexOf(file);
  if (at >= 0) circles.push([...path.slice(at), file].join(' → '));
  if (at >= 0 || done.has(file)) return;
  for (const next of chunks.find((chunk) => chunk.file === file)?.imports ?? []) follow(next, [...path, file]);
  done.add(file);
}
for (const { file } of chunks) follow(file, []);

const named = new Set([...readFileSync('THIRD-PARTY.md', 'utf8').matchAll(/`([^`]+)`/g)].map((match) => match[1]));
const packages = new Set([...workerPackages, ...chunks.flatMap((chunk) => chunk.modules.flatMap((module) => packageOf(module) ?? []))]);

/** Classes of Mantine's components in a text. */
const classesIn = (text: string): Set<string> => new Set(text.match(/\bm_[0-9a-f]{6,8}\b/g));
const mantine = readFileSync(fileURLToPath(import.meta.resolve('@mantine/core/styles.layer.css')), 'utf8');
const styled = classesIn(
  readdirSync('dist/assets')
    .filter((file) => file.endsWith('.css'))
    .map((file) => read(join('assets', file)).toString())
    .join('\n'),
);
const used = classesIn(chunks.map(({ file }) => read(file).toString()).join('\n'));
const unstyled = [...classesIn(mantine)].filter((name) => used.has(name) && !styled.has(name));

const checks: { name: string; problems: string[] }[] = [
  { name: 'no circles of chunks that import each other', problems: circles },
  { name: `no tfjs in the ${chunks.length} chunks of the page`, problems: tfjs },
  { name: `no Plotly, Mantine or KaTeX in the ${first.length} chunks of the first paint`, problems: heavy },
  {
    name: `first paint at most ${PAINT_KB} kB gzipped: ${script.toFixed(0)} kB JavaScript (${parts.map(([part, share]) => `${part} ${share.toFixed(0)} %`).join(', ')}) + ${style.toFixed(0)} kB CSS`,
    problems: script + style > PAINT_KB ? [`${(script + style).toFixed(0)} kB`] : [],
  },
  {
    name: `at most ${PICTURE_KB} kB of JavaScript until the picture stands: ${script.toFixed(0)} kB + Plotly ${plotly.toFixed(0)} kB`,
    problems: script + plotly > PICTURE_KB ? [`${(script + plotly).toFixed(0)} kB`] : [],
  },
  {
    name: 'the page names the code that draws its charts',
    problems: withPlotly.length === 1 && charts === withPlotly[0] ? [] : [`${charts} of ${withPlotly.join(', ')}`],
  },
  { name: 'every Mantine component of the page has its styles (src/ui/mantine.css)', problems: used.size > 0 ? unstyled : ['none found'] },
  {
    name: `THIRD-PARTY.md names the ${packages.size} packages of the page and its workers`,
    problems: workerPackages.length > 0 ? [...packages].filter((name) => !named.has(name)) : ['the workers left no report'],
  },
  {
    name: 'the tfjs WASM files are in the build',
    problems: ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'].filter(
      (file) => !existsSync(join('dist/wasm', file)),
    ),
  },
];
for (const { name, problems } of checks) {
  console.log(`${problems.length ? 'FAIL' : 'ok  '} ${name}`);
  for (const problem of problems.slice(0, 10)) console.log(`       ${problem}`);
}
const failed = checks.filter((check) => check.problems.length > 0).length;
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
