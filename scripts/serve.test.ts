/** The server of `npm start` and the headers of the site, asked as somebody who means no good would ask. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, siteServer } from './serve';
import { headersFile, headersFor } from './site/headers';

const ROOT = resolve(import.meta.dirname, '..');

/** The folder above. */
const UP = '..';

let folder = '';
let port = 0;
let server: ReturnType<typeof siteServer>;

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'site-')), 'dist');
  await mkdir(join(folder, 'assets/worker'), { recursive: true });
  await writeFile(join(folder, 'index.html'), '<p>page');
  await writeFile(join(folder, 'assets/panel-1.js'), 'export {};');
  await writeFile(join(folder, 'assets/worker/lab-1.js'), 'export {};');
  await writeFile(join(folder, '_headers'), headersFile());
  await writeFile(join(folder, '.secret'), 'secret');
  await writeFile(join(folder, UP, 'outside.txt'), 'outside');
  await mkdir(join(folder, UP, 'dist-other'));
  await writeFile(join(folder, UP, 'dist-other/a.txt'), 'outside');
  server = siteServer(folder, { headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 50 });
  port = await listen(server, 0, '127.0.0.1');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(resolve(folder, '..'), { recursive: true, force: true });
});

/** Bytes as they are sent, without what a client would put right; all that comes back until the end. */
function raw(text: string): Promise<string> {
  return new Promise((done, failed) => {
    let answer = '';
    const socket = createConnection(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('close', () => done(answer));
    socket.on('error', failed);
  });
}
const ask = (line: string, more = '') => raw(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`);

describe('the server of npm start', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])('answers %s with 405 and what it allows', async (method) => {
    const answer = await ask(`${method} /`);
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).toMatch(/\r\nAllow: GET, HEAD\r\n/);
    expect(answer).not.toContain('<p>page');
  });

  it('answers GET and HEAD, HEAD without a body', async () => {
    expect(await ask('GET /')).toContain('<p>page');
    const head = await ask('HEAD /');
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head).not.toContain('<p>page');
  });

  it.each(['/_headers', '/%5Fheaders', '/_headers/', '/_HEADERS', '/_headers?x', '/.secret', '/%2Esecret', `/assets/${UP}/_headers`])(
    'does not serve %s',
    async (path) => {
      expect(await ask(`GET ${path}`)).toMatch(/^HTTP\/1\.1 404 /);
    },
  );

  it.each([
    ...[
      `/${UP}/outside.txt`,
      '/%2e%2e/outside.txt',
      '/..%2foutside.txt',
      `/assets/${UP}/${UP}/outside.txt`,
      '/..\\outside.txt',
      '/%5c..%5coutside.txt',
    ],
    ...[`/${UP}/dist-other/a.txt`, '//etc/passwd', '/assets/..%00/outside.txt', `http://x/${UP}/outside.txt`],
  ])('does not leave its folder for %s', async (path) => {
    const answer = await ask(`GET ${path}`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toContain('outside');
  });

  it('says 400 to what cannot be decoded', async () => {
    expect(await ask('GET /%E0%A4%A')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each(['bytes=5-2', 'bytes=-1', 'bytes=99999-', 'bytes=a-b', 'items=0-1'])(
    'answers the range %s with the whole file and lives',
    async (range) => {
      expect(await ask('GET /', `Range: ${range}\r\n`)).toContain('<p>page');
      expect(await ask('GET /')).toContain('<p>page');
    },
  );

  it('says a missing chunk in text that is neither a page nor kept', async () => {
    const answer = await ask('GET /assets/panel-0.js');
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).toMatch(/Content-Type: text\/plain/);
    expect(answer).toMatch(/Cache-Control: no-cache/);
    expect(answer).toMatch(/Not found/);
  });

  it('lives when a new build takes files away and brings others', async () => {
    await writeFile(join(folder, 'assets/panel-2.js'), 'export const two = 2;');
    expect(await ask('GET /assets/panel-2.js')).toContain('two = 2');
    await rm(join(folder, 'assets/panel-2.js'));
    expect(await ask('GET /assets/panel-2.js')).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('cuts off who sends too slowly', async () => {
    const began = performance.now();
    expect(await raw('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /);
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('sends the headers of the page with every answer, and a worker its own policy', async () => {
    for (const [line, path] of [
      ['GET /', '/'],
      ['GET /none', '/'],
      ['POST /', '/'],
      ['GET /assets/worker/lab-1.js', '/assets/worker/lab-1.js'],
    ]) {
      const answer = await ask(line);
      for (const [name, value] of Object.entries(headersFor(path))) expect(answer).toContain(`${name}: ${value}`);
    }
  });
});

describe('the headers of the site', () => {
  const page = headersFor('/');

  it.each([
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Cross-Origin-Embedder-Policy', 'require-corp'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
  ])('%s is %s', (name, value) => {
    expect(page[name]).toBe(value);
  });

  it('let no script in but the site’s own, and no connection out', () => {
    const policy = page['Content-Security-Policy'].split('; ');
    for (const line of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", "form-action 'none'", "base-uri 'none'"])
      expect(policy).toContain(line);
    expect(page['Content-Security-Policy']).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
    expect(policy.some((line) => line.startsWith('frame-ancestors '))).toBe(true);
  });

  it('deny what the lab does not use', () => {
    for (const name of ['camera', 'microphone', 'geolocation', 'usb', 'serial', 'clipboard-read'])
      expect(page['Permissions-Policy'].split(', ')).toContain(`${name}=()`);
  });

  it('are in the file for hosts, line for line', () => {
    for (const [name, value] of Object.entries(page)) expect(headersFile()).toContain(`  ${name}: ${value}\n`);
  });

  it('are helped by code that takes neither way out that no policy closes', async () => {
    const files = (
      await Promise.all(
        ['src', 'workers'].map(async (room) => (await readdir(join(ROOT, room), { recursive: true })).map((name) => join(ROOT, room, name))),
      )
    )
      .flat()
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\./.test(name) && !name.includes('/node_modules/'));
    expect(files.length).toBeGreaterThan(500);
    for (const file of files)
      expect(await readFile(file, 'utf8'), file).not.toMatch(
        /RTCPeerConnection|WebTransport\b|sendBeacon|window\.open\(|location\.(assign|replace)\(|location(\.href)? = /,
      );
  });
});
