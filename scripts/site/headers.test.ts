import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { siteServer } from '../serve';
import { headersFile, headersFor } from './headers';

const ancestors = (policy: string | null | undefined) => /frame-ancestors ([^;]*)/.exec(policy ?? '')?.[1];

describe('headersFor', () => {
  it('lets any site over https frame the embed view', () => {
    for (const path of ['/embed.html', '/embed', '/lab/embed.html']) {
      const headers = headersFor(path);
      expect(ancestors(headers['Content-Security-Policy']), path).toBe("'self' https:");
      expect(headers['Cross-Origin-Resource-Policy'], path).toBe('cross-origin');
    }
  });

  it('lets no other site frame anything else', () => {
    for (const path of ['/', '/index.html', '/lab/', '/not-embed.html', '/embed/other.html', '/assets/embed-1a2b.js', '/assets/worker/lab-1a2b.js']) {
      const headers = headersFor(path);
      expect(ancestors(headers['Content-Security-Policy']), path).toBe("'self'");
      expect(headers['Cross-Origin-Resource-Policy'], path).toBe('same-origin');
    }
  });

  it('lets the embed view do no more than the lab', () => {
    const without = (path: string) => headersFor(path)['Content-Security-Policy'].replace(/frame-ancestors [^;]*/, '');
    expect(without('/embed.html')).toBe(without('/'));
    expect(headersFor('/embed.html')['Cross-Origin-Embedder-Policy']).toBe('require-corp');
  });
});

describe('headersFile', () => {
  it('says for every path what the server says, each path once', () => {
    const blocks = headersFile().trim().split('\n\n');
    const patterns = blocks.map((block) => block.split('\n')[0]);
    expect(patterns).toEqual(['/', '/index.html', '/embed.html', '/embed', '/assets/worker/*']);
    for (const block of blocks) {
      const [pattern, ...lines] = block.split('\n');
      const said = Object.fromEntries(
        lines.map((line) =>
          line
            .trim()
            .split(/: (.*)/s)
            .slice(0, 2),
        ),
      );
      expect(said, pattern).toEqual(headersFor(pattern.replace('*', 'lab-1a2b.js')));
    }
  });
});

describe('the server of the site', () => {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  for (const name of ['index.html', 'embed.html']) writeFileSync(join(folder, name), '<!doctype html>');
  const server = siteServer(folder);
  let origin = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['/', "'self'"],
    ['/?embed', "'self'"],
    ['/embed.html', "'self' https:"],
    ['/embed?backend=wasm', "'self' https:"],
    ['/nothing', "'self'"],
  ])('sends %s with frame-ancestors %s', async (path, expected) => {
    const response = await fetch(origin + path);
    expect(ancestors(response.headers.get('content-security-policy'))).toBe(expected);
  });
});
