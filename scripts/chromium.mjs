/**
 * Finds a Chromium for the browser tests, and installs Debian's where there is none. Node's own modules only.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { executable, explicitly, inPath } from './programs.mjs';
import { ROOT } from './setup.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const MAC = ['/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/**
 * Path of a Chromium: CHROMIUM_PATH, else Playwright's own, else the system's. Null when there is none.
 * Throws when CHROMIUM_PATH names nothing that can be run.
 */
export function findChromium() {
  const explicit = explicitly('CHROMIUM_PATH');
  if (explicit) return explicit;
  const require = createRequire(join(ROOT, 'package.json'));
  const own = require('playwright').chromium.executablePath();
  if (own && existsSync(own)) return own;
  return inPath(...NAMES) ?? MAC.find(executable) ?? null;
}

/**
 * `findChromium`, and where there is none Debian's package is installed (as root only). Throws with what to
 * do.
 */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const root = process.getuid?.() === 0;
  if (root && existsSync('/etc/debian_version')) {
    console.log('No Chromium found: installing the Debian package …');
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...words) => spawnSync('apt-get', words, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(
    'No Chromium found. Set CHROMIUM_PATH to one, or run "npx playwright install chromium", or install your system\'s package "chromium".',
  );
}
