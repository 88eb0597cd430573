/** What makes the lab installable: the manifest, and icons of the sizes that it names. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { ICONS, iconSvg } from './site/icons';

const PUBLIC = resolve(import.meta.dirname, '../public');
const read = (file: string) => readFileSync(join(PUBLIC, file));
const manifest = JSON.parse(read('manifest.webmanifest').toString()) as Record<string, unknown> & {
  icons: { src: string; sizes: string; purpose: string }[];
};

it('names pages and icons by addresses that work under any path', () => {
  for (const address of [manifest.id, manifest.start_url, manifest.scope]) expect(address).toBe('./');
  for (const { src } of manifest.icons) expect(src).toMatch(/^[\w-]+\.(png|svg)$/);
});

it('names every icon with its size, and one that may be cut', () => {
  const drawn = manifest.icons.filter(({ src }) => src.endsWith('.png'));
  expect(drawn.map(({ src, sizes, purpose }) => [src, sizes, purpose])).toEqual(
    ICONS.map(({ file, size, maskable }) => [file, `${size}x${size}`, maskable ? 'maskable' : 'any']),
  );
  for (const { file, size } of ICONS) {
    const png = read(file);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
  }
});

it('a maskable icon fills its square', () => {
  const drawing = read('icon.svg').toString();
  expect(iconSvg(drawing, false)).toBe(drawing);
  expect(iconSvg(drawing, true)).toMatch(/^<svg[^>]*><rect width="28" height="28" fill="#1A1B1E"\/><g transform="[^"]*scale\(\.78\)/);
  expect(() => iconSvg('<svg></svg>', true)).toThrow(/icon\.svg/);
});
