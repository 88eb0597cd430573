import { describe, expect, it } from 'vitest';
import { LESSONS } from '../../workers/spec/lessons';
import type { HandIn, ReadHandIn } from '../../workers/spec/lessons/hand-in';
import { toCsv } from '../results/twin';
import {
  added,
  collectedTable,
  countedChoices,
  heldSentence,
  meanPlaces,
  medianOf,
  NOTHING,
  numbersInWords,
  overlaid,
  sortedNumbers,
} from './collected';

const HASH = '0123456789abcdef';
const handIn = (part: Partial<HandIn>): HandIn => ({
  kind: 'mmbeddings-lab/hand-in',
  version: 1,
  lesson: 'memorise',
  hash: HASH,
  name: '',
  answers: {},
  numbers: [],
  again: null,
  ...part,
});
const read = (part: Partial<HandIn>, source = 'a.json'): ReadHandIn => ({ ok: true, handIn: handIn(part), source });

describe('added', () => {
  const take = (...all: ReadHandIn[]) => added(NOTHING, all, { memorise: HASH });

  it('takes each hand-in once, and of one name the newest', () => {
    const number = (value: number) => ({ answers: { look: { kind: 'number' as const, value } } });
    const { taken } = take(read({ name: 'Ada', ...number(1) }), read({ name: 'ada ', ...number(2) }), read({ name: 'ada ', ...number(2) }));
    expect(taken.map((one) => one.handIn.answers.look)).toEqual([{ kind: 'number', value: 2 }]);
    const names = (...all: string[]) => take(...all.map((name) => read({ name }))).taken.map((one) => one.handIn.name);
    expect(names('Ada', 'Grace', 'ada')).toEqual(['Grace', 'ada']);
    // One name in the two ways to write its ü.
    expect(names('M\u00fcller', 'Mu\u0308ller')).toHaveLength(1);
  });

  it('keeps those without a name apart', () => {
    expect(take(read({ again: { seed: 1, held: true } }), read({ again: { seed: 2, held: true } })).taken).toHaveLength(2);
  });

  it('takes thousands at once, as a file of them may hold', () => {
    const began = performance.now();
    expect(take(...Array.from({ length: 10_000 }, (_, i) => read({ name: `Ada ${i}` }))).taken).toHaveLength(10_000);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('refuses by name what is of no lesson here or of another edition', () => {
    const { taken, refused } = take(
      read({ lesson: 'co\u202Eoking' }, 'b.json'),
      read({ lesson: '__proto__' }, 'c.json'),
      read({ hash: 'fedcba9876543210' }, 'd.json'),
      { ok: false, source: 'e.txt', problem: 'is empty.' },
    );
    expect(taken).toEqual([]);
    expect(refused.map(({ source }) => source)).toEqual(['b.json', 'c.json', 'd.json', 'e.txt']);
    expect(refused[0].problem).toContain('of the lesson “cooking”');
    expect(refused[2].problem).toContain('another edition');
  });
});

describe('a class', () => {
  const options = [
    { id: 'a', label: 'A' },
    { id: 'b', label: 'B' },
    { id: 'c', label: 'C' },
  ];
  const rank = (...order: string[]) => ({ kind: 'rank' as const, order });

  it('has its choices counted, none invented', () => {
    const answers = [
      { kind: 'choice' as const, chosen: 'a' },
      { kind: 'choice' as const, chosen: 'a' },
      undefined,
      { kind: 'choice' as const, chosen: 'x' },
    ];
    expect(countedChoices(options, answers).map(({ count }) => count)).toEqual([2, 0, 0]);
  });

  it('has mean places, the first first', () => {
    expect(meanPlaces(options, [rank('b', 'a', 'c'), rank('b', 'c', 'a')])).toEqual([
      { label: 'B', place: 1 },
      { label: 'A', place: 2.5 },
      { label: 'C', place: 2.5 },
    ]);
    expect(meanPlaces(options, [])).toEqual([]);
  });

  it('has its numbers in order, and their median', () => {
    const numbers = sortedNumbers([{ kind: 'number', value: 30 }, undefined, { kind: 'number', value: 4 }]);
    expect(numbers).toEqual([4, 30]);
    expect([medianOf(numbers), medianOf([1, 2, 9]), medianOf([])]).toEqual([17, 2, null]);
  });

  it('has small numbers as they were given, none as 0, and a median without the dust of its division', () => {
    const given = (...values: number[]) => numbersInWords(values.map((value) => ({ kind: 'number' as const, value })));
    expect(given(0.0004, 0.00001, 25_000)).toEqual({ all: '0.00001, 0.0004, 25,000', median: '0.0004' });
    expect(given(0.1, 0.2)).toEqual({ all: '0.1, 0.2', median: '0.15' });
    expect(given()).toBeNull();
  });

  it('has one pupil or more for whom the claim held', () => {
    expect(heldSentence([{ held: true }])).toBe('With new seeds the claim held for 1 of 1 pupil.');
    expect(heldSentence([{ held: true }, { held: false }])).toBe('With new seeds the claim held for 1 of 2 pupils.');
  });

  it('has its sketches over each other, without names', () => {
    const x = { label: 'x', min: 0, max: 1, log: false };
    const ask = { kind: 'sketch' as const, prompt: 'How?', x, y: x, curves: [{ id: 'a', label: 'A' }], at: [0, 1] };
    const sketch = (y: number) => ({
      kind: 'sketch' as const,
      curves: {
        a: [
          [0, y],
          [1, y],
        ] as [number, number][],
      },
    });
    const marks = overlaid(ask, [sketch(0), undefined, sketch(1)]);
    expect(marks.map(({ points }) => points[0][1])).toEqual([0, 1]);
    expect(new Set(marks.map(({ id }) => id)).size).toBe(2);
  });
});

it('the table of a class has a cell for every question, and no cell that a spreadsheet would run', () => {
  const [lesson] = LESSONS;
  const { columns, rows } = collectedTable(lesson, [
    handIn({
      name: '=HYPERLINK("x")',
      numbers: [{ label: '@evil', value: -1.5 }],
      answers: { before: { kind: 'choice', chosen: lesson.before.right } },
    }),
  ]);
  expect(rows[0]).toHaveLength(columns.length);
  expect(columns).toHaveLength(6 + lesson.steps.filter(({ ask }) => ask).length);
  expect(rows[0]).toContain(-1.5);
  const [header, answers] = toCsv({ columns, rows }).split('\r\n');
  expect(answers).toMatch(/^"'=HYPERLINK\(""x""\)"/);
  expect(header).toContain(",'@evil");
  expect(rows[0]).toContain(lesson.before.options.find(({ id }) => id === lesson.before.right)?.label);
});
