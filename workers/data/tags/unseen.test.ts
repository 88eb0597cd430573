import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TagColumn } from '../dataset';
import { dropUnseenTags, unseenTagRows } from './unseen';

const columnOf = (sets: number[][], tags: number): TagColumn => {
  const offsets = new Uint32Array(sets.length + 1);
  sets.forEach((set, row) => {
    offsets[row + 1] = offsets[row] + set.length;
  });
  return {
    name: 't',
    offsets,
    ids: Int32Array.from(sets.flat()),
    labels: Array.from({ length: tags }, (_, tag) => `t${tag}`),
    parents: new Int32Array(tags).fill(-1),
  };
};
const setsOf = ({ offsets, ids }: TagColumn): number[][] =>
  Array.from({ length: offsets.length - 1 }, (_, row) => [...ids.subarray(offsets[row], offsets[row + 1])]);

it('of validation by tag leave validation and test rows alike, each told apart', () => {
  const column = columnOf([[0, 1], [1, 2], [0, 2, 3], [3, 4], [1]], 5);
  const split = { train: Uint32Array.of(0), validation: Uint32Array.of(1), test: Uint32Array.of(4, 3, 2) };
  const [dropped] = dropUnseenTags([column], split, true);
  expect(setsOf(dropped)).toEqual([[0, 1], [1], [0], [], [1]]);
  expect([[...(dropped.unseenRows ?? [])], [...(dropped.unseenValidation ?? [])]]).toEqual([[2, 3], [1]]);
  expect(unseenTagRows({ tags: [dropped], split })).toEqual([{ test: Uint32Array.of(2, 3), validation: Uint32Array.of(1) }]);
});

describe('tags that no training or validation row has', () => {
  it('leave the test rows, which are told, and no other row', () => {
    const column = columnOf([[0, 1], [2], [0, 3], [3, 4], [1]], 5);
    const split = { train: Uint32Array.of(0), validation: Uint32Array.of(1), test: Uint32Array.of(4, 3, 2) };
    const [dropped] = dropUnseenTags([column], split);
    expect(setsOf(dropped)).toEqual([[0, 1], [2], [0], [], [1]]);
    expect([...(dropped.unseenRows ?? [])]).toEqual([2, 3]);
    expect(dropped.labels).toHaveLength(5);
    expect(setsOf(column)[3]).toEqual([3, 4]);
  });

  it('are exactly those of the definition, row by row', () => {
    const sets = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(sets, fc.infiniteStream(fc.constantFrom('train', 'validation', 'test', 'none')), (drawn, parts) => {
        const all = drawn.map((set) => set.sort((a, b) => a - b));
        const part = all.map(() => parts.next().value);
        const rows = (name: string) => Uint32Array.from(all.keys()).filter((row) => part[row] === name);
        const seen = new Set(all.filter((_, row) => part[row] === 'train' || part[row] === 'validation').flat());
        const [dropped] = dropUnseenTags([columnOf(all, 10)], { train: rows('train'), validation: rows('validation'), test: rows('test') });
        expect(setsOf(dropped)).toEqual(all.map((set, row) => (part[row] === 'test' ? set.filter((tag) => seen.has(tag)) : set)));
        const lost = all.flatMap((set, row) => (part[row] === 'test' && set.some((tag) => !seen.has(tag)) ? [row] : []));
        expect([...(dropped.unseenRows ?? [])]).toEqual(lost);
      }),
    );
  });
});
