/**
 * The rooms of the house: what each may import. rooms.test.ts checks the files against this table; a new
 * folder needs a line here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export interface Room {
  /**
   * Rooms whose code it may import, besides its own. A path with one more slash is one folder or file of a
   * room.
   */
  may: readonly string[];
  /** Rooms of which it may import types alone. */
  types?: readonly string[];
  /** Packages it may import besides those of `EVERYWHERE`; 'x/*' is every path of x. */
  packages?: readonly string[];
}

const TFJS = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/*'];
const REACT = ['react', 'react-dom/*', '@mantine/*', 'zustand', 'zustand/*'];
const PAGE = ['workers/spec', 'workers/papers', 'workers/data/csv-field', 'workers/data/shown-text', 'workers/data/escape-markdown', 'src/text'];
/** Types alone: schemas would bring zod, and the protocol holds nothing else. */
const SCHEMAS = ['workers/protocol', 'workers/data/schema', 'workers/training/schema', 'workers/bench/schema'];

/**
 * In the order of imports, first the rooms of the worker, then those of the page: a room may import only
 * rooms above it.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
  'workers/numbers': { may: [] },
  'workers/random': { may: [] },
  'workers/metrics': { may: ['workers/numbers', 'workers/random'], packages: ['jstat'] },
  'workers/data': {
    may: ['workers/numbers', 'workers/random', 'workers/metrics'],
    packages: ['zod', 'fflate', 'hyparquet', 'hyparquet/*', 'hyparquet-compressors'],
  },
  'workers/mixed': { may: ['workers/numbers', 'workers/random', 'workers/metrics', 'workers/data'] },
  'workers/engine': { may: ['workers/random', 'workers/data', 'workers/mixed'], packages: [...TFJS, 'webgpu', 'tsx'] },
  'workers/ops': { may: ['workers/random', 'workers/engine'], packages: TFJS },
  'workers/nn': { may: ['workers/random', 'workers/data', 'workers/engine', 'workers/ops'], packages: TFJS },
  'workers/methods': {
    may: [
      ...['workers/numbers', 'workers/random', 'workers/metrics', 'workers/data', 'workers/mixed', 'workers/engine', 'workers/ops', 'workers/nn'],
      'golden',
    ],
    packages: [...TFJS, 'zod'],
  },
  'workers/model-file': { may: ['workers/data'] },
  'workers/training': {
    may: [
      ...['workers/random', 'workers/metrics', 'workers/data', 'workers/mixed', 'workers/engine', 'workers/ops', 'workers/nn', 'workers/methods'],
      ...['workers/numbers', 'workers/model-file'],
    ],
    packages: [...TFJS, 'zod'],
  },
  // What several test files need; only these rooms may import it.
  'workers/methods/testing': { may: ['workers/random', 'workers/data', 'workers/engine', 'workers/methods'], packages: TFJS },
  'workers/training/testing': {
    may: ['workers/numbers', 'workers/random', 'workers/data', 'workers/engine', 'workers/methods', 'workers/methods/testing', 'workers/training'],
    packages: [...TFJS, 'vitest'],
  },
  'workers/levels': {
    may: ['workers/numbers', 'workers/random', 'workers/metrics', 'workers/data', 'workers/engine', 'workers/methods', 'workers/training'],
  },
  'workers/spec': {
    may: [
      'workers/data',
      'workers/mixed',
      'workers/methods',
      'workers/training',
      'workers/engine/constants',
      'workers/engine/wasm/structures',
      'workers/engine/wasm/shares',
      'workers/metrics',
    ],
    packages: ['zod'],
  },
  'workers/exports': {
    may: [
      ...['workers/random', 'workers/metrics', 'workers/data', 'workers/methods', 'workers/model-file', 'workers/training', 'workers/levels'],
      ...['workers/spec', 'workers/mixed'],
    ],
    packages: ['zod', 'fflate', 'hyparquet-writer'],
  },
  'workers/papers': {
    may: ['workers/random', 'workers/metrics', 'workers/data', 'workers/spec'],
    types: ['workers/training'],
    packages: ['zod', 'jstat'],
  },
  'workers/experiments': {
    may: ['workers/random', 'workers/metrics', 'workers/data', 'workers/training', 'workers/spec', 'workers/papers', 'workers/methods'],
    types: ['workers/engine'],
    packages: ['zod', 'jstat'],
  },
  'workers/bench': {
    may: ['workers/random', 'workers/data', 'workers/engine', 'workers/methods', 'workers/training', 'workers/spec'],
    packages: [...TFJS, 'zod', '@jax-js/*', 'comlink'],
  },
  // The service worker's: the page knows its messages alone.
  'workers/offline': { may: [] },
  'workers/store': { may: ['workers/random', 'workers/data'], types: ['workers/training'] },
  // What the page and its worker say to each other: types alone, gathered from the rooms where they are made.
  'workers/protocol': {
    may: [],
    types: [
      ...['workers/data', 'workers/metrics', 'workers/engine', 'workers/mixed', 'workers/methods', 'workers/training'],
      ...['workers/levels', 'workers/exports', 'workers/spec', 'workers/papers', 'workers/store'],
    ],
  },
  // A file that holds runs, and every check of what it may hold.
  'workers/store/session': {
    may: ['workers/store', 'workers/data', 'workers/methods', 'workers/spec'],
    types: ['workers/training', 'workers/engine', 'workers/metrics', 'workers/mixed', 'workers/protocol'],
    packages: ['zod'],
  },
  'workers/session': { may: ['workers', 'package.json'], packages: TFJS },
  // What stands at the root of workers: the entries that the page starts.
  workers: {
    may: ['workers/session', 'workers/bench', 'workers/engine', 'workers/offline', 'workers/data'],
    types: ['workers/protocol'],
    packages: ['comlink'],
  },
  'src/text': { may: [] },
  'src/words': { may: PAGE, types: SCHEMAS },
  'src/state': { may: [...PAGE, 'workers/store', 'workers/store/session/limits'], types: SCHEMAS, packages: [...REACT, 'idb'] },
  'src/charts': { may: [...PAGE, 'src/words'], types: SCHEMAS, packages: ['react', 'plotly.js/*', 'plotly.js'] },
  'src/lab-client': {
    may: [...PAGE, 'src/state', 'workers/bench/schema', 'workers/store/session', 'workers/data/failure', 'package.json'],
    types: [...SCHEMAS, 'workers/offline/messages'],
    packages: ['comlink', 'react'],
  },
  // Above the lab client, unlike the other stores: it asks the worker itself.
  'src/state/table': { may: [...PAGE, 'src/state', 'src/lab-client', 'workers/data/facts/booleans'], types: SCHEMAS, packages: REACT },
  'src/ui': { may: [...PAGE, 'src/words', 'src/state', 'src/lab-client'], types: SCHEMAS, packages: [...REACT, 'katex/*', 'katex'] },
  'src/setup': { may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client'], types: SCHEMAS, packages: [...REACT, 'zod'] },
  'src/results': { may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts'], types: SCHEMAS, packages: REACT },
  'src/mixed': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts', 'src/results'],
    types: SCHEMAS,
    packages: REACT,
  },
  'src/check': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts', 'src/results'],
    types: SCHEMAS,
    packages: REACT,
  },
  'src/tags': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts', 'src/results'],
    types: SCHEMAS,
    packages: REACT,
  },
  'src/levels': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts', 'src/results'],
    types: SCHEMAS,
    packages: REACT,
  },
  'src/diagram': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts', 'src/results'],
    types: SCHEMAS,
    packages: REACT,
  },
  'src/series': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts', 'src/results'],
    types: SCHEMAS,
    packages: REACT,
  },
  // Free of the page, so that the command line writes the same file: what it imports of these rooms has no
  // React.
  'src/report': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state/presets-on-page', 'src/charts', 'src/setup', 'src/results', 'src/check'],
    types: SCHEMAS,
    packages: ['katex', 'zod'],
  },
  'src/exports': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/results', 'src/report', 'src/share/address', 'package.json'],
    types: SCHEMAS,
    packages: REACT,
  },
  'src/experiments': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts', 'src/results'],
    types: SCHEMAS,
    packages: [...REACT, 'jstat'],
  },
  'src/studies': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts', 'src/setup', 'src/results'],
    types: SCHEMAS,
    packages: REACT,
  },
  'src/bench': {
    may: [
      ...[...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts', 'src/results'],
      ...['workers/bench/schema', 'workers/bench/every-method'],
    ],
    types: SCHEMAS,
    packages: REACT,
  },
  'src/lessons': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts', 'src/results', 'src/setup'],
    types: SCHEMAS,
    packages: [...REACT, 'idb'],
  },
  'src/share': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts/ticks', 'src/lessons/pad-geometry'],
    types: SCHEMAS,
    packages: [...REACT, 'uqr'],
  },
  'src/runs': {
    may: [...PAGE, 'src/ui', 'src/words', 'src/state', 'src/lab-client', 'src/charts', 'src/results', 'workers/store/session/limits'],
    types: SCHEMAS,
    packages: REACT,
  },
  // The shell: nothing imports it but the page's entry.
  'src/app': {
    may: [
      ...PAGE,
      'src/ui',
      'src/words',
      'src/state',
      'src/lab-client',
      'src/setup',
      'src/results',
      'src/mixed',
      'src/check',
      'src/tags',
      'src/levels',
      'src/diagram',
      'src/series',
      'src/runs',
      'src/studies',
      'src/exports',
      'src/lessons',
      'src/share',
    ],
    types: SCHEMAS,
    packages: REACT,
  },
  'src/main': { may: ['src'], types: ['workers/protocol'], packages: [...REACT, '@fontsource-variable/*'] },
};

/** An import as it stands in a file. */
export interface Import {
  /** Path from the root, without ending. */
  file: string;
  /** Path from the root without ending, or the name of a package. */
  to: string;
  /** Nothing but types is taken. */
  type: boolean;
  package: boolean;
}

const withoutEnding = (path: string): string => path.replace(/\.(tsx?|mjs|d\.mts)$/, '').replace(/\/index$/, '');

/** Imports, exports from elsewhere and `import()` of a source; comments are left out. */
export function importsOf(file: string, source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  const add = (path: string, type: boolean): void => {
    const inside = path.startsWith('.');
    const to = inside ? withoutEnding(join(dirname(file), path).replaceAll('\\', '/')) : path;
    // Styles, files that the bundler gives a URL, and sources taken as text are no code.
    if ((!path.endsWith('?raw') && !/\.(css|json|svg|wasm)(\?\w+)?$/.test(to)) || to === 'package.json')
      found.push({ file: withoutEnding(file), to, type, package: !inside });
  };
  for (const [, keyword, clause, path] of code.matchAll(/^\s*(?:import|export)\s+(type\b)?([^;'"]*?)\s*from\s+'([^']+)'/gm)) {
    const names = /^\{([^}]*)\}$/.exec(clause.trim());
    const onlyTypes = names?.[1].split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '));
    add(path, keyword !== undefined || onlyTypes === true);
  }
  for (const [, path] of code.matchAll(/^\s*import\s+'([^']+)'/gm)) add(path, false);
  for (const [, path] of code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)) add(path, false);
  return found;
}

/** The room of a path: the longest entry of the table that it stands in; null when it has none. */
export function roomOf(path: string): string | null {
  const folders = withoutEnding(path).split('/');
  // A file outside the rooms of the engine; a folder there must be named.
  if (folders.length === 2 && folders[0] === 'workers' && !(folders.join('/') in ROOMS)) return 'workers';
  for (let length = folders.length; length >= 2; length--) {
    const room = folders.slice(0, length).join('/');
    if (room in ROOMS) return room;
  }
  return null;
}

/** Whether a path stands in a place that a room may import; what is for tests only must be named itself. */
const stands = (path: string, place: string): boolean =>
  (path === place || path.startsWith(`${place}/`)) && (!path.includes('/testing/') || place.endsWith('/testing'));
const isPackage = (name: string, allowed: string): boolean =>
  allowed.endsWith('/*') ? name.startsWith(allowed.slice(0, -1)) || name === allowed.slice(0, -2) : name === allowed;

/** Why an import may not be, as a sentence; null when it may. */
export function refusal(entry: Import): string | null {
  const room = roomOf(entry.file);
  if (room === null) return `${entry.file}: its folder has no line in scripts/rooms.ts`;
  const { may, types = [], packages = [] } = ROOMS[room];
  if (entry.package) {
    if (entry.to.startsWith('node:') || packages.some((allowed) => isPackage(entry.to, allowed))) return null;
    return `${entry.file} imports the package ${entry.to}, which ${room} may not`;
  }
  if (roomOf(entry.to) === room || may.some((place) => stands(entry.to, place))) return null;
  if (entry.type && types.some((place) => stands(entry.to, place))) return null;
  return `${entry.file} imports ${entry.to}${entry.type ? ' (types)' : ''}, which ${room} may not`;
}

/** Circles of files: every strongly connected set of more than one, each sorted. */
export function circles(imports: readonly Import[]): string[][] {
  const next = new Map<string, Set<string>>();
  for (const { file, to, package: outside } of imports) {
    if (outside) continue;
    if (!next.has(file)) next.set(file, new Set());
    next.get(file)?.add(to);
  }
  const reach = (from: string): Set<string> => {
    const seen = new Set<string>();
    const stack = [...(next.get(from) ?? [])];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      stack.push(...(next.get(at) ?? []));
    }
    return seen;
  };
  const reached = new Map([...next.keys()].map((file) => [file, reach(file)]));
  const found = new Map<string, string[]>();
  for (const [file, all] of reached) {
    if (!all.has(file)) continue;
    const circle = [...all].filter((other) => reached.get(other)?.has(file)).sort();
    found.set(circle.join(), circle);
  }
  return [...found.values()];
}

/** Paths of TypeScript files below the folders, tests and AssemblyScript left out. */
export function sourceFiles(root: string, ...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => relative(root, resolve(root, folder, name)).replaceAll('\\', '/'))
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path) && !path.includes('/assembly/') && !path.includes('/build/')),
  );
}

/** All imports of the tree. */
export const treeImports = (root: string): Import[] =>
  sourceFiles(root, 'workers', 'src').flatMap((path) => importsOf(path, readFileSync(join(root, path), 'utf8')));
