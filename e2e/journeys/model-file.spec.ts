/** A model leaves the page, predicts a second table, and comes back in another browser. */
import { readFileSync } from 'node:fs';
import { strToU8, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from '../lab';

interface Upload {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Visits to 12 clinics as Parquet; `unknown`: without scores, and one is to a clinic that nobody knows. */
function visits(name: string, rows: number, unknown = false): Upload {
  const clinic = Array.from({ length: rows }, (_, i) => (i * 7) % 12);
  const dose = Array.from({ length: rows }, (_, i) => ((i * 37) % 101) / 20);
  const columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData'] = [
    { name: 'clinic', data: clinic.map((one, i) => (unknown && i === 2 ? 'Elsewhere' : `Clinic ${one}`)), type: 'STRING' },
    { name: 'dose', data: dose, type: 'DOUBLE' },
  ];
  if (!unknown) columnData.push({ name: 'score', data: clinic.map((one, i) => 10 + 3 * Math.sin(one * 2.3) + dose[i]), type: 'DOUBLE' });
  return { name, mimeType: 'application/vnd.apache.parquet', buffer: Buffer.from(parquetWriteBuffer({ columnData })) };
}

/** An Excel workbook of two sheets: visits of May, and notes. */
function workbook(): Upload {
  const cell = (value: string | number): string =>
    typeof value === 'number' ? `<c><v>${value}</v></c>` : `<c t="inlineStr"><is><t>${value}</t></is></c>`;
  const sheet = (rows: (string | number)[][]): Uint8Array =>
    strToU8(`<worksheet><sheetData>${rows.map((cells) => `<row>${cells.map(cell).join('')}</row>`).join('')}</sheetData></worksheet>`);
  const sheets = ['Notes', 'May'].map((name, i) => `<sheet name="${name}" r:id="r${i}"/>`).join('');
  const relations = [0, 1].map((i) => `<Relationship Id="r${i}" Type="x/worksheet" Target="worksheets/sheet${i}.xml"/>`).join('');
  const parts = {
    'xl/workbook.xml': strToU8(`<workbook><sheets>${sheets}</sheets></workbook>`),
    'xl/_rels/workbook.xml.rels': strToU8(`<Relationships>${relations}</Relationships>`),
    'xl/worksheets/sheet0.xml': sheet([['nothing', 'here']]),
    'xl/worksheets/sheet1.xml': sheet([
      ['clinic', 'dose'],
      ['Clinic 1', 2.5],
      ['Clinic 2', 3],
    ]),
  };
  return { name: 'visits.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: Buffer.from(zipSync(parts)) };
}

test('Parquet in, report and model out, a second file with a new level predicted, and the model opened in another browser', async ({
  lab,
  page,
  browser,
}) => {
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await page.getByLabel('Choose a table').setInputFiles([visits('visits-2.parquet', 120), visits('visits-1.parquet', 120)]);
  await expect(page.getByRole('list', { name: 'How the file was read' })).toContainText('“visits-1.parquet” (rows 1 to 120)', { timeout: 30_000 });
  await lab.useTable.click({ timeout: 30_000 });
  await lab.setup.getByLabel('Epochs', { exact: true }).fill('2');
  await lab.setup.getByLabel('Epochs', { exact: true }).blur();
  await lab.train();
  await lab.finished(60_000);

  await page.getByRole('button', { name: 'Export and predict' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByLabel('Method', { exact: true }).selectOption({ label: 'Linear mixed model' });
  const [saved] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save model file' }).click()]);
  await expect(dialog).toContainText(/Checked: 48 test rows computed from the file and by the lab (differ by|are the same)/);
  const model = { name: 'model.onnx', mimeType: 'application/octet-stream', buffer: readFileSync(await saved.path()) };

  const [code] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save code for R' }).click()]);
  expect(code.suggestedFilename()).toMatch(/^analysis-r-.*\.zip$/);
  await expect(dialog).toContainText('analysis.R, table.csv. The table is inside.');

  const [report] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save report', exact: true }).click()]);
  expect(readFileSync(await report.path(), 'utf8')).toContain('visits-1.parquet and 1 more file');

  const second = visits('second.parquet', 5, true);
  await dialog.getByLabel('Choose a file to predict').setInputFiles(second);
  await expect(dialog).toContainText('5 rows predicted. 1 of them has a level that no training row had.');
  const rows = dialog.getByRole('region', { name: 'First predicted rows' }).getByRole('row');
  const predicted = await rows.allInnerTexts();
  expect(predicted).toHaveLength(6);
  const nameless = { name: 'nameless.csv', mimeType: 'text/csv', buffer: Buffer.from('place,dose\nClinic 1,2\nClinic 2,3\n') };
  await dialog.getByLabel('Choose a file to predict').setInputFiles(nameless);
  await expect(dialog.getByRole('alert')).toContainText('lacks a column that the model was trained on: "clinic"');
  await dialog.getByLabel('Choose a file to predict').setInputFiles(workbook());
  await dialog
    .getByRole('group', { name: 'visits.xlsx has 2 sheets. Which one is the table?' })
    .getByRole('button', { name: 'May', exact: true })
    .click();
  await expect(dialog).toContainText('2 rows predicted.');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Export and predict' })).toBeFocused();

  // Another browser knows nothing but the file.
  const fresh = await (await browser.newContext()).newPage();
  await fresh.goto(page.url().split('#')[0]);
  await fresh.getByLabel('Choose a table').setInputFiles(model);
  const opened = fresh.getByRole('dialog', { name: 'model.onnx' });
  await expect(opened).toContainText('Linear mixed model predicts score from dose and clinic', { timeout: 30_000 });
  await expect(opened.getByRole('columnheader', { name: 'MSE' })).toBeVisible();
  await opened.getByLabel('Choose a file to predict').setInputFiles(second);
  await expect(opened).toContainText('5 rows predicted.', { timeout: 15_000 });
  expect(await opened.getByRole('region', { name: 'First predicted rows' }).getByRole('row').allInnerTexts()).toEqual(predicted);
  await fresh.context().close();
});
