/** The house keeps its rooms: the table of rooms.ts is held against the tree, and shown to bite. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circles, type Import, importsOf, ROOMS, refusal, roomOf, sourceFiles, treeImports } from './rooms';

const ROOT = resolve(import.meta.dirname, '..');

const imported = (file: string, to: string, type = false): Import => ({ file, to, type, package: !/^(workers|src|golden|package)/.test(to) });

describe('the rooms', () => {
  const imports = treeImports(ROOT);

  it('are kept: nothing imports upward, across the page, or a package that is not for its room', () => {
    expect(imports.length).toBeGreaterThan(1000);
    expect([...new Set(imports.map(refusal).filter(Boolean))]).toEqual([]);
  });

  it('are all in the table: every file has a room, and every room of the table exists', () => {
    const rooms = new Set(
      sourceFiles(ROOT, 'workers', 'src')
        .map((path) => [path, roomOf(path)] as const)
        .map(([path, room]) => room ?? `${path} has none`),
    );
    expect([...rooms].sort()).toEqual(Object.keys(ROOMS).sort());
  });

  it('keep only methods in workers/methods, with their contract and the registry', () => {
    const standing = readdirSync(join(ROOT, 'workers/methods')).filter((name) => /(?<!\.test)\.ts$/.test(name));
    const registered = [...readFileSync(join(ROOT, 'workers/methods/registry.ts'), 'utf8').matchAll(/^import \* as \w+ from '\.\/([\w-]+)'/gm)];
    expect(standing.sort()).toEqual([...registered.map(([, name]) => `${name}.ts`), 'method.ts', 'refusals.ts', 'registry.ts'].sort());
  });

  it('have no circles of files, types included', () => {
    expect(circles(imports)).toEqual([]);
  });

  it('refuse a new folder, an import upward, types where only types are not enough, a package of another room, and a circle', () => {
    expect(refusal(imported('workers/attic/a', 'workers/data/failure'))).toMatch('has no line in scripts/rooms.ts');
    expect(refusal(imported('src/attic/a', 'src/text/numbers'))).toMatch('has no line in scripts/rooms.ts');
    expect(refusal(imported('workers/data/a', 'workers/engine/adam'))).toMatch('workers/data may not');
    expect(refusal(imported('workers/training/a', 'workers/spec/experiment', true))).toMatch('may not');
    expect(refusal(imported('workers/training/a', 'vitest'))).toMatch('package vitest');
    expect(refusal(imported('workers/training/a', 'workers/methods/testing/b'))).toMatch('may not');
    expect(refusal(imported('workers/training/testing/a', 'workers/methods/testing/b'))).toBeNull();
    expect(refusal(imported('workers/training/a', 'workers/protocol', true))).toMatch('may not');
    expect(refusal(imported('workers/papers/a', 'workers/training/b', true))).toBeNull();
    expect(refusal(imported('workers/papers/a', 'workers/training/b'))).toMatch('may not');
    expect(refusal(imported('src/results/a', 'plotly.js/lib/core'))).toMatch('package plotly.js/lib/core');
    expect(refusal(imported('src/charts/a', 'plotly.js/lib/core'))).toBeNull();
    expect(refusal(imported('src/setup/a', '@tensorflow/tfjs'))).toMatch('package');
    expect(refusal(imported('src/setup/a', 'workers/nn/dense'))).toMatch('may not');
    expect(refusal(imported('src/charts/a', 'src/results/panel'))).toMatch('may not');
    expect(circles([imported('workers/a', 'workers/b'), imported('workers/b', 'workers/c'), imported('workers/c', 'workers/a', true)])).toEqual([
      ['workers/a', 'workers/b', 'workers/c'],
    ]);
  });

  it('read imports as they stand in files', () => {
    const source = [
      "import type { A } from '../data/a';",
      "import { type B, type C } from './b';",
      "import D, { type E } from '../engine/d';",
      "export * from './f';",
      "// import { no } from './no';",
      "const g = () => import('../nn/g');",
      "import './style.css';",
      "import react from 'react';",
    ].join('\n');
    expect(importsOf('workers/methods/x.ts', source).map(({ to, type }) => [to, type])).toEqual([
      ['workers/data/a', true],
      ['workers/methods/b', true],
      ['workers/engine/d', false],
      ['workers/methods/f', false],
      ['react', false],
      ['workers/nn/g', false],
    ]);
  });
});

/** Every TypeScript file below a folder, tests left out, as [path from the root, source]. */
function sources(...folders: string[]): [string, string][] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|tsx)$/.test(name) && !/\.test\.tsx?$/.test(name))
      .map((name): [string, string] => {
        const path = join(ROOT, folder, name);
        return [relative(ROOT, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')];
      }),
  );
}

/** Paths of the files whose code (comments left out) matches. */
function found(files: [string, string][], pattern: RegExp): string[] {
  return files.filter(([, source]) => pattern.test(source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, ''))).map(([path]) => path);
}

describe('the tree', () => {
  it('reads no tensor synchronously', () => {
    expect(found(sources('src', 'workers', 'scripts'), /\.(dataSync|arraySync|readSync)\(/)).toEqual([]);
  });

  it('waits for no animation frame in the engine, so that a hidden tab goes on', () => {
    expect(found(sources('workers'), /\b(requestAnimationFrame|tf\.nextFrame)\b/)).toEqual([]);
  });

  it('starts the worker in one place', () => {
    const places = found(sources('src'), /\bnew (Shared)?Worker\(/);
    expect(places).toHaveLength(1);
    expect(places[0]).toMatch(/^src\/lab-client\//);
  });

  it('takes only types from the protocol and the schema files into the page', () => {
    expect(found(sources('src'), /^(import|export)\s+(?!type\b)[^;]*from\s+'[^']*workers\/(protocol|(?!spec\/)[\w/-]*schema)'/m)).toEqual([]);
  });

  it('touches no DOM in the engine', () => {
    expect(found(sources('workers'), /\b(document|window)\.\w/)).toEqual([]);
  });

  it('names no registry in the lock file', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved":/);
  });
});
