import { expect, it } from 'vitest';
import { mergedRecord } from '../../workers/papers/record';
import { recordWith } from '../../workers/papers/testing';
import { fittedBy } from './fitted-by';

it('tells every version, engine and day that a number is from, of repetitions fitted in several goes too', () => {
  const first = recordWith('e', 'c', 1, { ignore: 'x' });
  const later = { ...recordWith('e', 'c', 1, { lmmnn: 'x' }), lab: '0.2.0', backend: 'wasm', threads: 4, finished: '2026-03-02T10:00:00.000Z' };
  expect(fittedBy([])).toBe('');
  expect(fittedBy([first])).toBe('Lab 0.0.0, CPU, 1 thread, 2026-01-01');
  expect(fittedBy([mergedRecord(first, later)])).toBe('Lab 0.0.0, 0.2.0, CPU, 1 thread and WASM, 4 threads, 2026-01-01 to 2026-03-02');
});
