/**
 * Finds Firefox and WebKitGTK for the tests, and installs Debian's packages where they are not there. Node's
 * own modules only, because it begins before node_modules exists.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { executable, explicitly, inPath } from './programs.mjs';

const PACKAGES = { firefox: ['firefox-esr'], webkit: ['webkit2gtk-driver', 'xvfb'] };
const MOST_MINUTES = 5;

/** Debian's folders of programs that other programs start, by the machine's architecture. */
const LIBRARIES = '/usr/lib';
const MAC_FIREFOX = '/Applications/Firefox.app/Contents/MacOS/firefox';

/**
 * Path of a Firefox: FIREFOX_PATH, else the system's, null when there is none. Throws when FIREFOX_PATH names
 * nothing that can be run.
 */
export function findFirefox() {
  return explicitly('FIREFOX_PATH') ?? inPath('firefox-esr', 'firefox') ?? (executable(MAC_FIREFOX) ? MAC_FIREFOX : null);
}

/**
 * WebKitGTK's driver, its small browser, and a screen without a monitor; null where one of them is missing.
 */
export function findWebKit() {
  const driver = inPath('WebKitWebDriver');
  const screen = inPath('Xvfb');
  const folders = existsSync(LIBRARIES) ? readdirSync(LIBRARIES).filter((name) => name.endsWith('-linux-gnu')) : [];
  const browser = folders
    .flatMap((folder) => ['webkitgtk-6.0', 'webkit2gtk-4.1'].map((version) => join(LIBRARIES, folder, version, 'MiniBrowser')))
    .find(executable);
  return driver && screen && browser ? { driver, screen, browser } : null;
}

/**
 * Begins to install what is missing of Debian's packages, as root on Debian only, in a process of its own
 * while other things run. Resolves when that has ended: to null, or to the reason why it was not done.
 * @returns {Promise<string | null>}
 */
export async function installOthers(names) {
  const found = { firefox: findFirefox, webkit: findWebKit };
  const missing = names.filter((name) => found[name]() === null).flatMap((name) => PACKAGES[name]);
  if (missing.length === 0) return null;
  const byHand = `Debian has it as ${missing.join(' and ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return `it is not installed (${byHand})`;
  // The lists of packages may be there and good: the first try goes without asking for them.
  const install = `apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 ${missing.join(' ')}`;
  const child = spawn('sh', ['-c', `${install} || { apt-get update -qq && ${install}; }`], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  return new Promise((resolve) => {
    // Killed, it would leave packages half unpacked: it is left to itself and not waited for.
    const timer = setTimeout(() => resolve(`its packages were not there after ${MOST_MINUTES} minutes`), MOST_MINUTES * 60_000);
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      const last = said.trim().split('\n').at(-1);
      resolve(code === 0 ? null : `its packages could not be installed: ${last || `apt-get ended with ${code}`}`);
    });
  });
}
