import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { siteManifest } from '../../scripts/site/site-manifest';
import { answer, cacheName, dropOthers, fileOf, fill, type SiteManifest } from './site-files';

const SCOPE = 'https://lab.example/course/';
const bytes = (text: string) => new TextEncoder().encode(text);
const SITE = {
  'index.html': '<p>page',
  'embed.html': '<p>embed',
  'assets/index-1a.js': 'export {};',
  'assets/worker/lab-1a.js': 'postMessage(1);',
  'wasm/simd.wasm': 'wasm',
};
const manifestOf = (site: Record<string, string>): SiteManifest =>
  siteManifest(Object.fromEntries(Object.entries(site).map(([path, text]) => [path, bytes(text)])));

/** Caches as a browser has them, for the site above. */
function memoryCaches() {
  const stored = new Map<string, Map<string, Response>>();
  const open = async (name: string) => {
    const entries = stored.get(name) ?? new Map<string, Response>();
    stored.set(name, entries);
    return {
      match: async (path: string) => entries.get(path)?.clone(),
      put: async (path: string, response: Response) => void entries.set(path, response),
    };
  };
  return { stored, caches: { open, keys: async () => [...stored.keys()], delete: async (name: string) => stored.delete(name) } as never };
}

let asked: string[] = [];
/** What the host answers, headers and all. */
function host(site: Record<string, string>): void {
  vi.stubGlobal('fetch', async (address: string | Request, options: RequestInit = {}) => {
    const path = (typeof address === 'string' ? address : address.url).slice(SCOPE.length);
    asked.push(`${path} ${options.cache}`);
    return path in site
      ? new Response(site[path], { headers: { 'Content-Security-Policy': 'default-src *', 'X-Proxy': 'school' } })
      : new Response('Not found', { status: 404 });
  });
}

beforeEach(() => {
  asked = [];
  host(SITE);
});
afterEach(() => void vi.unstubAllGlobals());

describe('fileOf', () => {
  const manifest = manifestOf(SITE);

  it.each([
    ['', 'index.html'],
    ['?bench&q=20', 'index.html'],
    ['?lesson=memorise#s=abc', 'index.html'],
    ['index.html', 'index.html'],
    ['embed.html?backend=wasm', 'embed.html'],
    ['embed', 'embed.html'],
    ['assets/worker/lab-1a.js', 'assets/worker/lab-1a.js'],
  ])('knows %j as %s', (address, file) => {
    expect(fileOf(`${SCOPE}${address}`, SCOPE, manifest)).toBe(file);
  });

  it.each(['https://lab.example/', 'https://lab.example/course2/', 'https://other.example/course/'])('leaves %s alone', (address) => {
    expect(fileOf(address, SCOPE, manifest)).toBeNull();
  });

  it.each(['assets/index-0b.js', 'sw.js', 'none', 'constructor', '__proto__', 'assets/'])('has no file for %s', (path) => {
    expect(fileOf(`${SCOPE}${path}`, SCOPE, manifest)).toBeNull();
  });
});

describe('fill', () => {
  it('serves every file with its content, its type and exactly the headers of the site', async () => {
    const { caches } = memoryCaches();
    const manifest = manifestOf(SITE);
    await fill(manifest, SCOPE, caches);
    for (const [path, text] of Object.entries(SITE)) {
      const response = await answer(path, new Request(`${SCOPE}${path}`), manifest, caches);
      expect(await response.text()).toBe(text);
      const { files, headers } = manifest;
      const expected = { 'Content-Type': files[path].type, ...headers[files[path].headers] };
      expect(Object.fromEntries(response.headers), path).toEqual(
        Object.fromEntries(Object.entries(expected).map(([name, value]) => [name.toLowerCase(), value])),
      );
    }
    const worker = await answer('assets/worker/lab-1a.js', new Request(SCOPE), manifest, caches);
    expect(worker.headers.get('content-security-policy')).toContain("'wasm-unsafe-eval' blob:;");
    const page = await answer('index.html', new Request(SCOPE), manifest, caches);
    expect(page.headers.get('content-security-policy')).not.toMatch(/script-src[^;]*blob:/);
  });

  it('takes from the browser’s own cache what has a hash in its name, and asks for the rest', async () => {
    await fill(manifestOf(SITE), SCOPE, memoryCaches().caches);
    expect(asked.sort()).toEqual([
      'assets/index-1a.js default',
      'assets/worker/lab-1a.js default',
      'embed.html no-cache',
      'index.html no-cache',
      'wasm/simd.wasm no-cache',
    ]);
  });

  it('fetches of a next version only what it changed, with the headers of the next', async () => {
    const { caches, stored } = memoryCaches();
    const before = manifestOf(SITE);
    await fill(before, SCOPE, caches);
    asked = [];
    const changed = { ...SITE, 'index.html': '<p>next page' };
    host(changed);
    const next = { ...manifestOf(changed), headers: manifestOf(changed).headers.map((headers) => ({ ...headers, 'X-Of': 'next' })) };
    await fill(next, SCOPE, caches);
    expect(asked).toEqual(['index.html no-cache']);
    const kept = await answer('wasm/simd.wasm', new Request(SCOPE), next, caches);
    expect([await kept.text(), kept.headers.get('x-of')]).toEqual(['wasm', 'next']);
    // The version before stays whole for the pages that have it, until the next is in use.
    expect(await (await answer('index.html', new Request(SCOPE), before, caches)).text()).toBe('<p>page');
    stored.set('of another site', new Map());
    await dropOthers(next, caches);
    expect([...stored.keys()].sort()).toEqual([cacheName(next), 'of another site'].sort());
  });

  it('never mixes versions: it rejects while the host is between two, and later goes on where it stopped', async () => {
    const { caches } = memoryCaches();
    const manifest = manifestOf(SITE);
    const { 'wasm/simd.wasm': _, ...missing } = SITE;
    for (const halfway of [{ ...SITE, 'wasm/simd.wasm': 'wasm of another version' }, missing]) {
      host(halfway);
      await expect(fill(manifest, SCOPE, caches)).rejects.toThrow('wasm/simd.wasm is not there as this version of the lab has it.');
    }
    asked = [];
    host(SITE);
    await fill(manifest, SCOPE, caches);
    expect(asked).toEqual(['wasm/simd.wasm no-cache']);
  });

  it('asks past a proxy that keeps an old copy', async () => {
    const { caches } = memoryCaches();
    vi.stubGlobal('fetch', async (address: string, { cache }: RequestInit) => {
      const path = address.slice(SCOPE.length);
      return new Response(cache === 'reload' ? SITE[path as keyof typeof SITE] : 'old');
    });
    await fill(manifestOf(SITE), SCOPE, caches);
    expect(await (await answer('index.html', new Request(SCOPE), manifestOf(SITE), caches)).text()).toBe('<p>page');
  });
});

it('what the browser has thrown away is asked of the site', async () => {
  const manifest = manifestOf(SITE);
  const response = await answer('index.html', new Request(`${SCOPE}index.html`), manifest, memoryCaches().caches);
  expect(response.headers.get('x-proxy')).toBe('school');
});

describe('siteManifest', () => {
  it('is another version for another content, and for other headers of the same', () => {
    const manifest = manifestOf(SITE);
    expect(manifestOf({ ...SITE }).version).toBe(manifest.version);
    expect(manifestOf({ ...SITE, 'index.html': '<p>Page' }).version).not.toBe(manifest.version);
    expect(manifestOf({ 'a.html': 'x' }).version).not.toBe(manifestOf({ 'embed.html': 'x' }).version);
    expect(manifest.files['index.html'].hash).toBe(createHash('sha256').update(SITE['index.html']).digest('hex'));
  });

  it('refuses a file whose type nobody has said', () => {
    expect(() => manifestOf({ 'a.parquet': '' })).toThrow('no type for a.parquet');
  });
});
