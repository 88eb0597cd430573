import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from '../rooms';
import { headersFile, headersFor } from './headers';

const ROOT = resolve(import.meta.dirname, '../..');

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
    expect(patterns).toEqual(['/', '/index.html', '/embed.html', '/embed', '/assets/worker/*', '/sw.js']);
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

  const directives = (path: string): Map<string, string[]> =>
    new Map(
      headersFor(path)
        ['Content-Security-Policy'].split('; ')
        .map((line) => line.split(' '))
        .map(([name, ...sources]) => [name, sources]),
    );

  it.each(['/', '/embed.html', '/assets/worker/lab-1a2b.js'])('let nothing in and nothing out of %s but the site’s own', (path) => {
    const policy = directives(path);
    for (const name of ['default-src', 'base-uri', 'form-action']) expect(policy.get(name), name).toEqual(["'none'"]);
    expect(policy.get('connect-src')).toEqual(["'self'"]);
    expect(policy.has('frame-ancestors')).toBe(true);
    expect(headersFor(path)['Content-Security-Policy'].replace(/frame-ancestors .*$/, '')).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
  });

  it('except in the policy what is needed, and nothing else', () => {
    const exceptions = (path: string): Record<string, string[]> =>
      Object.fromEntries(
        [...directives(path)]
          .filter(([name]) => name !== 'frame-ancestors')
          .map(([name, sources]) => [name, sources.filter((source) => source !== "'self'" && source !== "'none'")] as const)
          .filter(([, sources]) => sources.length > 0),
      );
    expect(exceptions('/')).toEqual({ 'img-src': ['data:', 'blob:'] });
    expect(exceptions('/assets/worker/lab-1a2b.js')).toEqual({ 'script-src': ["'wasm-unsafe-eval'", 'blob:'], 'worker-src': ['blob:'] });
  });

  it('deny what the lab does not use', () => {
    for (const name of ['camera', 'microphone', 'geolocation', 'usb', 'serial', 'clipboard-read'])
      expect(page['Permissions-Policy'].split(', ')).toContain(`${name}=()`);
  });

  it('are helped by code that takes neither way out that no policy closes', () => {
    const files = sourceFiles(ROOT, 'src', 'workers');
    expect(files.length).toBeGreaterThan(500);
    for (const file of files)
      expect(readFileSync(join(ROOT, file), 'utf8'), file).not.toMatch(
        /RTCPeerConnection|WebTransport\b|sendBeacon|window\.open\(|location\.(assign|replace)\(|location(\.href)? = /,
      );
  });
});
