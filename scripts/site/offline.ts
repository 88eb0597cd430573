/**
 * The build's service worker: the manifest of all files with their hashes, types and headers, before the code
 * of workers/offline.worker.ts. Own code and not Workbox's: headers have to be those of headers.ts to the
 * letter on every host, and a new version may not come under a run; both are settings that Workbox lacks.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type Plugin, type ResolvedConfig } from 'vite';
import { SERVICE_WORKER } from './headers.ts';
import { siteManifest } from './site-manifest.ts';

/** Files of a build that are no part of what a page asks for. */
const isLeftOut = (path: string): boolean => path === '_headers' || path === SERVICE_WORKER || /\.(br|gz|map)$/.test(path);

async function builtFiles(folder: string): Promise<Record<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const wanted = paths.map((path) => path.replaceAll('\\', '/')).filter((path) => !isLeftOut(path));
  return Object.fromEntries(await Promise.all(wanted.map(async (path) => [path, await readFile(join(folder, path))] as const)));
}

/** The worker as one classic script. */
async function workerCode(root: string): Promise<string> {
  const built = await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: join(root, 'workers/offline.worker.ts'), formats: ['iife'], name: 'offline', fileName: 'offline' },
    },
  });
  const [result] = [built].flat();
  if (!('output' in result)) throw new Error('The service worker was not built.');
  return result.output[0].code;
}

/** Writes the service worker when all other files are there, before they are compressed. */
export function serviceWorker(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'lab:service-worker',
    configResolved(resolved) {
      config = resolved;
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler() {
        const folder = resolve(config.root, config.build.outDir);
        const manifest = siteManifest(await builtFiles(folder));
        await writeFile(join(folder, SERVICE_WORKER), `const SITE = ${JSON.stringify(manifest)};\n${await workerCode(config.root)}`);
      },
    },
  };
}
