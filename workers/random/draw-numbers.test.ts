import { expect, it } from 'vitest';
import { drawNumbers } from './draw-numbers';
import { RandomStream } from './random';

it('numbers are drawn without replacement, in rising order, each as often as any other', () => {
  const random = new RandomStream(4, 'numbers');
  const times = new Int32Array(10);
  for (let draw = 0; draw < 5_000; draw++) {
    const numbers = [...drawNumbers(10, 3, random)];
    expect(numbers).toHaveLength(3);
    expect(numbers[0] < numbers[1] && numbers[1] < numbers[2]).toBe(true);
    for (const number of numbers) times[number]++;
  }
  // 1,500 each, with a standard deviation of 32.
  for (const count of times) expect(Math.abs(count - 1_500)).toBeLessThan(160);
  expect([...drawNumbers(4, 9, random)]).toEqual([0, 1, 2, 3]);
  expect([...drawNumbers(0, 3, random)]).toEqual([]);
});
