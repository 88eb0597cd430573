import * as tf from '@tensorflow/tfjs';
import { activeDevice } from '../engine/backends/webgpu';
import { checkFixture, type GoldenResult, isMethodFixture, verdict } from './golden';
import { checkFusedThreads } from './golden-fused';
import { checkWebGpuFixture } from './golden-webgpu';

/** Checks the JSON of one golden file that is not a method's step (metrics). Null when it is not for it either. */
export type OtherCheck = (name: string, json: unknown) => GoldenResult | null;

/** Checks one golden file by what it holds; on WASM and WebGPU the fused step too, the larger error counting. `name` is the file's name without `.json`. */
export async function checkGolden(name: string, json: unknown, other: OtherCheck): Promise<GoldenResult> {
  if (isMethodFixture(json)) {
    const eager = { ...(await checkFixture(json)), name };
    const backend = tf.getBackend();
    const fused = backend === 'wasm' ? await checkFusedThreads(json) : backend === 'webgpu' ? await checkWebGpuFixture(activeDevice(), json) : null;
    if (!eager.ran || !fused?.ran) return eager;
    const reason = `op by op: ${eager.reason}; fused: ${fused.error?.toExponential(1)} ${fused.reason}`;
    return { ...eager, error: Math.max(eager.error ?? 0, fused.error ?? 0), reason };
  }
  return other(name, json) ?? { name, ran: false, error: null, reason: 'the engine has nothing of this kind' };
}

/** One line a file: verdict, name, largest relative error and where, or why it did not run. */
export function goldenLine(result: GoldenResult): string {
  const word = { passed: 'passed', failed: 'FAILED', skipped: 'not run' }[verdict(result)].padEnd(8);
  if (!result.ran || result.error === null) return `${word}${result.name}: ${result.reason}`;
  const error = Number.isFinite(result.error) ? `largest relative error ${result.error.toExponential(1)} (${result.reason})` : result.reason;
  return `${word}${result.name}: ${error}`;
}
