import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Formula, Product, RandomPart } from './formula';
import { parseFormula } from './parse';
import { writeFormula } from './write';

const normal = (text: string): string => writeFormula(parseFormula(text));

const name = fc.oneof(
  fc.constantFrom('x', 'y', 'a', 'b', 'g', 'Days', 'x.1', '.x', 'größe', 'cbind', 'offset'),
  fc.string({ maxLength: 6, unit: 'grapheme' }),
);
const product = fc.uniqueArray(name, { minLength: 1, maxLength: 3 });
const products = fc
  .uniqueArray(product, { maxLength: 4, selector: (one) => JSON.stringify([...one].sort()) })
  .map((all): Product[] => [...all].sort((a, b) => a.length - b.length));
const part = fc
  .record({ intercept: fc.boolean(), slopes: products, correlated: fc.boolean(), group: product })
  .filter(({ intercept, slopes }) => intercept || slopes.length > 0)
  .map((one): RandomPart => ({ ...one, correlated: one.correlated || one.slopes.length + (one.intercept ? 1 : 0) === 1 }));
const formulas: fc.Arbitrary<Formula> = fc.record({
  response: fc.oneof(
    fc.record({ kind: fc.constant('column' as const), name }),
    fc.record({ kind: fc.constant('counts' as const), successes: name, failures: name }),
  ),
  intercept: fc.boolean(),
  fixed: products,
  offsets: fc.uniqueArray(name, { maxLength: 2 }),
  random: fc.array(part, { maxLength: 3 }),
});

describe('a formula', () => {
  it('is given back by reading what was written of it', () => {
    fc.assert(
      fc.property(formulas, (formula) => {
        expect(parseFormula(writeFormula(formula))).toEqual(formula);
      }),
    );
  });

  it.each([
    ['y~x', 'y ~ x'],
    ['y ~ 1', 'y ~ 1'],
    ['y ~ a*b', 'y ~ a + b + a:b'],
    ['y ~ a*b*c - a:b:c', 'y ~ a + b + c + a:b + a:c + b:c'],
    ['y ~ (a + b)^2 + a', 'y ~ a + b + a:b'],
    ['y ~ a/b', 'y ~ a + a:b'],
    ['y ~ a:b + b:a + a', 'y ~ a + a:b'],
    ['y ~ -1 + x', 'y ~ 0 + x'],
    ['y ~ x - 1 + (1|g)', 'y ~ 0 + x + (1 | g)'],
    ['y ~ x + (x | g)', 'y ~ x + (1 + x | g)'],
    ['y ~ x + (0 + x | g)', 'y ~ x + (0 + x | g)'],
    ['y ~ x + (x || g)', 'y ~ x + (1 + x || g)'],
    ['y ~ (1 || g)', 'y ~ 1 + (1 | g)'],
    ['y ~ (1 | a/b)', 'y ~ 1 + (1 | a) + (1 | a:b)'],
    ['y ~ (1 | a/b/c)', 'y ~ 1 + (1 | a) + (1 | a:b) + (1 | a:b:c)'],
    ['y ~ (1 | a:b) + offset(`log n`)', 'y ~ 1 + offset(`log n`) + (1 | a:b)'],
    ['cbind(won, lost) ~ x*z + (1|g)', 'cbind(won, lost) ~ x + z + x:z + (1 | g)'],
  ])('%s means %s', (text, meant) => expect(normal(text)).toBe(meant));

  it.each([
    ['', 'At the end of the formula: a formula begins with the column of the response.'],
    ['y', 'At the end of the formula: a ~ is missing here, which stands between the response and what explains it.'],
    ['y ~', 'At the end of the formula: nothing explains the response.'],
    ['y ~ x +', 'At the end of the formula: a term is missing.'],
    ['y ~ x ++ z', 'In the formula at character 8 (+): a term is missing before this.'],
    ['y ~ x z', 'In the formula at character 7 (z): the formula should have ended before this.'],
    ['y ~ x + offset(log(x))', 'In the formula at character 16 (log): functions of columns cannot be part of a formula here.'],
    ['y ~ log(x) + (1 | g)', 'In the formula at character 5 (log): functions of columns cannot be part of a formula here.'],
    ['y ~ x + 1 | g', 'In the formula at character 11 (|): a random part stands in parentheses.'],
    ['y ~ x * (1 | g)', 'In the formula at character 9 ((1 | g)): a random part can only be added.'],
    ['y ~ (1 | g', 'At the end of the formula: a ) is missing here, which ends the random part.'],
    ['y ~ (0 | g)', 'In the formula at character 6 (0 |): nothing varies between the levels.'],
    ['y ~ (1 | 2)', 'In the formula at character 10 (2): the only numbers are 1, the intercept, and 0, no intercept.'],
    ['y ~ (1 | 1)', 'In the formula at character 10 (1): after the bar stands a grouping factor: a column, a:b or a/b.'],
    ['y ~ (1 | a + b)', 'In the formula at character 12 (+): after the bar stands a grouping factor: a column, a:b or a/b.'],
    ['y ~ (1 | a*b)', 'In the formula at character 11 (*): after the bar stands a grouping factor: a column, a:b or a/b.'],
    ['y ~ (a + b + c + d + e + f + g + h + i + j)^9', 'In the formula at character 44 (^): the formula has more than 1,000 products here.'],
    ['y ~ (1 | g | h)', 'In the formula at character 12 (|): a random part has one bar.'],
    ['y ~ (a + b)^x', 'In the formula at character 13 (x): a power is a whole number from 1 to 9.'],
    ['y ~ . + (1 | g)', 'In the formula at character 5 (.): a dot does not stand for all columns here.'],
    ['größe ~ x & z', 'In the formula at character 11 (&): this sign has no meaning here.'],
    ['y ~ `x', 'In the formula at character 5 (`x): the name has no backtick at its end.'],
  ])('%s is refused by name of the place', (text, message) => expect(() => parseFormula(text)).toThrow(message));

  it('has at most 100 parentheses in each other, and any number beside each other', () => {
    const deep = (depth: number): string => `y ~ ${'('.repeat(depth)}x${')'.repeat(depth)} + (1 | g)`;
    expect(normal(deep(99))).toBe('y ~ x + (1 | g)');
    expect(() => parseFormula(deep(1000))).toThrow('In the formula at character 105 ((): more than 100 parentheses stand in each other.');
    expect(parseFormula(`y ~ ${Array.from({ length: 200 }, (_, at) => `(x${at})`).join(' + ')}`).fixed).toHaveLength(200);
  });

  it('is read or refused, whatever stands there', () => {
    const pieces = fc.constantFrom(
      'y',
      '~',
      'x',
      '+',
      '-',
      '*',
      ':',
      '/',
      '^',
      '(',
      ')',
      '|',
      '||',
      '1',
      '0',
      '2',
      ' ',
      'g',
      '`a b`',
      ',',
      'offset(',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
        const text = parts.join('');
        let formula: Formula;
        try {
          formula = parseFormula(text);
        } catch (failure) {
          expect(failure).toMatchObject({ code: 'formula' });
          return;
        }
        expect(parseFormula(writeFormula(formula))).toEqual(formula);
      }),
      { numRuns: 1000 },
    );
  });
});
