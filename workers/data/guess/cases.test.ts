import { expect, test } from 'vitest';
import { RandomStream } from '../../random/random';
import { previewTable } from '../columns';
import { openTable } from '../csv';
import { csvBytes } from '../csv-write';
import { CASES, type GuessCase, HELD_OUT, isRight } from './cases';

interface Outcome {
  right: number;
  columns: number;
  targets: number;
  wrong: string[];
  /** Wrong, but flagged: a note asks about it, with one click to mend it. */
  flagged: number;
}

async function outcomeOf(cases: readonly GuessCase[]): Promise<Outcome> {
  const outcome: Outcome = { right: 0, columns: 0, targets: 0, wrong: [], flagged: 0 };
  for (const { about, rows, columns } of cases) {
    const random = new RandomStream(7, about);
    const names = columns.map(([name]) => name);
    const cells = Array.from({ length: rows }, (_, row) => columns.map(([, cell]) => cell(row, () => random.uniform())));
    const table = await openTable(new File([csvBytes(names, cells, { guardFormulas: false })], `${about}.csv`));
    const preview = previewTable(table);
    const unsureTarget = preview.columns.some(({ role, unsure }) => role === 'target' && unsure);
    columns.forEach(([name, , right], j) => {
      const { role, unsure, reason } = preview.columns[j];
      outcome.columns++;
      if (isRight(right, role)) outcome.right++;
      else {
        const flagged = unsure || (right === 'target' && unsureTarget);
        if (flagged) outcome.flagged++;
        outcome.wrong.push(`${about}: ${name} is ${right}, guessed ${role}${flagged ? ' (flagged)' : ''}: ${reason}`);
      }
    });
    if (
      preview.columns.every(
        ({ role }, j) => (role === 'target') === (columns[j][2] === 'target') || (role === 'target' && isRight(columns[j][2], role)),
      )
    )
      outcome.targets++;
  }
  return outcome;
}

const percent = (part: number, all: number) => `${((100 * part) / all).toFixed(1)} %`;

test.each([
  ['that the rules were made with', CASES, 0.98, 0.97],
  ['held out', HELD_OUT, 0.95, 0.96],
])('roles of tables %s', async (which, cases, columnFloor, targetFloor) => {
  const { right, columns, targets, wrong, flagged } = await outcomeOf(cases);
  console.log(
    `roles guessed in ${cases.length} tables ${which}: ${right} of ${columns} columns right (${percent(right, columns)}), ${flagged} of the others flagged; ` +
      `targets ${targets} of ${cases.length} (${percent(targets, cases.length)})${process.env.GUESSES ? `\n${wrong.join('\n')}` : ''}`,
  );
  expect(right / columns, wrong.join('\n')).toBeGreaterThanOrEqual(columnFloor);
  expect(targets / cases.length, wrong.join('\n')).toBeGreaterThanOrEqual(targetFloor);
});

test('the tables are many and of many kinds', () => {
  expect(CASES.length + HELD_OUT.length).toBeGreaterThanOrEqual(60);
  expect(new Set([...CASES, ...HELD_OUT].map(({ about }) => about)).size).toBe(CASES.length + HELD_OUT.length);
});
