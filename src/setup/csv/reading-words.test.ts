import { expect, test } from 'vitest';
import type { Step } from '../../../workers/data/schema';
import { column } from '../../state/table/test-tables';
import { readAs, readingLines } from './reading-words';

const merge = (name: string, into: string): Step => ({ kind: 'merge-levels', column: name, from: [into.toLowerCase(), ` ${into}`], into });
const taken = (step: Step) => ({ step, words: `${step.kind}.`, columns: [] });

test('merges of one column are one line and are undone together', () => {
  const decimal: Step = { kind: 'decimal', column: 'price', decimal: ',', thousands: '' };
  const steps: Step[] = [merge('shop', 'A'), decimal, merge('shop', 'B'), merge('town', 'C')];
  const lines = readingLines(steps.map(taken));
  expect(lines.map(({ words }) => words)).toEqual(['In shop, 4 spellings are merged into 2 levels.', 'decimal.', 'merge-levels.']);
  expect(lines.map(({ without }) => without)).toEqual([
    [decimal, steps[3]],
    [steps[0], steps[2], steps[3]],
    [steps[0], decimal, steps[2]],
  ]);
});

test('how a column is read, in few words', () => {
  const shop = column('shop', { missingWords: [{ word: '-', count: 3 }] });
  expect(readAs(shop, [], 'categorical', {})).toBe('- missing');
  expect(readAs(shop, [merge('shop', 'A')], 'categorical', {})).toBe('merged');
  expect(readAs(shop, [merge('shop', 'A')], 'categorical', { nestedIn: 'town' })).toBe('in town');
  expect(readAs(shop, [], 'numeric', { nestedIn: 'town' })).toBe('- missing');
  expect(readAs(column('genres', {}), [], 'tags', { tagSeparator: '|' })).toBe('split by bars |');
  expect(readAs(column('skill_r', {}), [], 'tags', { block: 'skill_' })).toBe('r of skill');
  expect(readAs(column('x', {}), [merge('shop', 'A')], 'categorical', {})).toBe('as written');
  expect(readAs(shop, [{ kind: 'decimal', column: 'shop', decimal: ',', thousands: '.' }], 'categorical', {})).toBe('decimal comma');
  expect(readAs(shop, [{ kind: 'date', column: 'shop', dayFirst: true, as: 'days' }], 'categorical', {})).toBe('days');
});
