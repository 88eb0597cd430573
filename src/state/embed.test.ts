import { expect, it } from 'vitest';
import { asksForEmbed, labOf, sidePageOf } from './embed';

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

it('a frame holds no page next to the lab', () => {
  expect(sidePageOf(['bench', 'collect'], { pathname: '/', search: '?collect' })).toBe('collect');
  expect(sidePageOf(['bench', 'collect'], { pathname: '/embed.html', search: '?collect' })).toBeUndefined();
  expect(sidePageOf(['bench', 'collect'], { pathname: '/', search: '?lesson=collect' })).toBeUndefined();
});

it('the way out of a frame keeps the lesson and the settings', () => {
  expect(labOf({ search: '?embed&lesson=memorise&backend=cpu', hash: '#v=a' })).toBe('./?lesson=memorise#v=a');
  expect(labOf({ search: '', hash: '#s=b' })).toBe('./#s=b');
  expect(labOf({ search: '?lesson=a"%20b', hash: '' })).toBe('./?lesson=a%22%20b');
});
