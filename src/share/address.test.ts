import { expect, it } from 'vitest';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { decodeSpec } from '../../workers/spec/share';
import { decodeView } from '../../workers/spec/view/link';
import { type PageView, PLAIN_VIEW } from '../../workers/spec/view/page-view';
import { labFolder } from '../state/url';
import { addressOf, sectionsOf, snippetOf } from './address';
import { qrPath } from './qr';

const FOLDER = 'https://lab.example/mm/';
const textOf = (address: string, key: string) => new URLSearchParams(new URL(address).hash.slice(1)).get(key);

it('a link opens the experiment and the view that were chosen', async () => {
  const view: PageView = { ...PLAIN_VIEW, controls: { levels: 'locked' }, pace: 2 };
  const address = await addressOf(FOLDER, { spec: DEFAULT_PRESET, view });
  expect(address).toMatch(/^https:\/\/lab\.example\/mm\/#s=[\w-]+&v=[\w-]+$/);
  expect(await decodeSpec(textOf(address, 's') ?? '')).toEqual({ ok: true, spec: DEFAULT_PRESET });
  expect(await decodeView(textOf(address, 'v') ?? '', {})).toEqual({ view, said: [], readable: true });
  const framed = await addressOf(FOLDER, { spec: DEFAULT_PRESET, view }, true);
  expect(framed).toBe(address.replace('/mm/', '/mm/embed.html'));
});

it('the plain page is an experiment alone', async () => {
  expect(await addressOf(FOLDER, { spec: DEFAULT_PRESET, view: PLAIN_VIEW })).toMatch(/^https:\/\/lab\.example\/mm\/#s=[\w-]+$/);
});

it('a lesson is its id, and a section of it names its steps', async () => {
  const lesson = { ...PLAIN_VIEW, lesson: 'memorise' };
  expect(await addressOf(FOLDER, { spec: DEFAULT_PRESET, view: lesson })).toBe(`${FOLDER}?lesson=memorise`);
  const section = await addressOf(FOLDER, { spec: DEFAULT_PRESET, view: { ...lesson, steps: [2, 3] } }, true);
  expect(section).toMatch(/^https:\/\/lab\.example\/mm\/embed\.html\?lesson=memorise#v=/);
  expect((await decodeView(textOf(section, 'v') ?? '', { memorise: 5 })).view).toMatchObject({ lesson: 'memorise', steps: [2, 3] });
});

it('sections hold every step once', () => {
  expect(sectionsOf(5, 2)).toEqual([
    [1, 2],
    [3, 4],
    [5, 5],
  ]);
  expect(sectionsOf(3, 3)).toEqual([[1, 3]]);
});

it('the folder is the same under every name of the page', () => {
  for (const page of ['', 'index.html?lesson=memorise#v=a', 'embed.html#s=b', '?embed']) expect(labFolder(FOLDER + page)).toBe(FOLDER);
});

it('the code for a course page is safe in HTML', () => {
  expect(snippetOf('https://lab.example/?a="&b=<c>')).toContain('src="https://lab.example/?a=&quot;&amp;b=&lt;c&gt;"');
});

it('a QR code has its three finders and a quiet edge, and a text too long for one has none', () => {
  const code = qrPath('https://lab.example/mm/');
  const size = code?.size ?? 0;
  const dark = new Set((code?.path ?? '').match(/M\d+ \d+/g));
  for (const [x, y] of [
    [4, 4],
    [size - 5, 4],
    [4, size - 5],
  ])
    expect(dark.has(`M${x} ${y}`), `${x} ${y}`).toBe(true);
  for (let at = 0; at < size; at++) for (let edge = 0; edge < 4; edge++) expect(dark.has(`M${at} ${edge}`) || dark.has(`M${edge} ${at}`)).toBe(false);
  expect(qrPath('x'.repeat(3_000))).toBeNull();
});
