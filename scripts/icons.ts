/**
 * `npm run icons`: the icons of an installed lab, drawn from public/icon.svg by the tests' Chromium. Run it
 * when that drawing changes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright';
import { ensureChromium } from './chromium.mjs';
import { ICONS, iconSvg } from './site/icons.ts';

const PUBLIC = resolve(import.meta.dirname, '../public');
const drawing = readFileSync(join(PUBLIC, 'icon.svg'), 'utf8');

const browser = await chromium.launch({ executablePath: ensureChromium(), args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const { file, size, maskable } of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${iconSvg(drawing, maskable)}`);
  writeFileSync(join(PUBLIC, file), await page.screenshot({ omitBackground: true }));
  console.log(`public/${file}: ${size} × ${size}`);
}
await browser.close();
