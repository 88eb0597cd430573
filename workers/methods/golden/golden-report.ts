import * as tf from '@tensorflow/tfjs';
import { activeDevice } from '../../engine/backends/webgpu';
import { planThreads } from '../../engine/wasm/threads';
import { checkFixture, type GoldenResult, isMethodFixture, type MethodFixture, verdict } from './golden';
import { checkCapturedFixture, checkRecordedFixture } from './golden-captured';
import { checkEncodings } from './golden-encodings';
import { checkFusedFixture } from './golden-fused';
import { checkWebGpuFixture } from './golden-webgpu';

/**
 * Checks the JSON of one golden file that is not a method's step (metrics). Null when it is not for it
 * either.
 */
export type OtherCheck = (name: string, json: unknown) => GoldenResult | null;

/** One way to compute a step, and how its check went. */
interface PlanCheck {
  plan: string;
  result: GoldenResult;
}

/**
 * The fixture on every plan that the active backend has for it: op by op in tfjs; captured on WebGPU,
 * recorded on WASM; fused on WASM, with one thread and with two, and on WebGPU.
 */
async function checkPlans(fixture: MethodFixture, captured: boolean): Promise<PlanCheck[]> {
  const backend = tf.getBackend();
  const checks = [{ plan: 'op by op', result: await checkFixture(fixture) }];
  if (backend === 'webgpu') {
    if (captured) checks.push({ plan: 'captured', result: await checkCapturedFixture(fixture) });
    checks.push({ plan: 'fused', result: await checkWebGpuFixture(activeDevice(), fixture) });
  }
  if (backend === 'wasm') {
    if (captured) checks.push({ plan: 'recorded, 1 thread', result: await checkRecordedFixture(fixture, 1) });
    if (captured && planThreads() > 1) checks.push({ plan: 'recorded, 2 threads', result: await checkRecordedFixture(fixture, 2) });
    checks.push({ plan: 'fused, 1 thread', result: await checkFusedFixture(fixture) });
    if (planThreads() > 1) checks.push({ plan: 'fused, 2 threads', result: await checkFusedFixture(fixture, 2) });
  }
  return checks.filter(({ result }, index) => index === 0 || result.ran);
}

/**
 * Checks one golden file by what it holds, on every plan there is for it; the largest error counts. `name` is
 * the file's name without `.json`.
 *
 * @param captured whether the plan that is captured or recorded from tfjs is among them
 */
export async function checkGolden(name: string, json: unknown, other: OtherCheck, captured = true): Promise<GoldenResult> {
  if (!isMethodFixture(json))
    return checkEncodings(name, json) ?? other(name, json) ?? { name, ran: false, error: null, reason: 'the engine has nothing of this kind' };
  const checks = await checkPlans(json, captured);
  const [{ result: eager }] = checks;
  if (!eager.ran) return { ...eager, name };
  const error = Math.max(...checks.map(({ result }) => result.error ?? Number.POSITIVE_INFINITY));
  return { name, ran: true, error, reason: checks.map(({ plan, result }) => `${plan}: ${planWords(result)}`).join('; ') };
}

const planWords = ({ error, reason }: GoldenResult): string => (Number.isFinite(error) ? `${error?.toExponential(1)} at ${reason}` : reason);

/**
 * One line a file: verdict, name, largest relative error, the plans that ran and where each is worst, or why
 * none ran.
 */
export function goldenLine(result: GoldenResult): string {
  const word = { passed: 'passed', failed: 'FAILED', skipped: 'not run' }[verdict(result)].padEnd(8);
  if (!result.ran || result.error === null) return `${word}${result.name}: ${result.reason}`;
  const error = Number.isFinite(result.error) ? `largest relative error ${result.error.toExponential(1)} (${result.reason})` : result.reason;
  return `${word}${result.name}: ${error}`;
}
