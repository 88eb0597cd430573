import { describe, expect, test } from 'vitest';
import { previewing, previewTable } from './columns';
import { openTable } from './csv';
import { tableOf } from './reading/apply';
import { atOnce, inTurns, turnsEvery, type Work } from './work';

const rows = Array.from({ length: 300 }, (_, i) => `Item ${i % 90},${i / 7},${i % 5 === 0 ? 'NA' : i % 3}\n`).join('');
const table = () => openTable(new File([`g,y,k\n${rows}`], 'a.csv'), { many: 100 });

/** Rests of some work. */
function rests(work: Work<unknown>): number {
  let count = 0;
  while (!work.next().done) count++;
  return count;
}

describe('the work after reading', () => {
  test('rests between columns and within them, and ends at whichever rest it is cancelled', async () => {
    // What has been found out of a column is kept: each time the table is a new one.
    const preview = async () => previewing(await table());
    const whole = async () => {
      const { raw, line } = await table();
      return tableOf({ name: 'a', bytes: 1, rows: 300, line, raw }, []);
    };
    for (const begin of [preview, whole]) {
      const count = rests(await begin());
      expect(count).toBeGreaterThan(6);
      for (let last = 1; last <= count; last++) {
        let met = 0;
        const turn = async (): Promise<void> => {
          if (++met === last) throw new Error('cancelled');
        };
        await expect(inTurns<unknown>(await begin(), turn)).rejects.toThrow('cancelled');
        expect(met).toBe(last);
      }
    }
  });

  test('rests more often the more rows there are, and at spellings of many levels', async () => {
    const of = (length: number) => openTable(new File([`g,y\n${Array.from({ length }, (_, i) => `Level ${i},${i / 3}\n`).join('')}`], 'a.csv'));
    // Twice for every 4,096 levels that are not spelled plainly.
    expect(rests(previewing(await of(9000))) - rests(previewing(await of(300)))).toBe(4);
  });

  test('is the same in turns as at once', async () => {
    const opened = await table();
    expect(await inTurns(previewing(opened), async () => undefined)).toEqual(previewTable(opened));
  });
});

test('messages have a turn when so many milliseconds are over, and a cancel is looked for each time', async () => {
  let [now, asked] = [0, 0];
  const told: string[] = [];
  const turn = turnsEvery(
    30,
    () => asked++,
    () => now,
  );
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => told.push(data);
  port2.postMessage('early');
  for (; now < 30; now += 10) await turn();
  expect([told, asked]).toEqual([[], 3]);
  now = 31;
  // A message that came before is heard before the work goes on.
  await turn();
  await turn();
  expect(told).toEqual(['early']);
  expect(asked).toBe(5);
  port1.close();
});

test('work without a rest is done at once', () => {
  expect(
    atOnce(
      (function* (): Work<number> {
        yield* [];
        return 7;
      })(),
    ),
  ).toBe(7);
});
