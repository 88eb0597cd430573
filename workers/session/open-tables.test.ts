import { describe, expect, it } from 'vitest';
import { openTable } from '../data/csv';
import { OpenTables } from './open-tables';

const csv = (name: string, from: number): File =>
  new File([`Export\nx;g;y\n${Array.from({ length: 40 }, (_, i) => `${from + i};${'abc'[i % 3]};${i},5`).join('\n')}\n`], name);

describe('opened tables', () => {
  it('are held up to so many, and older ones are read again as they were', async () => {
    const tables = new OpenTables(2);
    const opened = [];
    for (const from of [100, 200, 300]) {
      const file = csv(`${from}.csv`, from);
      opened.push(await openTable(file));
      tables.add(file, opened[opened.length - 1]);
    }
    const [first, second, third] = opened;
    expect([...tables.held.keys()]).toEqual([second, third].map(({ fingerprint }) => fingerprint));
    const again = await tables.get(first.fingerprint);
    expect(again?.table.columns).toEqual(first.columns);
    expect(again?.table.steps).toEqual(first.steps);
    expect([...tables.held.keys()]).toEqual([third, first].map(({ fingerprint }) => fingerprint));
    // What was used last stays.
    await tables.hold([third.fingerprint, null]);
    await tables.hold([second.fingerprint]);
    expect([...tables.held.keys()]).toEqual([third, second].map(({ fingerprint }) => fingerprint));
    expect(await tables.get('0123456789abcdef')).toBeNull();
  });
});

describe('a table that another worker has read', () => {
  it('is read when it is wanted; a file that has changed since is refused by name', async () => {
    const file = csv('people.csv', 100);
    const { fingerprint, steps, columns } = await openTable(file);
    const tables = new OpenTables(2);
    const read = { fingerprint, steps };
    tables.know({ ...read, file });
    expect(tables.held.size).toBe(0);
    expect((await tables.get(fingerprint))?.table.columns).toEqual(columns);
    const later = new OpenTables(2);
    later.know({ ...read, file: csv('people.csv', 101) });
    await expect(later.get(fingerprint)).rejects.toMatchObject({
      code: 'table-changed',
      message: 'people.csv cannot be read again: it has changed since it was opened, or it is not there any more.',
    });
    const gone = new File([], 'people.csv');
    const last = new OpenTables(2);
    last.know({ ...read, file: gone });
    await expect(last.get(fingerprint)).rejects.toMatchObject({ code: 'table-changed' });
  });
});
