/** The server of `npm start`, asked as somebody who means no good would ask. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, siteServer } from './serve';
import { headersFile, headersFor } from './site/headers';

/** The folder above. */
const UP = '..';

let folder = '';
let port = 0;
let server: ReturnType<typeof siteServer>;

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'site-')), 'dist');
  await mkdir(join(folder, 'assets/worker'), { recursive: true });
  await writeFile(join(folder, 'index.html'), '<p>page');
  await writeFile(join(folder, 'embed.html'), '<p>embed');
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

  it('closes a connection on which nothing was asked without a word', async () => {
    const began = performance.now();
    expect(await raw('')).toBe('');
    expect(performance.now() - began).toBeGreaterThan(100);
  });

  it('refuses a request that is none, or too large, and lives', async () => {
    expect(await raw('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await ask('GET /', `X-Long: ${'x'.repeat(20_000)}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await ask(`GET /${'a'.repeat(20_000)}`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await ask('GET /', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw('\u0016\u0003\u0001hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await ask('GET /')).toContain('<p>page');
  });

  const others = Object.values(networkInterfaces()).flatMap(
    (all) => all?.flatMap(({ internal, family, address }) => (!internal && family === 'IPv4' ? [address] : [])) ?? [],
  );
  it.skipIf(others.length === 0)(
    'is reached from this machine alone, unless told (needs a second address of the machine)',
    { timeout: 30_000 },
    async () => {
      const reached = (at: number, host: string): Promise<boolean> =>
        new Promise((done) => {
          const socket = createConnection(at, host, () => done(true)).on('error', () => done(false));
          socket.unref();
        });
      for (const [host, open] of [
        [undefined, false],
        ['0.0.0.0', true],
      ] as const) {
        const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/serve.ts', folder], {
          env: { ...process.env, PORT: '0', HOST: host },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const at = await new Promise<number>((found) =>
          child.stdout.on('data', (text) => /:(\d+)\//.test(`${text}`) && found(Number(/:(\d+)\//.exec(`${text}`)?.[1]))),
        );
        expect([await reached(at, '127.0.0.1'), await reached(at, others[0])], host ?? 'not told').toEqual([true, open]);
        child.kill();
      }
    },
  );

  it('sends the headers of the page with every answer, and the embed view and a worker their own', async () => {
    for (const [line, path] of [
      ['GET /', '/'],
      ['GET /?embed', '/'],
      ['GET /embed.html', '/embed.html'],
      ['GET /embed?backend=wasm', '/embed'],
      ['GET /none', '/'],
      ['POST /', '/'],
      ['GET /assets/worker/lab-1.js', '/assets/worker/lab-1.js'],
    ]) {
      const answer = await ask(line);
      for (const [name, value] of Object.entries(headersFor(path))) expect(answer).toContain(`\r\n${name}: ${value}\r\n`);
    }
  });
});
