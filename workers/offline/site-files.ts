/**
 * The files of a version of the site in this browser: fetched once, checked by their hashes, and served with
 * the headers that the site has, whatever a host or a proxy made of them.
 */

/** A file of the build. */
export interface SiteFile {
  /** SHA-256 of its content, in hexadecimal digits. */
  hash: string;
  /** Its Content-Type. */
  type: string;
  /** Index into `SiteManifest.headers`. */
  headers: number;
}

/** What the build writes into the service worker (scripts/site/site-manifest.ts). */
export interface SiteManifest {
  /** Of every file, type and header: another one is another version. */
  version: string;
  headers: readonly Readonly<Record<string, string>>[];
  /** By path from the site's folder: 'assets/index-1a2b.js'. */
  files: Readonly<Record<string, SiteFile>>;
}

/** Files that are fetched at once: few, since a page may be at work meanwhile. */
const LANES = 3;

const PREFIX = 'mmbeddings-lab ';
export const cacheName = ({ version }: SiteManifest): string => `${PREFIX}${version}`;

/** The name under which hosts and addresses know the pages. */
const PAGES: Readonly<Record<string, string>> = { '': 'index.html', embed: 'embed.html' };

/**
 * The file that an address asks for: its query chooses what the page shows, never the file. Null for what is
 * no file of the site.
 */
export function fileOf(address: string, scope: string, manifest: SiteManifest): string | null {
  const url = new URL(address);
  url.search = '';
  url.hash = '';
  if (!url.href.startsWith(scope)) return null;
  const path = url.href.slice(scope.length);
  const file = PAGES[path] ?? path;
  return Object.hasOwn(manifest.files, file) ? file : null;
}

async function hashOf(content: ArrayBuffer): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A file's content, if it is that of the manifest; null otherwise. */
async function content(response: Response | undefined, { hash }: SiteFile): Promise<ArrayBuffer | null> {
  if (!response?.ok) return null;
  const bytes = await response.arrayBuffer();
  return (await hashOf(bytes)) === hash ? bytes : null;
}

/** What the browser has of other versions, or of this one from a try that was cut short. */
async function kept(path: string, file: SiteFile, caches: CacheStorage): Promise<ArrayBuffer | null> {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const bytes = await content(await (await caches.open(name)).match(path), file);
    if (bytes) return bytes;
  }
  return null;
}

/** From the browser's own cache where it has it, else from the site. Names with a hash never change. */
async function fetched(path: string, file: SiteFile, scope: string): Promise<ArrayBuffer> {
  const cache = path.startsWith('assets/') ? 'default' : 'no-cache';
  const found = await content(await fetch(`${scope}${path}`, { cache, credentials: 'same-origin' }), file);
  // A host may be in the middle of a new version, and a proxy may keep an old one.
  const again = found ?? (await content(await fetch(`${scope}${path}`, { cache: 'reload', credentials: 'same-origin' }), file));
  if (!again) throw new Error(`${path} is not there as this version of the lab has it.`);
  return again;
}

/**
 * Brings every file of the manifest into its cache; what is there, of this version or another, is not fetched
 * again. Rejects where a file cannot be had as the manifest has it; what came until then stays for the next
 * try.
 */
export async function fill(manifest: SiteManifest, scope: string, caches: CacheStorage): Promise<void> {
  const cache = await caches.open(cacheName(manifest));
  const open = Object.entries(manifest.files);
  const lane = async (): Promise<void> => {
    for (let next = open.shift(); next; next = open.shift()) {
      const [path, file] = next;
      // Of this version only what was checked is in its cache.
      if (await cache.match(path)) continue;
      const bytes = (await kept(path, file, caches)) ?? (await fetched(path, file, scope));
      await cache.put(path, new Response(bytes, { headers: { 'Content-Type': file.type, ...manifest.headers[file.headers] } }));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** Removes the files of other versions. */
export async function dropOthers(manifest: SiteManifest, caches: CacheStorage): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== cacheName(manifest)) await caches.delete(name);
}

/** A file of the version, or what the site answers where the browser has thrown it away. */
export async function answer(path: string, request: Request, manifest: SiteManifest, caches: CacheStorage): Promise<Response> {
  return (await (await caches.open(cacheName(manifest))).match(path)) ?? fetch(request);
}
