import { expect, it } from 'vitest';
import { versionWords } from './version-words';

it('says when a new version can be used', () => {
  expect(versionWords(false, 0).rest).toMatch(/^The page reloads with it/);
  expect(versionWords(true, 0).rest).toBe('It waits until the run is over.');
  // A run of this page comes before other pages: it is nearer.
  expect(versionWords(true, 2)).toEqual(versionWords(true, 0));
  expect(versionWords(false, 1).rest).toMatch(/^Another page of the lab is open: close it first/);
  expect(versionWords(false, 3).rest).toMatch(/^3 other pages of the lab are open: close them first/);
});
