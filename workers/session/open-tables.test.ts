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
