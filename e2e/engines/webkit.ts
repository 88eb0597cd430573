/**
 * WebKitGTK's MiniBrowser on a screen without a monitor, by the requests of WebDriver (W3C) that journeys
 * need.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findWebKit } from '../../scripts/other-browsers.mjs';
import type { Driven } from './driven';

/** The name under which WebDriver answers with an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** A port that nobody listens on. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port'))));
    });
  });

/** The number of the display that Xvfb has chosen, which it writes to its third stream. */
const display = (screen: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    screen.stdio[3]?.once('data', (text) => resolve(`:${String(text).trim()}`));
    screen.once('exit', (code) => reject(new Error(`Xvfb ended with ${code} before it had a display`)));
  });

/** Asks until an answer comes, for at most so many ms. */
async function until<T>(ask: () => Promise<T | null>, milliseconds: number, what: string): Promise<T> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (performance.now() > end) throw error;
      return null;
    });
    if (answer !== null) return answer;
    if (performance.now() > end) throw new Error(`${what} within ${milliseconds / 1000} s`);
    await sleep(100);
  }
}

export async function driveWebKit(): Promise<Driven> {
  const found = findWebKit();
  if (!found) throw new Error('There is no WebKitGTK with its driver: Debian has it as webkit2gtk-driver and xvfb.');
  const home = await mkdtemp(join(tmpdir(), 'lab-webkit-'));
  const downloads = join(home, 'downloads');
  await mkdir(join(home, '.config'));
  await mkdir(downloads);
  // Where desktops say which folder takes what a browser saves.
  await writeFile(join(home, '.config/user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${downloads}"\n`);
  const screen = spawn(found.screen, ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const port = await freePort();
  const environment = { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config'), DISPLAY: await display(screen) };
  const driver = spawn(found.driver, [`--port=${port}`], { stdio: 'ignore', env: environment });

  const call = async <T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    const { value } = (await answer.json()) as { value: T & { error?: string; message?: string } };
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  const stop = async (): Promise<void> => {
    driver.kill();
    screen.kill();
    await rm(home, { recursive: true, force: true });
  };
  const options = { 'webkitgtk:browserOptions': { binary: found.browser, args: ['--automation'] } };
  const begin = async () => {
    await until(() => call<{ ready: boolean }>('GET', '/status'), 10_000, 'WebKitWebDriver did not answer');
    return call<{ sessionId: string; capabilities: { browserVersion: string } }>('POST', '/session', { capabilities: { alwaysMatch: options } });
  };
  const session = await begin().catch(async (failure: unknown) => {
    await stop();
    throw failure;
  });
  const at = `/session/${session.sessionId}`;
  await call('POST', `${at}/timeouts`, { script: 120_000, pageLoad: 60_000 });
  await call('POST', `${at}/window/rect`, { width: 1280, height: 800 });

  const find = async (xpath: string): Promise<string> => {
    const look = async () => (await call<Record<string, string>[]>('POST', `${at}/elements`, { using: 'xpath', value: xpath }))[0] ?? null;
    return (await until(look, 10_000, `nothing on the page is ${xpath}`))[ELEMENT];
  };
  const ask: Driven['ask'] = async (task, ...words) => {
    const script = `const done = arguments[1];
      Promise.resolve(arguments[0]).then((words) => (${task})(...words)).then(
        (answer) => done(JSON.stringify({ answer: answer ?? null })), (error) => done(JSON.stringify({ error: String(error) + error.stack })));`;
    const told = JSON.parse(await call<string>('POST', `${at}/execute/async`, { script, args: [words] }));
    if (told.error) throw new Error(told.error);
    return told.answer;
  };
  return {
    version: `WebKitGTK/${session.capabilities.browserVersion}`,
    downloads,
    open: async (url) => void (await call('POST', `${at}/url`, { url })),
    ask,
    press: async (xpath) => {
      const element = await find(xpath);
      // What moves or is covered for a moment is pressed when it stands still.
      await until(() => call('POST', `${at}/element/${element}/click`, {}).then(() => true), 10_000, `${xpath} could not be pressed`);
    },
    choose: async (xpath, file) => void (await call('POST', `${at}/element/${await find(xpath)}/value`, { text: file })),
    picture: async () => Buffer.from(await call<string>('GET', `${at}/screenshot`), 'base64'),
    problems: () => ask(() => window.watched ?? []),
    close: async () => {
      await call('DELETE', at).catch(() => undefined);
      await stop();
    },
  };
}
