/** The house keeps its rooms: the lint rule of biome.json is shown to bite, and the tree is read for what no lint rule can say. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Files of a small tree and the import in each that the rule must name (null: the file is clean). */
const CASES: [file: string, source: string, restricted: boolean][] = [
  ['workers/data/csv/a.ts', "import { step } from '../../engine/adam';\nexport const a = step;\n", true],
  ['workers/data/csv/b.ts', "import { LabFailure } from '../failure';\nexport const b = LabFailure;\n", false],
  ['workers/random/a.ts', "import { mse } from '../metrics/regression';\nexport const a = mse;\n", true],
  ['workers/metrics/a.ts', "import { Random } from '../random/random';\nexport const a = Random;\n", false],
  ['workers/engine/a.ts', "export * from '../methods/registry';\n", true],
  ['workers/mixed/a.ts', "import { step } from '../engine/adam';\nexport const a = step;\n", true],
  ['workers/mixed/b.ts', "import { LabFailure } from '../data/failure';\nexport const b = LabFailure;\n", false],
  ['workers/data/c.ts', "import { MixedModel } from '../mixed/mixed-model';\nexport const c = MixedModel;\n", true],
  ['workers/methods/c.ts', "import { MixedModel } from '../mixed/mixed-model';\nexport const c = MixedModel;\n", false],
  ['workers/nn/a.ts', "import { train } from '../training/run';\nexport const a = train;\n", true],
  ['workers/methods/a.ts', "import { dense } from '../nn/dense';\nexport const a = dense;\n", false],
  ['workers/methods/b.ts', "import { useState } from 'react';\nexport const b = useState;\n", true],
  ['workers/training/a.ts', "import type { ExperimentSpec } from '../spec/experiment';\nexport type A = ExperimentSpec;\n", true],
  ['workers/training/b.ts', "import type { Curves } from '../protocol';\nexport type B = Curves;\n", false],
  ['workers/spec/a.ts', "import { trainingSchema } from '../training/schema';\nexport const a = trainingSchema;\n", false],
  ['workers/training/c.ts', "import { median } from '../bench/statistics';\nexport const c = median;\n", true],
  ['workers/bench/a.ts', "import { Trainer } from '../training/trainer';\nexport const a = Trainer;\n", false],
  ['workers/bench/b.ts', "import { createSession } from '../session';\nexport const b = createSession;\n", true],
  ['workers/papers/a.ts', "import { Run } from '../training/run';\nexport const a = Run;\n", true],
  ['workers/papers/b.ts', "import { PRESETS } from '../spec/presets';\nexport const b = PRESETS;\n", false],
  ['workers/experiments/a.ts', "import { EXPERIMENTS } from '../papers/catalog';\nexport const a = EXPERIMENTS;\n", false],
  ['src/experiments/a.ts', "import { EXPERIMENTS } from '../../workers/papers/catalog';\nexport const a = EXPERIMENTS;\n", false],
  ['src/experiments/b.ts', "import { UnitRun } from '../../workers/experiments/unit';\nexport const b = UnitRun;\n", true],
  ['src/setup/a.ts', "import * as tf from '@tensorflow/tfjs';\nexport const a = tf;\n", true],
  ['src/setup/b.ts', "export const b = () => import('../../workers/nn/dense');\n", true],
  ['src/setup/c.ts', "import { PRESETS } from '../../workers/spec/presets';\nexport const c = PRESETS;\n", false],
  ['src/setup/d.ts', "import type { Task } from '../../workers/data/schema';\nexport type D = Task;\n", false],
  ['src/results/a.ts', "import Plotly from 'plotly.js/lib/core';\nexport const a = Plotly;\n", true],
  ['src/charts/a.ts', "import Plotly from 'plotly.js/lib/core';\nexport const a = Plotly;\n", false],
  ['src/charts/b.ts', "import { Panel } from '../results/panel';\nexport const b = Panel;\n", true],
  ['src/words/a.ts', "import { useState } from 'react';\nexport const a = useState;\n", true],
  ['src/words/b.ts', "import { useRun } from '../state/run';\nexport const b = useRun;\n", true],
  ['src/words/c.ts', "import { whole } from '../text/numbers';\nexport const c = whole;\n", false],
  ['src/state/a.ts', "import { openLink } from '../lab-client/link';\nexport const a = openLink;\n", true],
];

describe('the import rule of the rooms', () => {
  let folder = '';
  const named = new Set<string>();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rooms-'));
    for (const file of ['biome.json', '.gitignore']) copyFileSync(join(ROOT, file), join(folder, file));
    for (const [file, source] of CASES) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), source);
    }
    const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
    let report = '';
    try {
      report = execFileSync(process.execPath, [biome, 'lint', '--only=style/noRestrictedImports', '--max-diagnostics=none', '--reporter=json'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch (error) {
      // Findings make Biome end with 1; the report is there all the same.
      report = (error as { stdout: string }).stdout;
    }
    const { diagnostics } = JSON.parse(report) as { diagnostics: { category: string; severity: string; location: { path: string } }[] };
    for (const { category, severity, location } of diagnostics) {
      if (category === 'lint/style/noRestrictedImports' && severity === 'error') named.add(location.path.replaceAll('\\', '/'));
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(CASES)('%s: %s', (file, _, restricted) => {
    expect(named.has(file)).toBe(restricted);
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
    expect(found(sources('src'), /^(import|export)\s+(?!type\b)[^;]*from\s+'[^']*workers\/(protocol|[\w/-]*schema)'/m)).toEqual([]);
  });

  it('touches no DOM in the engine', () => {
    expect(found(sources('workers'), /\b(document|window)\.\w/)).toEqual([]);
  });

  it('names no registry in the lock file', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved":/);
  });
});
