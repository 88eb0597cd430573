import { describe, expect, it } from 'vitest';
import { contrastedIn, countColumns, designColumns } from './coding';
import type { Levels, Variable } from './frame';
import { modelOf } from './model';
import { parseFormula } from './parse';

const levels = (count: number, name: string): Variable => ({
  kind: 'levels',
  codes: Int32Array.from({ length: 12 }, (_, i) => i % count),
  labels: Array.from({ length: count }, (_, level) => `${name}${level}`),
});
const variables: Record<string, Variable> = {
  f: levels(3, 'f'),
  g: levels(2, 'g'),
  h: levels(2, 'h'),
  x: { kind: 'numbers', values: Float64Array.from({ length: 12 }, (_, i) => i + 0.5) },
};
const variable = (name: string): Variable => variables[name];

/** What a column of this name is in row i: the product of its numbers and of its levels' 0 and 1. */
const product = (name: string, i: number): number =>
  name.split(':').reduce((value, part) => {
    const { [part[0]]: own } = variables;
    return value * (own.kind === 'numbers' ? own.values[i] : Number(own.labels[own.codes[i]] === part.slice(1)));
  }, 1);

/** Column names of R 4.2's model.matrix, without the intercept. */
describe('a category is coded as R codes it', () => {
  it.each([
    ['x:f + x:g', 'x:ff0 x:ff1 x:ff2 x:gg1'],
    ['f:g + f:h', 'ff0:gg0 ff1:gg0 ff2:gg0 ff0:gg1 ff1:gg1 ff2:gg1 ff0:hh1 ff1:hh1 ff2:hh1'],
    ['0 + f:g + f:h', 'ff0:gg0 ff1:gg0 ff2:gg0 ff0:gg1 ff1:gg1 ff2:gg1 ff0:hh1 ff1:hh1 ff2:hh1'],
    ['f:g + g', 'gg1 ff1:gg0 ff2:gg0 ff1:gg1 ff2:gg1'],
    ['f*g - f', 'gg1 ff1:gg0 ff2:gg0 ff1:gg1 ff2:gg1'],
    ['f*g*h - f:g', 'ff1 ff2 gg1 hh1 ff1:hh1 ff2:hh1 gg1:hh1 ff1:gg1:hh0 ff2:gg1:hh0 ff1:gg1:hh1 ff2:gg1:hh1'],
    ['x:f:g + f', 'ff1 ff2 x:ff0:gg0 x:ff1:gg0 x:ff2:gg0 x:ff0:gg1 x:ff1:gg1 x:ff2:gg1'],
    ['f:x', 'ff0:x ff1:x ff2:x'],
    ['0 + x:f + g', 'gg0 gg1 x:ff0 x:ff1 x:ff2'],
    ['0 + f*g', 'ff0 ff1 ff2 gg1 ff1:gg1 ff2:gg1'],
  ])('%s', (terms, names) => {
    const { fixed, intercept } = parseFormula(`y ~ ${terms}`);
    const columns = designColumns(fixed, intercept, variable, 12);
    expect(columns.map(({ name }) => name)).toEqual(names.split(' '));
    for (const { name, values } of columns) expect([...values], name).toEqual(Array.from({ length: 12 }, (_, i) => product(name, i)));
    expect(countColumns(fixed, intercept, variable)).toBe(names.split(' ').length);
  });
});

// Columns of model.matrix as above: a category has contrasts where its first level is in no column.
it.each([
  ['f + g', ['f', 'g']],
  ['0 + f', []],
  ['0 + f + g', ['g']],
  ['x:f', []],
  ['x:f + x:g', ['g']],
  ['0 + x:f + g', []],
  ['f*g', ['f', 'g']],
])('%s: contrasts of %j', (terms, names) => {
  const { fixed, intercept } = parseFormula(`y ~ ${terms}`);
  expect(contrastedIn(fixed, intercept, variable)).toEqual(names);
});

it.each([
  ['f + (1 | g)', ['Levels of f are compared with f0 (treatment contrasts).']],
  ['0 + f + (1 | g)', []],
  ['x:f + (1 | g)', []],
  ['x + one + (1 | g)', ['one has one level in these rows, one0, and is left out.']],
  ['x * one + (1 | g)', ['one has one level in these rows, one0, and is left out.']],
  ['x + (one | g)', ['one has one level in these rows, one0, and is left out.']],
  ['0 + one + x + (1 | g)', []],
])('y ~ %s: the notes are %j', (terms, notes) => {
  const all: Record<string, Variable> = {
    ...variables,
    one: levels(1, 'one'),
    y: { kind: 'numbers', values: Float64Array.from({ length: 12 }, (_, i) => (i * i) % 7) },
  };
  const own = (name: string): Variable | null => all[name] ?? null;
  const frame = { rows: 12, names: Object.keys(all), variable: own, levels: (name: string) => own(name) as Levels };
  expect(modelOf(parseFormula(`y ~ ${terms}`), frame, 'gaussian').notes).toEqual(notes);
});

it.each([
  ['1 1.0 2', 'y ~ x + (1 | k)', ['1 and 1.0 of k are the same number in two spellings, and two levels here. Where they are one, write them alike.']],
  ['1 1.5 2', 'y ~ x + (1 | k)', []],
  ['1 1.0 b', 'y ~ x + (1 | k)', []],
  ['7 07 9', 'y ~ x + (1 | g:k)', ['7 and 07 of k are the same number in two spellings, and two levels here. Where they are one, write them alike.']],
])('levels %s in %s: %j', (labels, formula, notes) => {
  const own = (name: string): Variable | null =>
    name === 'k'
      ? { ...(levels(3, '') as Levels), labels: labels.split(' ') }
      : name === 'y'
        ? { kind: 'numbers', values: Float64Array.from({ length: 12 }, (_, i) => (i * i) % 7) }
        : (variables[name] ?? null);
  const frame = { rows: 12, names: ['y', 'k', 'x', 'g'], variable: own, levels: (name: string) => own(name) as Levels };
  expect(modelOf(parseFormula(formula), frame, 'gaussian').notes).toEqual(notes);
});
