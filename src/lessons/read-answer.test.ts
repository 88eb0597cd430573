import { expect, it } from 'vitest';
import { readAnswer } from './read-answer';

it('an answer is a number in its range, or has the reason why not', () => {
  expect(readAnswer(' ', 0, 1)).toEqual({ value: null, problem: null });
  expect(readAnswer('0,5', 0, 1)).toEqual({ value: 0.5, problem: null });
  expect(readAnswer('25,000', 1, 10_000_000)).toEqual({ value: 25_000, problem: null });
  expect(readAnswer('many', 0, 1)).toEqual({ value: null, problem: 'This is no number.' });
  expect(readAnswer('3', -2, 1)).toEqual({ value: null, problem: 'From −2 to 1.' });
});

it('an answer that may be thousands or a fraction is asked about, where it may be thousands', () => {
  expect(readAnswer('25.000', 1, 10_000_000)).toEqual({ value: null, problem: 'Is "25.000" 25,000 or 25? Write 25000 or 25.' });
  expect(readAnswer('1.000.000', 1, 10_000_000)).toEqual({ value: null, problem: 'Is "1.000.000" 1,000,000? Write 1000000.' });
  expect(readAnswer('1.000', -2, 1)).toEqual({ value: 1, problem: null });
  expect(readAnswer('4.125', 0, 20)).toEqual({ value: 4.125, problem: null });
});
