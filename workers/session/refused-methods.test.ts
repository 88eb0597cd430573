import { afterEach, describe, expect, it } from 'vitest';
import { checkMethods, refusedMethods } from '../methods/refusals';
import { aboutMethod } from '../methods/registry';
import type { LabEvent } from '../protocol';
import { experimentSchema } from '../spec/experiment';
import { createSession } from './session';
import { hear } from './testing';

const problem = { task: 'regression', p: 3, levels: [20] } as const;
const about = aboutMethod('embeddings');
const own = about.refusal;

afterEach(() => {
  about.refusal = own;
});

describe('methods that cannot be used on some data', () => {
  it('are named with their reason', () => {
    about.refusal = ({ levels }) => (levels.length === 2 ? null : 'It needs exactly two categorical features.');
    const methods = [{ id: 'ignore' }, { id: 'embeddings' }];
    expect(refusedMethods(methods, { ...problem, levels: [20] })).toEqual([
      { id: 'embeddings', label: 'Embeddings', sentence: 'It needs exactly two categorical features.' },
    ]);
    expect(refusedMethods(methods, { ...problem, levels: [20, 20] })).toEqual([]);
    expect(() => checkMethods(methods, { ...problem, levels: [20] })).toThrow(
      expect.objectContaining({
        code: 'method-refused',
        message: 'Embeddings cannot be trained on this data. It needs exactly two categorical features.',
      }),
    );
  });

  it('fail a run by name before anything is trained', async () => {
    about.refusal = () => 'It needs two.';
    const events: LabEvent[] = [];
    const heard = hear((event) => events.push(event));
    const session = createSession();
    session.connect(heard.port);
    const spec = experimentSchema.parse({
      dataset: { kind: 'simulated', task: 'regression', levels: [20], trainRows: 100, testRows: 50 },
      methods: [{ id: 'ignore' }, { id: 'embeddings' }],
      training: { epochs: 1 },
    });
    await session.run(spec, 1, null);
    await heard.all();
    expect(events.at(-1)).toMatchObject({ status: 'failed', error: { code: 'method-refused', hint: 'Leave Embeddings out, or choose other data.' } });
    expect(events.some(({ type }) => type === 'curves')).toBe(false);
    await session.reset();
    heard.close();
  });
});
