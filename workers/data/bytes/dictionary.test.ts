import { expect, test } from 'vitest';
import { ByteDictionary } from './dictionary';

test('texts with one hash are different texts, of one length or not', () => {
  const pairs = [
    ['costarring', 'liquid'],
    ['declinate', 'macallums'],
    ['level 8h1s0wk0', 'level bt5u1dpq'],
    ['1498654', '3381509'],
  ];
  for (const pair of pairs) {
    const dictionary = new ByteDictionary();
    expect([...pair, ...pair].map((text) => dictionary.codeOf(text))).toEqual([0, 1, 0, 1]);
    expect(dictionary.texts()).toEqual(pair);
  }
});

test.each(['level', 'Stufe ä'])('many texts keep their codes while the table grows: %s', (name) => {
  const dictionary = new ByteDictionary();
  const texts = Array.from({ length: 5000 }, (_, i) => `${name} ${'x'.repeat(i % 7)}${i}`);
  for (let round = 0; round < 2; round++) expect(texts.map((text) => dictionary.codeOf(text))).toEqual([...texts.keys()]);
  expect([dictionary.size, dictionary.texts()]).toEqual([5000, texts]);
  expect(dictionary.text(1024)).toBe(texts[1024]);
});
