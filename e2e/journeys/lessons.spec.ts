/** Lessons: from a link through the questions and a run to the hand-in, and on to the teacher's collector. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { LESSONS } from '../../workers/spec/lessons';
import { expect, findings, findingsOnPhone, test } from '../lab';

const next = (page: Page): Promise<void> => page.getByRole('button', { name: 'Next', exact: true }).click();
const title = (page: Page, name: string) => page.getByRole('heading', { name, exact: true, level: 2 });

test('a lesson from its link: predict, train, hand in; the collector lays the answers over each other', async ({ page }) => {
  test.setTimeout(90_000);
  await page.goto('/?lesson=memorise&backend=wasm');
  await expect(title(page, 'Before you begin')).toBeVisible();
  // The recorded picture of the lesson is there at once, and nothing but it.
  await expect(page.getByRole('heading', { name: 'Predicted against actual' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Validation loss' })).toHaveCount(0);
  // Next waits and says for what; it lets go on without.
  await next(page);
  await expect(page.getByRole('alert')).toHaveText('Choose an answer.');
  await page.getByRole('radio', { name: /^Nothing yet/ }).check();
  await next(page);
  // The first digit is not yet the number: at once after it nothing is explained.
  const explainedAtOnce = await page.getByLabel('Your number').evaluate(async (input: HTMLInputElement) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, '9');
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve));
    return document.querySelector('.explain') !== null;
  });
  expect(explainedAtOnce).toBe(false);
  await expect(page.getByText(/^Nine\. The table must find/)).toBeVisible();
  await next(page);

  // The first curve by pointer, the second by numbers.
  await expect(title(page, 'Sketch both curves')).toBeVisible();
  const box = await page.locator('.pad-over').boundingBox();
  if (!box) throw new Error('there is nothing to draw on');
  await page.mouse.move(box.x + 48, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 10, box.y + box.height - 60, { steps: 12 });
  await page.mouse.up();
  await expect(page.getByRole('radio', { name: 'Validation rows' })).toBeChecked();
  for (const [at, value] of [
    ['1', '7'],
    ['10', '5'],
    ['20', '4'],
    ['40', '4'],
    ['60', '4.5'],
  ])
    await page.getByLabel(`at ${at}`, { exact: true }).fill(value);
  expect(await findings(page)).toEqual([]);
  await next(page);

  // The key of Train does what the step allows.
  await expect(title(page, 'Train and compare')).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByText(/That is memorising/)).toBeVisible({ timeout: 60_000 });
  const drawing = page.getByRole('region', { name: 'Your answer and the result' });
  await drawing.getByText('As numbers').click();
  await expect(drawing.getByRole('row', { name: /^60/ })).toContainText('4.5');
  await next(page);
  // What the question asks for comes after the answer.
  await expect(title(page, 'Choose an epoch')).toBeVisible();
  await expect(drawing).toHaveCount(0);
  await page
    .getByRole('radio', { name: /lowest\.$/ })
    .nth(1)
    .check();
  await expect(drawing).toContainText('Epoch of the turn');
  await next(page);
  await page.getByRole('radio', { name: /no numbers of its own/ }).check();
  await next(page);
  await page.getByRole('radio', { name: /neither/ }).check();

  // Kept over a reload.
  await page.reload();
  await expect(title(page, 'What you can say now')).toBeVisible();
  await expect(page.getByRole('radio', { name: /neither/ })).toBeChecked();
  await next(page);
  // The focus stays on the button while it trains, and after.
  const again = page.getByRole('region', { name: /^Lesson: / }).getByRole('button', { name: /^(Again with new seeds|Training)$/ });
  await again.focus();
  await page.keyboard.press('Enter');
  await expect(again).toHaveText('Training');
  await expect(again).toBeFocused();
  await expect(page.getByText(/^With seed \d+ the claim/)).toBeVisible({ timeout: 60_000 });
  await expect(again).toBeFocused();
  await next(page);
  await next(page);
  await expect(page.getByText(/^6 of 6 answers and 6 numbers\./)).toBeVisible();
  await page.getByLabel('Your name, if you want').fill('Ada');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as a file' }).click()]);
  expect(download.suggestedFilename()).toBe('lesson-memorise-ada.json');
  const code = page.getByRole('textbox', { name: /^The code/ });
  await expect(code).toHaveValue(/^MML1-[\w-]+-[0-9a-f]{6}$/);
  const word = await code.inputValue();
  const file = await readFile(await download.path(), 'utf8');

  await page.goto('/?collect');
  await page.getByLabel('Choose hand-ins').setInputFiles([
    { name: 'ada.json', mimeType: 'application/json', buffer: Buffer.from(file) },
    { name: 'ben.json', mimeType: 'application/json', buffer: Buffer.from(file.replace('"Ada"', '"Ben"').replace('"value": 9', '"value": 90')) },
    { name: 'holiday.txt', mimeType: 'text/plain', buffer: Buffer.from('We were at the sea.') },
  ]);
  await expect(page.getByText('2 hand-ins taken, 1 refused.')).toBeVisible();
  await expect(page.getByText('holiday.txt has no code of a lesson in it')).toBeVisible();
  await expect(page.getByText('9, 90')).toBeVisible();
  await expect(page.getByRole('img', { name: /^4 drawings/ })).toBeVisible();
  // The same hand-in as a code counts once.
  await page.getByLabel(/paste codes/).fill(word);
  await page.getByRole('button', { name: 'Read the codes' }).click();
  await expect(page.getByText('2 hand-ins taken, 1 refused.')).toBeVisible();
  await expect(page.getByText('Ada')).toHaveCount(0);
  expect(await findings(page)).toEqual([]);
});

test('axe finds nothing serious in any lesson, light, dark and on a phone, where nothing overflows', async ({ page }) => {
  test.setTimeout(90_000);
  for (const [i, { id, steps }] of LESSONS.entries()) {
    await page.goto(`/?lesson=${id}&backend=wasm`);
    await expect(title(page, 'Before you begin')).toBeVisible();
    await next(page);
    await page.getByRole('button', { name: 'Go on without it' }).click();
    await expect(title(page, steps[0].title)).toBeVisible();
    await page.getByRole('button', { name: 'A hint' }).click();
    // Of one look on a desk and another they have the same parts.
    if (i === 0) expect(await findings(page), id).toEqual([]);
    expect(await findingsOnPhone(page), id).toEqual([]);
  }
});
