import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { RandomStream } from '../../workers/random/random';

/** Different users, items and places of the file. */
const LEVELS = [1_000_000, 10_000, 300] as const;

/** Rows written at once. */
const PIECE = 20_000;

/** Writes a table of three numbers and three texts, some 44 bytes a row; the bytes it has. */
export async function writeTable(path: string, rows: number): Promise<number> {
  const random = new RandomStream(1, 'reader-bench');
  const file = createWriteStream(path);
  let bytes = 0;
  const write = async (text: string): Promise<void> => {
    bytes += text.length;
    if (!file.write(text)) await once(file, 'drain');
  };
  await write('user,item,place,age,price,y\n');
  const below = (count: number): number => Math.floor(random.uniform() * count);
  for (let from = 0; from < rows; from += PIECE) {
    const lines: string[] = [];
    for (let row = from; row < Math.min(rows, from + PIECE); row++) {
      const [user, item, place] = LEVELS.map(below);
      const [age, price] = [random.uniform() * 80, random.uniform() * 1000];
      const y = (age - 40) / 20 + (place % 7) - (item % 5) / 2 + random.uniform();
      lines.push(`u${user},item ${item},place ${place},${age.toFixed(3)},${price.toFixed(2)},${y.toFixed(6)}\n`);
    }
    await write(lines.join(''));
  }
  file.end();
  await once(file, 'finish');
  return bytes;
}
