import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { LabFailure } from '../../data/failure';
import { nodeWasmPath } from '../node';
import { endThreads, setPlanThreads } from '../wasm/threads';
import { startEngine } from '.';

const wasmPath = nodeWasmPath();
/** A self-test that finds this error on each backend; unlisted ones are exact. */
const withErrors = (errors: Record<string, number>) => async (): Promise<number> => errors[tf.getBackend()] ?? 0;

/** Puts an adapter (or none) where the browser has its own. */
function offer(adapter: unknown): void {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => adapter } });
}

afterEach(() => {
  vi.unstubAllGlobals();
  setPlanThreads(null);
});
afterAll(endThreads);

describe('the backend ladder', () => {
  it('takes WASM when there is no WebGPU, and says so', async () => {
    vi.stubGlobal('navigator', {});
    setPlanThreads(1);
    const info = await startEngine({ backend: null, wasmPath, selfTest: withErrors({}) });
    expect(info).toMatchObject({
      backend: 'wasm',
      forced: false,
      hardware: false,
      threads: 1,
      why: 'This browser has no WebGPU, so a GPU cannot be used.',
      brief: 'no WebGPU in this browser',
    });
    expect(info.detail).toBe('SIMD, 1 thread');
    expect(tf.getBackend()).toBe('wasm');
  });

  it('says how many threads plans have', async () => {
    setPlanThreads(2);
    expect(await startEngine({ backend: 'wasm', wasmPath, selfTest: withErrors({}) })).toMatchObject({ threads: 2, detail: 'SIMD, 2 threads' });
  });

  it.each([
    ['the flag of its info', { info: { isFallbackAdapter: true } }],
    ['the old flag', { info: {}, isFallbackAdapter: true }],
    ['its name', { info: { vendor: 'mesa', description: 'llvmpipe (LLVM 15)' } }],
  ])('knows a software adapter by %s and takes WASM', async (_, adapter) => {
    offer(adapter);
    const info = await startEngine({ backend: null, wasmPath, selfTest: withErrors({}) });
    expect(info).toMatchObject({ backend: 'wasm', why: 'No hardware GPU: the only adapter is a software one.' });
  });

  it('goes down a rung when a hardware GPU does not start, and records it', async () => {
    offer({ info: { description: 'Some GPU' }, limits: {}, features: new Set(), requestDevice: async () => Promise.reject(new Error('no device')) });
    const info = await startEngine({ backend: null, wasmPath, selfTest: withErrors({}) });
    expect(info).toMatchObject({ backend: 'wasm', why: 'The GPU cannot be used: no device.' });
    expect(info.selfTest.tried.map(({ backend, ok }) => [backend, ok])).toEqual([
      ['webgpu', false],
      ['wasm', true],
    ]);
  });

  it('goes down a rung when the self-test differs or gives no number', async () => {
    for (const error of [0.01, Number.NaN]) {
      const info = await startEngine({ backend: null, wasmPath, selfTest: withErrors({ wasm: error }) });
      expect(info).toMatchObject({ backend: 'cpu', detail: 'plain JavaScript' });
      expect(info.why).toContain('the self-test differs by');
      expect(info.selfTest.tried).toMatchObject([
        { backend: 'wasm', ok: false },
        { backend: 'cpu', ok: true, error: 0 },
      ]);
    }
  });

  it('a rung that has no answer in time is given up, and what comes of it later counts no more', async () => {
    const factory = tf.findBackendFactory('wasm');
    let come: (backend: tf.KernelBackend) => void = () => undefined;
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', () => new Promise<tf.KernelBackend>((resolve) => (come = resolve)), 2);
    vi.stubGlobal('navigator', {});
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const started = startEngine({ backend: null, wasmPath, selfTest: withErrors({}) });
      await vi.advanceTimersByTimeAsync(30_000);
      expect(await started).toMatchObject({ backend: 'cpu', why: 'WebAssembly cannot be used: no answer within 30 seconds.' });
      const used = tf.backend();
      come({ dispose: () => undefined } as tf.KernelBackend);
      await vi.advanceTimersByTimeAsync(1);
      expect(tf.backend()).toBe(used);
      expect(await tf.tensor1d([1, 2]).square().data()).toEqual(Float32Array.of(1, 4));
    } finally {
      vi.useRealTimers();
      tf.removeBackend('wasm');
      tf.registerBackend('wasm', factory, 2);
    }
  });

  it('waits longer for the last rung, below which there is none', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let pass: (error: number) => void = () => undefined;
      const selfTest = () => new Promise<number>((resolve) => (pass = resolve));
      const slow = startEngine({ backend: 'cpu', wasmPath, selfTest });
      await vi.advanceTimersByTimeAsync(100_000);
      pass(0);
      expect(await slow).toMatchObject({ backend: 'cpu' });
      const never = startEngine({ backend: 'cpu', wasmPath, selfTest }).catch((failure: LabFailure) => failure.message);
      await vi.advanceTimersByTimeAsync(120_000);
      expect(await never).toBe('The engine cannot start on cpu: no answer within 120 seconds.');
    } finally {
      vi.useRealTimers();
    }
  });

  it('honours a forced backend', async () => {
    const info = await startEngine({ backend: 'cpu', wasmPath, selfTest: withErrors({}) });
    expect(info).toMatchObject({ backend: 'cpu', forced: true, why: 'Asked for by name.' });
  });

  it('fails by name when a forced backend cannot be had, and does not take another', async () => {
    vi.stubGlobal('navigator', {});
    const failure = await startEngine({ backend: 'webgpu', wasmPath, selfTest: withErrors({}) }).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(LabFailure);
    expect(failure).toMatchObject({ code: 'engine-no-backend', message: 'The engine cannot start on webgpu: WebGPU is not available here.' });
  });
});
