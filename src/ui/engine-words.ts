import type { LaneEngine } from '../../workers/protocol';
import { bytes as bytesInWords, fixed } from '../text/numbers';

/** Two significant digits: '0.17', '5.2', '160'. */
function milliseconds(value: number): string {
  const decimals = Math.max(0, Math.min(3, 1 - Math.floor(Math.log10(Math.max(value, 1e-3)))));
  return fixed(value, decimals);
}

/**
 * 'fused WASM, 0.17 ms per step, 3.1 MB; fused WebGPU took 0.61 ms in a trial': what computes a method's
 * steps and what its plan holds, and what was not taken.
 */
export function engineWords({ kind, millisecondsPerStep, tried, bytes }: LaneEngine): string {
  const pace = millisecondsPerStep === null ? '' : `, ${milliseconds(millisecondsPerStep)} ms per step`;
  const memory = bytes === undefined ? '' : `, ${bytesInWords(bytes)}`;
  const others = tried
    .filter((trial) => trial.kind !== kind)
    .map((trial) => `; ${trial.kind} took ${milliseconds(trial.millisecondsPerStep)} ms in a trial`);
  return `${kind}${pace}${memory}${others.join('')}`;
}
