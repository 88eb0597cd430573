/**
 * The lab's own Vite plugins: the tfjs WASM files, compressed copies, the `_headers` file, and a report of
 * which module went into which chunk.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin, ResolvedConfig } from 'vite';
import { EMBED_PAGE, headersFile } from './headers.ts';

const WASM_FOLDER = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));

/** Puts the tfjs WASM binaries at `wasm/` of the build and serves them there in development. */
export function tfjsWasm(): Plugin {
  return {
    name: 'lab:tfjs-wasm',
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const name = /\/wasm\/([\w-]+\.wasm)(?:\?|$)/.exec(request.url ?? '')?.[1];
        if (!name || !existsSync(join(WASM_FOLDER, name))) return next();
        response.setHeader('Content-Type', 'application/wasm');
        response.end(await readFile(join(WASM_FOLDER, name)));
      });
    },
    async generateBundle() {
      for (const name of await readdir(WASM_FOLDER)) {
        if (name.endsWith('.wasm')) this.emitFile({ type: 'asset', fileName: `wasm/${name}`, source: await readFile(join(WASM_FOLDER, name)) });
      }
    },
  };
}

/**
 * KaTeX names each font three times; every browser that runs the lab reads WOFF2, so the other two files are
 * not built.
 */
export function onlyWoff2(): Plugin {
  return {
    name: 'lab:only-woff2',
    enforce: 'pre',
    transform(code, id) {
      if (!/katex[^/]*\.css/.test(id)) return null;
      return { code: code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("[^"]*"\)/g, ''), map: null };
    },
  };
}

/** Emits `_headers`, so that the build can be put on a host that reads that file. */
export function hostHeaders(): Plugin {
  return {
    name: 'lab:host-headers',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile() });
    },
  };
}

/** Puts the page at `embed.html` too, whose headers let other sites frame it; so also in development. */
export function embedPage(): Plugin {
  return {
    name: 'lab:embed-page',
    enforce: 'post',
    configureServer(server) {
      server.middlewares.use((request, _, next) => {
        request.url = request.url?.replace(new RegExp(`^/${EMBED_PAGE}(?=$|\\?)`), '/index.html');
        next();
      });
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const page = bundle['index.html'];
        if (page?.type !== 'asset') throw new Error('There is no index.html in the build for the embed view.');
        this.emitFile({ type: 'asset', fileName: EMBED_PAGE, source: page.source });
      },
    },
  };
}

/**
 * Names the script that draws charts in the page, whose first script (public/first-paint.js) asks for it
 * where the page opens with charts: else the page's own scripts would have to run before it is known.
 */
export function namesCharts(module: string): Plugin {
  return {
    name: 'lab:names-charts',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        if (!bundle) return [];
        const chunk = Object.values(bundle).find((one) => one.type === 'chunk' && one.facadeModuleId?.endsWith(module));
        if (!chunk) throw new Error(`No chunk begins with ${module}, the code that draws charts.`);
        return [{ tag: 'meta', attrs: { name: 'charts', content: chunk.fileName }, injectTo: 'head-prepend' }];
      },
    },
  };
}

export interface ChunkReport {
  file: string;
  entry: boolean;
  imports: string[];
  dynamicImports: string[];
  /** Modules that left code in the chunk, as paths from the project's root. */
  modules: string[];
  /** Characters of code before it is minified, by package or by the repository's folder (`workers/spec`). */
  parts: Record<string, number>;
}

/** Packages that left code in a worker; workers are bundled apart from the page. */
const workerPackages = new Set<string>();

/** The package of a module, or null for the repository's own. */
export const packageOf = (module: string): string | null => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? null;

/** Notes the packages of the workers for `chunkReport`; a plugin of `worker.plugins`. */
export function workerReport(): Plugin {
  return {
    name: 'lab:worker-report',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const [id, module] of Object.entries(chunk.modules)) {
          const name = packageOf(id);
          if (name && (module.code ?? '').length > 0) workerPackages.add(name);
        }
      }
    },
  };
}

/**
 * Writes which modules went into which chunk of the page, and which packages into its workers, to `file`, for
 * scripts/check-bundle.ts.
 */
export function chunkReport(file: string): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'lab:chunk-report',
    configResolved(resolved) {
      config = resolved;
    },
    async writeBundle(_, bundle) {
      const chunks: ChunkReport[] = [];
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const modules: string[] = [];
        const parts: Record<string, number> = {};
        for (const [id, { code }] of Object.entries(chunk.modules)) {
          if (!code) continue;
          const module = id.replace(`${config.root}/`, '');
          const part = packageOf(module) ?? module.split('/').slice(0, 2).join('/');
          modules.push(module);
          parts[part] = (parts[part] ?? 0) + code.length;
        }
        chunks.push({ file: chunk.fileName, entry: chunk.isEntry, imports: chunk.imports, dynamicImports: chunk.dynamicImports, modules, parts });
      }
      const target = resolve(config.root, file);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, JSON.stringify({ outDir: config.build.outDir, chunks, workerPackages: [...workerPackages] }, null, 1));
    },
  };
}

/** Writes `.br` and `.gz` next to every text or WASM file above 1 kB, once, so that serving costs nothing. */
export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'lab:precompress',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler() {
        const names = existsSync(folder) ? await readdir(folder, { recursive: true }) : [];
        for (const name of names.filter((file) => /\.(html|js|css|svg|json|csv|wasm|webmanifest|txt)$/.test(file))) {
          const content = await readFile(join(folder, name));
          if (content.length < 1024) continue;
          await writeFile(join(folder, `${name}.gz`), await promisify(gzip)(content, { level: 9 }));
          const quality = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
          await writeFile(join(folder, `${name}.br`), await promisify(brotliCompress)(content, { params: quality }));
        }
      },
    },
  };
}
