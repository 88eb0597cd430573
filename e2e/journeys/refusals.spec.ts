import { gzipSync } from 'node:zlib';
import { expect, type Lab, TINY, test } from '../lab';

/** Twenty good rows: y, x, g. */
const good = Array.from({ length: 20 }, (_, i) => `${i * 1.5},${i % 7},${'abcd'[i % 4]}`);

/** Files refused as they are read: what the refusal must name. */
const FILES: [what: string, name: string, content: string | Buffer, told: RegExp][] = [
  ['an empty file', 'nothing.csv', '', /nothing\.csv is empty/],
  ['a file without a header', 'bare.csv', good.map((row) => row.replace(/[a-d]$/, '1')).join('\n'), /bare\.csv has no header/],
  ['a file with a header alone', 'header.csv', 'y,x,g\n', /header\.csv has a header and no rows/],
  [
    'a ragged row',
    'ragged.csv',
    ['y,x,g', ...good.slice(0, 5), '1,2,a,4', ...good.slice(5)].join('\n'),
    /Line 7 of ragged\.csv has 4 cells, the header has 3/,
  ],
  [
    'bytes that are not text',
    'photo.csv',
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0xff, 0xfe, 0xfd, 0]),
    /photo\.csv is not a text table/,
  ],
  [
    'a file in another encoding',
    'latin.csv',
    Buffer.from(['y,x,g', ...good.map((row, i) => (i === 3 ? row.replace(/[a-d]$/, 'café') : row))].join('\n'), 'latin1'),
    /latin\.csv is not a text table in UTF-8: line 5 .*In Excel, save it as "CSV UTF-8"/,
  ],
  ['a broken gzip file', 'cut.csv.gz', gzipSync(['y,x,g', ...good].join('\n')).subarray(0, 40), /cut\.csv\.gz/],
  ['a column without a name', 'unnamed.csv', ['y,,g', ...good].join('\n'), /Column 2 of unnamed\.csv has no name/],
  ['a column called __proto__', 'proto.csv', ['y,__proto__,g', ...good].join('\n'), /Column 2 of proto\.csv is called "__proto__"/],
];

/** The data of before is still there and trains. */
async function keepsItsData(lab: Lab): Promise<void> {
  await expect(lab.setup.getByLabel('Epochs', { exact: true })).toHaveValue('4');
  await lab.train();
  await lab.finished();
  expect(Number.isFinite(await lab.metric('MMbeddings', 'MSE'))).toBe(true);
}

test('files that cannot be read are refused by name, and the data of before stays', async ({ lab, page }) => {
  test.setTimeout(180_000);
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  for (const [what, name, content, told] of FILES) {
    await test.step(what, async () => {
      await lab.choose(name, content);
      await expect(page.getByRole('alert'), what).toContainText(told, { timeout: 30_000 });
      await page.getByRole('button', { name: /^Keep / }).click();
      await expect(page.getByRole('alert'), what).toBeHidden();
      await expect(lab.setup.getByLabel('Epochs', { exact: true }), what).toHaveValue('4');
    });
  }
  await keepsItsData(lab);
});

test('a file too large for memory is refused with its size and the limit', async ({ lab, page }) => {
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  // A file of 8 GiB that takes 64 MiB: the same block again and again.
  await page.evaluate(() => {
    const block = new Blob([new Uint8Array(64 * 2 ** 20).fill(0x31)]);
    const file = new File(['y,x\n', ...Array.from({ length: 128 }, () => block)], 'huge.csv');
    const input = document.querySelector<HTMLInputElement>('input[type="file"]');
    const transfer = new DataTransfer();
    transfer.items.add(file);
    if (!input) throw new Error('no file input');
    input.files = transfer.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await expect(page.getByRole('alert')).toContainText(/huge\.csv is 8\.0 GiB; the limit is [\d.]+ [GM]iB/, { timeout: 30_000 });
  await page.getByRole('button', { name: /^Keep / }).click();
  await keepsItsData(lab);
});

/** Tables that can be read and whose roles cannot be used. */
const ROLES: [what: string, header: string, rows: string[], roles: Record<string, string>, told: RegExp][] = [
  ['no target', 'y,x,g', good, { y: 'Numeric', x: 'Numeric', g: 'Categorical' }, /target/i],
  ['a target that is all missing', 'y,x,g', good.map((row) => row.replace(/^[^,]*/, '')), { y: 'Target', x: 'Numeric', g: 'Categorical' }, /y/],
  [
    'a constant target',
    'y,x,g',
    good.map((row) => row.replace(/^[^,]*/, '3')),
    { y: 'Target', x: 'Numeric', g: 'Categorical' },
    /y.*(constant|same|one value|every row)/i,
  ],
  [
    'a categorical column of one level',
    'y,x,g',
    good.map((row) => row.replace(/.$/, 'a')),
    { y: 'Target', x: 'Numeric', g: 'Categorical' },
    /g.*(one level|single level|1 level)/i,
  ],
];

test('columns that cannot have their roles are told, and the data of before stays', async ({ lab, page }) => {
  test.setTimeout(180_000);
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  for (const [what, header, rows, roles, told] of ROLES) {
    await test.step(what, async () => {
      await lab.choose('table.csv', [header, ...rows].join('\n'));
      await expect(page.getByRole('heading', { name: 'What is each column?' }), what).toBeVisible({ timeout: 30_000 });
      for (const [column, role] of Object.entries(roles)) await lab.role(column).selectOption(role);
      await expect(page.locator('#csv-problem'), what).toContainText(told);
      await expect(lab.useTable, what).toHaveAttribute('aria-disabled', 'true');
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await expect(lab.setup.getByLabel('Epochs', { exact: true }), what).toHaveValue('4');
    });
  }
  await keepsItsData(lab);
});

test('a column called like a target says at once why it cannot be one', async ({ lab, page }) => {
  await lab.open({ backend: 'cpu', spec: TINY });
  await lab.ready();
  const rows = good.map((row) => row.replace(/^[^,]*/, 'low'));
  await lab.choose('same.csv', ['y,x,g', ...rows].join('\n'));
  await expect(page.locator('#csv-problem')).toContainText('The target "y" is "low" in every row: there is nothing to predict.');
});
