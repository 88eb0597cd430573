/**
 * What the site may be built from: licences that ask for no more than their text, and packages held by their
 * hash.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8');

interface Locked {
  dev?: boolean;
  license?: string;
  resolved?: string;
  integrity?: string;
}
const LOCK = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const PACKAGES = Object.entries(LOCK.packages).flatMap(([path, locked]) =>
  path === '' ? [] : [{ path, name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), ...locked }],
);

const ALLOWED = [
  ...['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'Zlib', 'Unlicense', 'BlueOak-1.0.0', 'CC0-1.0'],
  // Fonts.
  'OFL-1.1',
];

/** `A OR B`: one of them may be chosen; `A AND B`: both hold. */
const isAllowed = (licence: string): boolean => {
  const bare = licence.replace(/[()]/g, '');
  if (bare.includes(' OR ')) return bare.split(' OR ').some(isAllowed);
  return bare.split(' AND ').every((one) => ALLOWED.includes(one));
};

/** Says it in a file beside its package.json alone. */
const IN_A_FILE: Readonly<Record<string, string>> = { 'stack-trace': 'MIT' };

/** The licence of the lock file, else what the package itself says: old ones say it in a list. */
function licenceOf({ path, name, license }: { path: string; name: string; license?: string }): string {
  if (license) return license;
  const { license: own, licenses } = JSON.parse(read(`${path}/package.json`)) as {
    license?: string | { type: string };
    licenses?: { type: string }[];
  };
  return (typeof own === 'object' ? own.type : own) ?? licenses?.map(({ type }) => type).join(' AND ') ?? IN_A_FILE[name] ?? 'none';
}

it('what the site is built from has a licence like MIT', () => {
  const shipped = PACKAGES.filter(({ dev }) => !dev);
  expect(shipped.length).toBeGreaterThan(100);
  expect(shipped.map((one) => `${one.name}: ${licenceOf(one)}`).filter((line) => !isAllowed(line.slice(line.lastIndexOf(': ') + 2)))).toEqual([]);
});

it('licences that ask for more are told from those', () => {
  expect(['GPL-3.0', 'MIT AND LGPL-2.1', 'none', 'CC-BY-NC-4.0'].filter(isAllowed)).toEqual([]);
  expect(['(MIT OR GPL-2.0)', 'Apache-2.0 AND MIT'].filter((one) => !isAllowed(one))).toEqual([]);
});

it('THIRD-PARTY.md says of each package the licence that the lock file has', () => {
  const rows = read('THIRD-PARTY.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(2, 4));
  const wrong = rows.flatMap(([names, licence]) =>
    [...names.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => {
      const found = PACKAGES.find((one) => one.path === `node_modules/${name}`);
      const has = found ? licenceOf(found).split(' AND ') : [];
      return found && has.every((one) => licence.includes(one.replace('OFL-1.1', 'OFL 1.1')))
        ? []
        : [`${name}: ${has.join(' AND ') || 'not in the lock file'}`];
    }),
  );
  expect(wrong).toEqual([]);
});

it('every package comes from the registry, held by its hash, in an exact version', () => {
  expect(
    PACKAGES.filter(
      ({ resolved, integrity }) => (resolved && !resolved.startsWith('https://registry.npmjs.org/')) || !integrity?.startsWith('sha512-'),
    ).map(({ path }) => path),
  ).toEqual([]);
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  expect(Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
