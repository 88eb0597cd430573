import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readRecord } from './record';

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
