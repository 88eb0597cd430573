/**
 * Every method of the registry through the run: both tasks, one and three features, levels that no training
 * row has. In Chromium: e2e/every-method.spec.ts.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { OF_TABLES } from '../methods/testing/every-method';
import { caseTitle, type MethodCase, methodCases, tryMethod } from './testing/every-method';

/**
 * The CPU backend, many times slower, shows a case of each method, the first one: op by op it computes what
 * the other does where no fused plan is.
 */
const FIRST: readonly MethodCase[] = OF_TABLES.flatMap((about) => methodCases().find(({ id }) => id === about.id) ?? []);
const CASES = { cpu: FIRST, wasm: methodCases() };

it.each(NODE_BACKENDS)('tries every method on %s', (backend) => {
  expect(new Set(CASES[backend].map(({ id }) => id))).toEqual(new Set(OF_TABLES.map(({ id }) => id)));
});

describe.each(NODE_BACKENDS)('every method on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(CASES[backend].map((tried) => ({ title: caseTitle(tried), tried })))(
    '$title: two epochs lower the loss, unseen levels are predicted, nothing stays',
    async ({ tried }) => {
      expect((await tryMethod(tried)).problems).toEqual([]);
    },
  );
});
