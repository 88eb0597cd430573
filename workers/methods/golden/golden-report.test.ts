import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../../engine/testing';
import { readFixture } from './golden-files';
import { checkGolden, goldenLine } from './golden-report';

const none = () => null;

describe.each(NODE_BACKENDS)('the golden report on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('names the plans that ran', async () => {
    const line = goldenLine(await checkGolden('mine', readFixture('embeddings-regression'), none));
    expect(line).toMatch(/^passed {2}mine: largest relative error \S+ \(op by op: \S+ at /);
    expect(line.includes('fused, 1 thread: ')).toBe(backend === 'wasm');
  });

  it('says why nothing ran', async () => {
    const unknown = { ...readFixture('embeddings-regression'), config: { ...readFixture('embeddings-regression').config, method: 'nothing' } };
    expect(goldenLine(await checkGolden('mine', unknown, none))).toBe('not run mine: the engine has no method "nothing"');
  });

  it('fails with the plan that is wrong', async () => {
    const wrong = readFixture('embeddings-regression');
    wrong.expected.steps[0].loss *= 1.01;
    expect(goldenLine(await checkGolden('mine', wrong, none))).toMatch(/^FAILED.*op by op: \S+ at loss of step 1/);
  });
});
