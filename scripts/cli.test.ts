import { describe, expect, it } from 'vitest';
import { share, whole } from './cli';

const refusal = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    return String((error as Error).message);
  }
  return null;
};

describe('options of the command line', () => {
  it('are numbers, or the fallback when they are not given', () => {
    expect([share('test', '0.3', 0.2, 0.01, 0.9), share('test', undefined, 0.2, 0.01, 0.9)]).toEqual([0.3, 0.2]);
    expect([whole('epochs', '12', 300, 1), whole('epochs', undefined, 300, 1)]).toEqual([12, 300]);
  });

  it.each(['abc', '', ' ', '0', '1.5', '-0.2', 'NaN'])('refuse "%s" as a share, by name and value', (value) => {
    expect(refusal(() => share('test', value, 0.2, 0.01, 0.9))).toBe(`--test is "${value}", which is not a share between 0.01 and 0.9.`);
  });

  it.each(['abc', '', '2.5', '0', '-1', 'Infinity'])('refuse "%s" as a number of epochs', (value) => {
    expect(refusal(() => whole('epochs', value, 300, 1))).toBe(`--epochs is "${value}", which is not a whole number of at least 1.`);
  });
});
