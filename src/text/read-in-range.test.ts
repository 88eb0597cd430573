import { expect, it } from 'vitest';
import { readCount } from './read-in-range';

it('a count is read as it was typed, and nothing of it is dropped', () => {
  const read = (text: string, empty = false) => readCount({ min: 1, max: 10_000, empty }, text);
  expect(['12', ' 1e3 ', '1,000', '10 000'].map((text) => read(text))).toEqual([12, 1000, 1000, 10_000].map((value) => ({ ok: true, value })));
  expect(read('-3')).toEqual({ ok: false, message: 'At least 1.' });
  expect(read('20000')).toEqual({ ok: false, message: 'At most 10,000.' });
  expect(read('0,5')).toEqual({ ok: false, message: '0,5 is not a whole number.' });
  expect(read('12 epochs')).toEqual({ ok: false, message: '"12 epochs" is not a number.' });
  expect(read('1.000')).toEqual({ ok: false, message: 'Is "1.000" 1,000 or 1? Write 1000 or 1.' });
  expect(read(' ')).toEqual({ ok: false, message: 'Enter a number.' });
  expect(read(' ', true)).toEqual({ ok: true, value: null });
});
