import { expect, it } from 'vitest';
import { engineWords } from './engine-words';

it('says what computes a step, how long it takes, and what was tried next to it', () => {
  expect(engineWords({ kind: 'captured WebGPU', millisecondsPerStep: null, tried: [] })).toBe('captured WebGPU');
  const tried = [
    { kind: 'fused WASM', millisecondsPerStep: 0.2 },
    { kind: 'fused WebGPU', millisecondsPerStep: 1.04 },
  ] as const;
  expect(engineWords({ kind: 'fused WASM', millisecondsPerStep: 0.174, tried: [...tried] })).toBe(
    'fused WASM, 0.17 ms per step; fused WebGPU took 1.0 ms in a trial',
  );
  expect(engineWords({ kind: 'recorded WASM', millisecondsPerStep: 5.2, tried: [], bytes: 3_145_728 })).toBe(
    'recorded WASM, 5.2 ms per step, 3.1 MB',
  );
  expect(engineWords({ kind: 'tfjs WASM', millisecondsPerStep: 1234, tried: [] })).toBe('tfjs WASM, 1,234 ms per step');
});
