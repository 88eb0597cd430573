/** What the service worker knows of the build's files. */
import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import type { SiteFile, SiteManifest } from '../../workers/offline/site-files.ts';
import { headersFor } from './headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.csv': 'text/csv',
  '.txt': 'text/plain',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.webmanifest': 'application/manifest+json',
};

/** Throws where a file has an ending whose type is not known. */
export function siteManifest(files: Readonly<Record<string, Uint8Array>>): SiteManifest {
  const headers: Record<string, string>[] = [];
  const indexOf = (wanted: Record<string, string>): number => {
    const text = JSON.stringify(wanted);
    const known = headers.findIndex((other) => JSON.stringify(other) === text);
    return known < 0 ? headers.push(wanted) - 1 : known;
  };
  const listed: Record<string, SiteFile> = {};
  for (const path of Object.keys(files).sort()) {
    const type = TYPES[extname(path)];
    if (!type) throw new Error(`scripts/site/offline.ts knows no type for ${path}.`);
    listed[path] = { hash: createHash('sha256').update(files[path]).digest('hex'), type, headers: indexOf(headersFor(`/${path}`)) };
  }
  const version = createHash('sha256')
    .update(JSON.stringify([headers, listed]))
    .digest('hex')
    .slice(0, 16);
  return { version, headers, files: listed };
}
