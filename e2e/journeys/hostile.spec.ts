/** Names that mean no good, in every room of the page: inert, and still readable. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from '../lab';

const MARKUP = '<img src=x onerror="window.broken = true"><b>bold</b>';
const LONG = `long ${'x'.repeat(9_990)} end`;
const LEVELS = [
  MARKUP,
  LONG,
  '=1+1',
  '\u202Ereversed',
  '__proto__',
  'constructor',
  '@SUM(A1)',
  'esc\u001b[31m',
  ...Array.from({ length: 12 }, (_, j) => `plain ${j}`),
];
const TAGS = ['<em onclick=1>t</em>', '=2+2', '__proto__', '\u202Etag', `t${'y'.repeat(2_000)}`, 'a/b'];
const WHO = `<i>who</i>\u202E\u001b[31m${'w'.repeat(9_000)}`;
const NAMES = { target: '<s>y</s>\u202E', numeric: 'constructor', who: WHO, tags: '=genres<u>' };

const quoted = (text: string): string => `"${text.replace(/"/g, '""')}"`;

function table(): string {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const tags = [...new Set([i % 6, (i * 5 + 1) % 6].slice(0, 1 + (i % 2)))].map((t) => TAGS[t]);
    return [(((i * 37) % 100) / 10).toFixed(1), (i % 20) / 4, quoted(LEVELS[(i * 3) % 20]), quoted(tags.join('; '))].join(',');
  });
  return [Object.values(NAMES).map(quoted).join(','), ...rows].join('\n');
}

/**
 * What a name could have done to a page: elements made of it, scripts run, signs that turn or hide what
 * follows, a page wider than its window.
 */
function harm(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = 'broken' in window ? ['a script was run'] : [];
    for (const one of document.querySelectorAll('img[src="x"], [onerror], em[onclick], s, u, i, b'))
      if (!one.matches('i, b') || /^(who|bold)/.test(one.textContent ?? '')) found.push(`made: ${one.outerHTML.slice(0, 80)}`);
    const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    const look = (text: string, where: string): void => {
      // Line ends and tabs are the page's own.
      if (/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text.replace(/[\n\t]/g, ''))) found.push(`${where}: ${text.slice(0, 80)}`);
    };
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      // The value of an option is what the file says, and is not shown.
      if (node instanceof Element) for (const { name, value } of node.attributes) if (name !== 'value') look(value, name);
      if (node instanceof Text && !node.parentElement?.closest('script, style')) look(node.data, node.parentElement?.className ?? '');
    }
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth && !matchMedia('print').matches) found.push(`wider than its window by ${scrollWidth - clientWidth}`);
    return found;
  });
}

/** A CSV file: no cell that a spreadsheet would compute. */
function withoutFormulas(text: string): void {
  const cells = text.split(/[\n\t,]/).map((cell) => cell.replace(/^"/, ''));
  expect(cells.length).toBeGreaterThan(1);
  expect(cells.filter((cell) => /^[=+\-@]/.test(cell) && !Number.isFinite(Number(cell)))).toEqual([]);
}

/** Scrolls through the page, so that every panel is drawn. */
async function through(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
      scrollTo(0, y);
      await new Promise((wait) => setTimeout(wait, 30));
    }
  });
}

const listOf = async (page: Page): Promise<string[]> => (await page.evaluate('copied')) as string[];

test.beforeEach(({ page }) =>
  page.addInitScript(() => {
    const copied: string[] = [];
    Object.assign(window, { copied });
    navigator.clipboard.writeText = async (text) => void copied.push(text);
    navigator.clipboard.write = async (items) => {
      for (const item of items) for (const type of item.types) copied.push(await (await item.getType(type)).text());
    };
  }),
);

test('names of a table that mean no good are inert and readable in every room, file, copy and print', async ({ lab, page }) => {
  test.setTimeout(240_000);
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.choose('none\u202E<u>\u001b[31m.csv', Buffer.from([0x50, 0x4b, 3, 4]));
  await expect(page.getByRole('alert').filter({ hasText: 'none<u>' }).first()).toBeVisible();
  expect(await harm(page)).toEqual([]);
  await lab.choose('labels\u202E<u>.csv', table());
  await expect(page.getByRole('heading', { name: 'What is each column?' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('labels<u>.csv').first()).toBeVisible();
  expect(await harm(page)).toEqual([]);
  await page.getByRole('combobox', { name: /^Role of <s>y/ }).selectOption('Target');
  await page.getByRole('combobox', { name: /^Role of constructor/ }).selectOption('Numeric');
  await lab.useTable.click();
  await lab.setup.getByRole('button', { name: /Add a method/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Methods' });
  for (const label of ['Sum of tags', 'Attention to tags']) {
    await dialog.getByRole('textbox', { name: 'Search methods' }).fill(label);
    await dialog.getByRole('checkbox', { name: `Use ${label}`, exact: true }).check();
  }
  await page.keyboard.press('Escape');
  await lab.setup.getByLabel('Epochs', { exact: true }).fill('2');
  await lab.setup.getByLabel('Epochs', { exact: true }).blur();
  await lab.train();
  await lab.finished(120_000);
  await page.getByRole('group', { name: 'Methods to check' }).getByRole('checkbox').first().check();
  await through(page);
  await expect(page.getByRole('region', { name: 'Effect of each tag' }).locator('.cap')).toContainText('Switched on');
  await expect(page.getByText('<i>who</i>').filter({ visible: true }).first()).toBeVisible();
  expect(await harm(page)).toEqual([]);

  for (const name of ['Download predictions', 'Download level embeddings'])
    withoutFormulas(readFileSync(await (await lab.download(name)).path(), 'utf8'));
  const menus = page.getByRole('button', { name: /: table and downloads$/ });
  expect(await menus.count()).toBeGreaterThan(10);
  // All panels write their files by one function: some of each room are enough.
  for (const menu of (await menus.all()).filter((_, i) => i % 4 === 0)) {
    if (!(await menu.isVisible())) continue;
    await menu.press('Enter');
    // A click: the menu that opens moves the focus, and a key could go to another item.
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Download CSV' }).click()]);
    withoutFormulas(readFileSync(await file.path(), 'utf8'));
  }
  for (const copy of await page.getByRole('button', { name: /^Copy/ }).all()) if (await copy.isVisible()) await copy.click();
  const copied = await listOf(page);
  expect(copied.length).toBeGreaterThan(0);
  copied.filter((text) => !text.startsWith('<')).forEach(withoutFormulas);
  expect(copied.join('')).not.toContain('<img src=x');

  await page.getByRole('button', { name: 'Export and predict' }).click();
  const exporting = page.getByRole('dialog', { name: 'Export' });
  const again = { name: 'again\u202E<u>.csv', mimeType: 'text/csv', buffer: Buffer.from(table()) };
  await exporting.getByLabel('Choose a file to predict').setInputFiles(again);
  await expect(exporting).toContainText('400 rows predicted', { timeout: 20_000 });
  expect(await harm(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await page.emulateMedia({ media: 'print' });
  expect(await harm(page)).toEqual([]);
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await harm(page)).toEqual([]);
});
