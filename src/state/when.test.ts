import { expect, it } from 'vitest';
import { create } from 'zustand';
import { when } from './when';

it('resolves with the first state that is such, at once where it is so already, and hears no more', async () => {
  const store = create<{ n: number }>(() => ({ n: 1 }));
  expect(await when(store, ({ n }) => n === 1)).toEqual({ n: 1 });
  let asked = 0;
  const three = when(store, ({ n }) => {
    asked++;
    return n === 3;
  });
  for (const n of [2, 3, 3, 4]) store.setState({ n });
  expect(await three).toEqual({ n: 3 });
  expect(asked).toBe(3);
});
