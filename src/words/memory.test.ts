import { expect, it } from 'vitest';
import { heldWords } from './memory';

it('says what plans hold next to what was told of them, of those that were measured', () => {
  const told = [
    { id: 'tabnet', bytes: 31e6 },
    { id: 'embeddings', bytes: 9e6 },
    { id: 'linear-mixed-model', bytes: 5e6 },
  ];
  const lane = (method: string, bytes?: number) => ({
    method,
    engine: { kind: 'recorded WASM', millisecondsPerStep: 1, tried: [], ...(bytes && { bytes }) } as const,
  });
  const lanes = [lane('tabnet', 30e6), lane('embeddings', 9e6), lane('linear-mixed-model')].map((one) => ({
    ...one,
    engine: { ...one.engine, tried: [] },
  }));
  expect(heldWords(told, lanes)).toBe('39 MB, 40 MB told');
  expect(heldWords(told, [lanes[2]])).toBeNull();
  expect(heldWords(told, [{ method: 'tabnet' }])).toBeNull();
});
