import { beforeEach, describe, expect, it, vi } from 'vitest';
import { startCpu } from '../engine/backends/cpu';

const errors: (number | Error)[] = [];

vi.mock('../methods/golden/self-test', async (original) => {
  const real = await original<typeof import('../methods/golden/self-test')>();
  return {
    ...real,
    fusedSelfTest: async () => {
      const planned = errors.shift();
      if (planned instanceof Error) throw planned;
      return planned ?? (await real.fusedSelfTest());
    },
  };
});

describe('the self-test of the fused WASM step', () => {
  beforeEach(async () => {
    errors.length = 0;
    // Each test meets the machine anew.
    vi.resetModules();
    await startCpu();
  });

  const load = async () => {
    const { requireSoundStep } = await import('./fused-plans');
    const { usesRelaxedSimd } = await import('../engine/wasm/module');
    return { requireSoundStep, usesRelaxedSimd };
  };

  it('keeps fused multiply-adds that are right', async () => {
    const { requireSoundStep, usesRelaxedSimd } = await load();
    await requireSoundStep('fused WASM');
    expect(usesRelaxedSimd()).toBe(true);
  });

  it.each([
    ['wrong', 0.1],
    ['not compiled', new Error('no such instruction')],
  ])('leaves them out where they are %s, and tests again', async (_, error) => {
    const { requireSoundStep, usesRelaxedSimd } = await load();
    errors.push(error);
    await requireSoundStep('fused WASM');
    expect(usesRelaxedSimd()).toBe(false);
    expect(errors).toEqual([]);
  });

  it('refuses the step where it is wrong without them too', async () => {
    const { requireSoundStep } = await load();
    errors.push(0.1, 0.2);
    await expect(requireSoundStep('fused WASM')).rejects.toThrow('its self-test differs by 2.0e-1');
  });
});
