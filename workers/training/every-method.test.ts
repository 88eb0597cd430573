/**
 * Every method of the registry through the run: both tasks, one and three features, levels that no training
 * row has. In Chromium: e2e/golden.spec.ts.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { OF_TABLES } from '../methods/testing/every-method';
import { caseTitle, methodCases, tryMethod } from './testing/every-method';

/**
 * The CPU backend, many times slower, shows one feature (two where a method needs them): op by op it computes
 * what the other does where no fused plan is.
 */
const MOST_FEATURES = { cpu: 2, wasm: 3 };

it('tries every method', () => {
  expect(new Set(methodCases().map(({ id }) => id))).toEqual(new Set(OF_TABLES.map(({ id }) => id)));
});

describe.each(NODE_BACKENDS)('every method on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const cases = methodCases().filter(({ levels }) => levels.length <= MOST_FEATURES[backend]);
  it.each(cases.map((tried) => ({ title: caseTitle(tried), tried })))(
    '$title: two epochs lower the loss, unseen levels are predicted, nothing stays',
    async ({ tried }) => {
      expect((await tryMethod(tried)).problems).toEqual([]);
    },
  );
});
