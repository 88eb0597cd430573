import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { fittedOf, mergedRecord, readRecord } from './record';
import { recordWith } from './testing';

const FOLDER = resolve(import.meta.dirname, '../../public/recorded/experiments');

it('every record that was shipped can still be read', () => {
  let count = 0;
  for (const name of readdirSync(FOLDER).filter((file) => file !== 'index.json' && file.endsWith('.json'))) {
    const { records } = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as { records: unknown[] };
    for (const record of records) expect(readRecord(JSON.stringify(record), name)).toEqual(record);
    count += records.length;
  }
  expect(count).toBeGreaterThan(100);
});

const whole = {
  version: 1,
  experiment: 'e',
  cell: 'c',
  repetition: 1,
  lab: '0',
  backend: 'wasm',
  threads: 1,
  finished: '',
  fingerprint: '',
  difference: null,
  outcomes: {},
};

it.each([
  ['a newer version', { version: 2 }, 'version'],
  ['a repetition that no experiment has', { repetition: 2 ** 40 }, 'repetition'],
  ['an outcome that is both', { outcomes: { a: { failure: 'x', result: {} } } }, 'outcomes.a'],
  ['a result without its seconds', { outcomes: { a: { result: { method: 'a', metrics: {}, epochs: 1, estimates: [] } } } }, 'outcomes.a'],
])('refuses %s by its place', (_, part, place) => {
  expect(readRecord(JSON.stringify(whole), 'a.json')).toEqual(whole);
  expect(() => readRecord(JSON.stringify({ ...whole, ...part }), 'a.json')).toThrow(`a.json is not a record of the lab: ${place}`);
});

it('tells of each method by what it was fitted, whoever joins records', () => {
  const by = (lab: string, methods: string[]) => ({
    ...recordWith('e', 'c', 1, Object.fromEntries(methods.map((id) => [id, 'x']))),
    lab,
    backend: lab,
  });
  const two = mergedRecord(by('a', ['first']), by('b', ['first', 'second']));
  const three = mergedRecord(two, by('c', ['third']));
  const labs = ({ ...record }: typeof three) => Object.fromEntries(Object.keys(record.outcomes).map((id) => [id, fittedOf(record, id).lab]));
  expect(labs(three)).toEqual({ first: 'a', second: 'b', third: 'c' });
  // What a page shows beside what is stored: what both have is by what fitted it first.
  expect(labs(mergedRecord(by('z', ['third']), three))).toEqual({ first: 'a', second: 'b', third: 'z' });
  expect(mergedRecord(three, two)).toBe(three);
  expect(readRecord(JSON.stringify(three), 'it')).toEqual(three);
  expect(() => readRecord(JSON.stringify({ ...three, fittedBy: { first: 'a' } }), 'it')).toThrow('fittedBy.first');
});
