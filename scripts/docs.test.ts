/** The documents say what the house has. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS } from './rooms';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

describe('the documents', () => {
  it('have a line for every room, in docs/design.md', () => {
    const lines = [...read('docs/design.md').matchAll(/^\| `((?:workers|src)[\w/-]*)` \|/gm)].map(([, room]) => room);
    const without = Object.keys(ROOMS).filter((room) => !lines.includes(room));
    expect(without.map((room) => `docs/design.md: give ${room} a line in the table of rooms`)).toEqual([]);
    expect(lines.filter((room) => !(room in ROOMS))).toEqual([]);
  });

  it('are all in docs/README.md', () => {
    const index = read('docs/README.md');
    const missing = DOCUMENTS.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md' && !index.includes(`(${path.slice(5)})`));
    expect(missing).toEqual([]);
  });

  it('link to files and name code that exists', () => {
    // The file that a contributor writes there.
    const example = 'workers/methods/frequency-encoding.ts';
    const absent = DOCUMENTS.filter((path) => path !== 'docs/methods.md').flatMap((path) => {
      const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => join(dirname(path), link));
      const named = [...read(path).matchAll(/`((?:workers|src|scripts|e2e|golden|docs|cases)\/[a-z0-9/.-]+)`/g)].map(([, name]) => name);
      return [...links, ...named]
        .filter((name) => name !== example && !['', '.ts', '.tsx'].some((ending) => existsSync(join(ROOT, name + ending))))
        .map((name) => `${path}: ${name}`);
    });
    expect(absent).toEqual([]);
  });

  it('name commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = DOCUMENTS.flatMap((path) => [...read(path).matchAll(/npm run (?:--silent )?(\w[\w:-]*)/g)].map(([, name]) => `${path}: ${name}`));
    expect(named.filter((entry) => !(entry.split(': ')[1] in scripts))).toEqual([]);
  });
});
