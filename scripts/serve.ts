/**
 * Serves dist/ with the headers of site/headers.ts. PORT forces a port; without it 5173 or the next free one.
 * HOST: default this machine only.
 */
import { existsSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { headersFor } from './site/headers';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FIRST_PORT = 5173;
const PORTS_TRIED = 50;

/** How long a sender may take, in ms. Pages ask with small requests, so these are generous. */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 };

/** The hosts' list of headers and hidden files are not part of the site. */
const NOT_SITE = /\/(_headers|\.[^/]*)(\.(br|gz))?(\/|$)/i;

/** The path asked for, decoded as the file server decodes it; null where it cannot be. */
function pathOf(address: string): string | null {
  try {
    return decodeURI(address.replace(/[?#].*$/s, ''));
  } catch {
    return null;
  }
}

function answer(response: ServerResponse, status: number, text: string, more: Record<string, string> = {}): void {
  for (const [name, value] of Object.entries({ ...headersFor('/'), ...more })) response.setHeader(name, value);
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
}

/**
 * A server of one folder, not yet listening. It answers GET and HEAD alone, with whole files, compressed
 * where a compressed copy lies next to them; a sender that takes too long is cut off. Files are looked up
 * when they are asked for, so that a new build under a running server is a new site and not a broken one.
 */
export function siteServer(folder: string, patience: Partial<typeof PATIENCE> = {}): Server {
  const notFound = (response: ServerResponse): void => answer(response, 404, 'Not found\n');
  const files = sirv(folder, {
    dev: true,
    brotli: true,
    gzip: true,
    etag: true,
    setHeaders: (response, path) => {
      for (const [name, value] of Object.entries(headersFor(path))) response.setHeader(name, value);
    },
    onNoMatch: (_, response) => notFound(response),
  });
  const bounds = { ...PATIENCE, ...patience };
  const server = createServer(bounds, (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return answer(response, 405, 'Only GET and HEAD are answered here.\n', { Allow: 'GET, HEAD', Connection: 'close' });
    }
    const path = pathOf(request.url ?? '/');
    if (path === null) return answer(response, 400, 'This address cannot be read.\n');
    if (NOT_SITE.test(path)) return notFound(response);
    // Whole files are always a right answer; a range that ends before it begins would end the server.
    delete request.headers.range;
    files(request, response);
  });
  // Browsers open connections ahead of requests. Node answers an unused one with 408 when its time is over,
  // which Firefox takes for the answer to what it asks just then; one that is closed it opens again.
  server.on('connection', (socket) => {
    const timer = setTimeout(() => {
      if (socket.bytesRead === 0) socket.destroy();
    }, 0.8 * bounds.headersTimeout);
    socket.once('close', () => clearTimeout(timer));
  });
  return server;
}

/** Listens on `port` and answers with the port in use; rejects with the system's error. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

const isBusy = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EADDRINUSE';

/**
 * Listens on the port asked for, or on the first free one from 5173 on. Throws a plain sentence when none can
 * be had.
 */
export async function listenSomewhere(server: Server, asked: string | undefined, host: string): Promise<number> {
  if (asked !== undefined && asked !== '') {
    const port = Number(asked);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT is "${asked}", which is not a port number.`);
    try {
      return await listen(server, port, host);
    } catch (error) {
      if (isBusy(error)) throw new Error(`Port ${port} is in use by another program. Set PORT to a free one, or leave it out.`);
      throw error;
    }
  }
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port++) {
    try {
      return await listen(server, port, host);
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
  }
  throw new Error(`Ports ${FIRST_PORT} to ${FIRST_PORT + PORTS_TRIED - 1} are all in use. Set PORT to a free one.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? join(ROOT, 'dist');
  try {
    if (!existsSync(folder)) throw new Error(`There is no ${folder}: run "npm run build" first.`);
    const host = process.env.HOST ?? '127.0.0.1';
    const port = await listenSomewhere(siteServer(folder), process.env.PORT, host);
    // Browsers isolate a page (WASM threads) and offer WebGPU only on https or on localhost.
    console.log(`\nMMbeddings Lab is at http://${host === '127.0.0.1' ? 'localhost' : host}:${port}/\nPress Ctrl+C to stop.`);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
