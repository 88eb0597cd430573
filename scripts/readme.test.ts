/**
 * The README says what the code has: its methods by family, their counts, and what the recorded runs
 * reproduce.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ABOUTS, aboutMethod } from '../workers/methods/registry';
import type { Table } from '../workers/papers/table';
import type { UnitRecord } from '../workers/papers/types';
import { methodsTable, writtenTable } from './readme';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Cells of the lines of tables. */
const LINES = README.split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('README', () => {
  it('names every method, by family, in the order of the registry', () => {
    expect(writtenTable(), 'README.md: write its table of methods anew with npm run methods -- --readme --write').toBe(methodsTable());
  });

  it('counts parameters as the code does', () => {
    const rows = LINES.filter(([label, , count]) => count && ABOUTS.some((about) => about.label === label));
    expect(rows.length).toBeGreaterThan(3);
    for (const [label, , words] of rows) {
      const about = aboutMethod(ABOUTS.find((candidate) => candidate.label === label)?.id as string);
      for (const q of [100, 5000]) {
        const [, factor, constant] = words.match(/^(?:(\d+) q \+ )?([\d,]+)/) as RegExpMatchArray;
        const expected = Number(factor ?? 0) * q + Number(constant.replaceAll(',', ''));
        expect([label, about.parameterCount({ p: 10, levels: [q] }, about.settings.parse({}))]).toEqual([label, expected]);
      }
    }
  });

  it('counts what the recorded runs of the experiments reproduce', () => {
    const folder = join(ROOT, 'public/recorded/experiments');
    const ids = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as string[];
    const said = new Map(LINES.filter(([first]) => /^`[\w-]+`$/.test(first)).map(([first, ...rest]) => [first.slice(1, -1), rest]));
    for (const id of ids) {
      const { table, records } = JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')) as { table: Table; records: UnitRecord[] };
      const cells = [...new Set(records.map(({ cell }) => cell))];
      const repetitions = cells.map((cell) => records.filter((record) => record.cell === cell).length);
      const judged = table.entries.filter(({ ours, verdict }) => ours && (verdict === 'reproduced' || verdict === 'differs'));
      const reproduced = judged.filter(({ verdict }) => verdict === 'reproduced');
      const same = new Set(repetitions).size === 1 ? String(repetitions[0]) : repetitions.join(', ');
      expect([id, said.get(id)]).toEqual([id, [String(cells.length), same, `${reproduced.length} of ${judged.length}`]]);
    }
  });
});
