import { afterEach, describe, expect, it, vi } from 'vitest';
import { findFirefox, findWebKit, installOthers } from './other-browsers.mjs';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('browsers that may be missing', () => {
  it('refuses a FIREFOX_PATH that is no program, and takes one that is', () => {
    vi.stubEnv('FIREFOX_PATH', '/nowhere/firefox');
    expect(() => findFirefox()).toThrow('FIREFOX_PATH is /nowhere/firefox, which is not a program that can be run.');
    vi.stubEnv('FIREFOX_PATH', process.execPath);
    expect(findFirefox()).toBe(process.execPath);
  });

  it('says why it installs nothing for a person who is not root', async () => {
    vi.stubEnv('FIREFOX_PATH', '');
    vi.stubEnv('PATH', '');
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    expect(findWebKit()).toBeNull();
    expect(await installOthers(['webkit'])).toBe('it is not installed (Debian has it as webkit2gtk-driver and xvfb)');
    expect(await installOthers([])).toBeNull();
  });
});
