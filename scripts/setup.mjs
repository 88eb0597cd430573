/**
 * What has to be on the machine before anything else runs: the npm packages, a build, a Chromium. Plain
 * JavaScript on Node's own modules, because it runs before node_modules exists.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const read = (file) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

/** Stops with one plain sentence when this Node is older than package.json's `engines`. */
export function requireNode() {
  const wanted = read('package.json').engines.node.replace('>=', '').split('.').map(Number);
  const have = process.versions.node.split('.').map(Number);
  const older = wanted.some((part, i) => part > have[i] && wanted.slice(0, i).every((earlier, j) => earlier === have[j]));
  if (older) fail(`MMbeddings Lab needs Node ${wanted.join('.')} or newer; this is ${process.versions.node}. Install a newer Node and try again.`);
}

/** Prints a sentence and ends the process with status 1. */
export function fail(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

/** True when every package of the lock file that this machine needs is installed in its version. */
export function packagesInstalled() {
  if (!existsSync(join(ROOT, 'node_modules/.package-lock.json'))) return false;
  const installed = read('node_modules/.package-lock.json').packages;
  // The list may name a package whose folder somebody has taken away.
  const { dependencies, devDependencies } = read('package.json');
  const named = Object.keys({ ...dependencies, ...devDependencies });
  if (!named.every((name) => existsSync(join(ROOT, 'node_modules', name, 'package.json')))) return false;
  return Object.entries(read('package-lock.json').packages).every(
    ([path, wanted]) => path === '' || wanted.optional || wanted.devOptional || wanted.peer || installed[path]?.version === wanted.version,
  );
}

/** Runs `npm ci` when packages are missing or the lock file has changed. */
export function installPackages() {
  if (packagesInstalled()) return;
  console.log('Installing packages (npm ci) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['ci', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) fail('npm ci failed; its message is above. MMbeddings Lab needs the npm registry once, to install its packages.');
}

/**
 * Newest change below a path, in ms; directories count, so that a deleted file does too. 0 where there is
 * nothing.
 */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const SOURCES = ['src', 'workers', 'public', 'scripts/site', 'index.html', 'vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** True when dist/ is complete and no older than any source. */
export function buildIsFresh() {
  const built = join(ROOT, 'dist/index.html');
  return existsSync(built) && statSync(built).mtimeMs >= Math.max(...SOURCES.map((path) => newest(join(ROOT, path))));
}

/** Path of the script behind a command of an installed package, to be run by this Node: no shell, no npx. */
export function packageCommand(name, command = name) {
  const { bin } = read(`node_modules/${name}/package.json`);
  return join(ROOT, 'node_modules', name, typeof bin === 'string' ? bin : bin[command]);
}

/** Builds the site into dist/ when it is missing or older than the sources. */
export function build() {
  if (buildIsFresh()) return;
  console.log('Building …');
  const done = spawnSync(process.execPath, [packageCommand('vite'), 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (done.status !== 0) fail('The build failed; its message is above.');
}
