import { expect, it } from 'vitest';
import { asksForEmbed } from './embed';

it.each([
  ['/embed.html', '', true],
  ['/lab/embed', '?lesson=memorise', true],
  ['/lab/', '?embed', true],
  ['/', '?embed&backend=wasm', true],
  ['/', '?lesson=embed', false],
  ['/embed/', '', false],
  ['/lab/index.html', '', false],
])('%s%s: %s', (pathname, search, expected) => {
  expect(asksForEmbed({ pathname, search })).toBe(expected);
});
