import { describe, expect, test } from 'vitest';
import { previewTable } from '../columns';
import { openTable } from '../csv';
import { namesGroup, namesMeasure, namesTarget, seriesOf, words } from './names';

const list = (text: string) => text.trim().split(/\s+/);

/** Names of groups as people write them; coded 1 … 30 nine of ten were once taken as numbers. */
const GROUP_NAMES =
  list(`participant participant_id subject subj Subject patient patientId site center centre hospital ward clinic school class classroom teacher
  pupil student plot block batch lot plant tree litter animal cow herd farm field store shop region county country city district team player judge rater item word
  speaker machine operator device sensor station family household employee department firm company brand product campaign user movie`);

test.each([
  ['1 … 30, as often each', (row: number) => 1 + (row % 30)],
  ['1 … 30, some often', (row: number) => 1 + Math.floor(30 * ((row * 0.618034) % 1) ** 2)],
  ['0 … 7', (row: number) => row % 8],
])('names of groups coded %s are categorical', async (_, code) => {
  expect(GROUP_NAMES.length).toBeGreaterThanOrEqual(59);
  const wrong: string[] = [];
  for (const name of GROUP_NAMES) {
    const rows = Array.from({ length: 600 }, (_, row) => `${code(row)},${Math.sin(row)},${Math.cos(row * 7)}`);
    const [column] = previewTable(await openTable(new File([[`${name},x,y`, ...rows].join('\n')], 'a.csv'))).columns;
    if (column.role !== 'categorical') wrong.push(`${name}: ${column.role}, ${column.reason}`);
  }
  expect(wrong).toEqual([]);
});

test('measures with the same codes stay numbers', async () => {
  const names = list(
    'age week day hour trial dose count score rooms children visits anzahl alter zimmer note_punkte duree nombre n_items school_size Klassengroesse',
  );
  for (const name of names) {
    const rows = Array.from({ length: 600 }, (_, row) => `${1 + (row % 30)},${Math.sin(row)},${Math.cos(row * 7)}`);
    const [column] = previewTable(await openTable(new File([[`${name},x,y`, ...rows].join('\n')], 'a.csv'))).columns;
    expect(`${name} ${column.role === 'categorical'}`).toBe(`${name} false`);
  }
});

describe('words', () => {
  test.each([
    ['userId', ['user', 'id']],
    ['UserID', ['user', 'id']],
    ['user_id2', ['user', 'id']],
    ['HTTPCode', ['http', 'code']],
    ['Größe (cm)', ['größe', 'cm']],
    ['MonthlyIncome', ['monthly', 'income']],
  ])('%s', (name, parts) => expect(words(name)).toEqual(parts));
});

test('the last word is what a name is about', () => {
  expect(['school_code', 'lot_no', 'EmployeeNumber', 'Kundennummer', 'item'].map(namesGroup)).toEqual([true, true, true, true, true]);
  expect(['school_size', 'n_items', 'num_products', 'anzahl_kunden'].map(namesGroup)).toEqual([false, false, false, false]);
  expect(['Blutdruck', 'wait_sec', 'school_size'].map(namesMeasure)).toEqual([true, true, true]);
  expect([namesTarget('mathscore')?.how, namesTarget('y')?.how, namesTarget('Days')]).toEqual(['usual', 'clear', null]);
  expect([seriesOf('Q12'), seriesOf('item_3'), seriesOf('x')]).toEqual(['q', 'item', null]);
});

test.each([
  ['g02-price-is-a-feature.csv', 'stars', 'cases/g02'],
  ['g05-sleep.csv', 'Reaction', 'cases/g05'],
  ['g06-names-swapped.csv', 'y', 'cases/g06'],
  ['g07-participant.csv', 'rt', 'cases/g07'],
])('%s: the target is %s (%s)', async (file, target) => {
  const { readFileSync } = await import('node:fs');
  const preview = previewTable(await openTable(new File([readFileSync(new URL(`../../../cases/${file}`, import.meta.url))], file)));
  expect(preview.columns.filter(({ role }) => role === 'target')).toEqual([expect.objectContaining({ name: target, unsure: false })]);
  if (file.startsWith('g07')) expect(preview.columns[0]).toMatchObject({ name: 'participant', role: 'categorical' });
  if (file.startsWith('g05')) expect(preview.columns[2]).toMatchObject({ name: 'Subject', role: 'categorical' });
});
