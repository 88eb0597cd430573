/** A model leaves the page, predicts a second table, and comes back in another browser. */
import { readFileSync } from 'node:fs';
import { expect, test } from '../lab';

/** 240 visits to 12 clinics, or visits of which one is to a clinic that nobody knows. */
function visits(rows: number, unknown = false): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const clinic = (i * 7) % 12;
    const dose = ((i * 37) % 101) / 20;
    const name = unknown && i === 2 ? 'Elsewhere' : `Clinic ${clinic}`;
    return [name, dose.toFixed(2), ...(unknown ? [] : [(10 + 3 * Math.sin(clinic * 2.3) + dose).toFixed(3)])].join(',');
  });
  return [unknown ? 'clinic,dose' : 'clinic,dose,score', ...lines].join('\n');
}

test('train, save the model, predict a second table with a new level, and open the model in another browser', async ({ lab, page, browser }) => {
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.choose('visits.csv', visits(240));
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
  await expect(dialog).toContainText('analysis.R. Put your own table beside it.');

  const second = { name: 'second.csv', mimeType: 'text/csv', buffer: Buffer.from(visits(5, true)) };
  await dialog.getByLabel('Choose a file to predict').setInputFiles(second);
  await expect(dialog).toContainText('5 rows predicted. 1 of them has a level that no training row had.');
  const rows = dialog.getByRole('region', { name: 'First predicted rows' }).getByRole('row');
  const predicted = await rows.allInnerTexts();
  expect(predicted).toHaveLength(6);
  const nameless = { ...second, name: 'nameless.csv', buffer: Buffer.from('place,dose\nClinic 1,2\nClinic 2,3\n') };
  await dialog.getByLabel('Choose a file to predict').setInputFiles(nameless);
  await expect(dialog.getByRole('alert')).toContainText('lacks a column that the model was trained on: "clinic"');
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
