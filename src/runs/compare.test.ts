import { describe, expect, it } from 'vitest';
import type { RunSnapshot } from '../../workers/protocol';
import { linesOf } from './compare';

const run = (title: string, ...methods: string[]) => ({
  title,
  dash: 'solid',
  snapshot: { curves: methods.map((method) => ({ method, predictive: Float32Array.of(3, 2, 1) })) } as unknown as RunSnapshot,
});

describe('curves of several runs', () => {
  const compared = [run('first', 'ignore'), run('second', 'embeddings'), run('third', 'embeddings', 'ignore')];
  const labels = (method: string, short: boolean) => linesOf(compared, method, short).map(({ label }) => label);

  it('have the numbers of the key on a phone, where a run without this method has a number too', () => {
    expect(labels('embeddings', true)).toEqual(['Run 2', 'Run 3']);
    expect(labels('ignore', true)).toEqual(['Run 1', 'Run 3']);
  });

  it('have their titles where there is room', () => {
    expect(labels('embeddings', false)).toEqual(['second', 'third']);
  });
});
