import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { LabFailure } from '../data/failure';
import type { BackendId } from './info';

/**
 * Folders where Chromium packages put SwiftShader, a software Vulkan driver for machines without a GPU, and a
 * Vulkan loader.
 */
const FOLDERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];

/** RTLD_NOW and RTLD_NODELETE of Linux: load all of it and keep it. */
const LOAD_AND_KEEP = 0x1002;

/**
 * Points Dawn to the Vulkan of an installed Chromium, unless a driver was chosen. On a machine with a Vulkan
 * driver of its own, set VK_ICD_FILENAMES to use that one.
 */
function pointToChromiumVulkan(): void {
  const folder = FOLDERS.find((path) => existsSync(join(path, 'vk_swiftshader_icd.json')));
  if (process.env.VK_ICD_FILENAMES || !folder) return;
  process.env.VK_ICD_FILENAMES = join(folder, 'vk_swiftshader_icd.json');
  try {
    // Dawn asks the system for libvulkan.so.1 by name, and finds one that is already in memory. It is no Node
    // add-on, so this always throws.
    process.dlopen({ exports: {} }, join(folder, 'libvulkan.so.1'), LOAD_AND_KEEP);
  } catch {
    // Whether it worked shows when Dawn is asked for an adapter.
  }
}

/**
 * Folder of tfjs's .wasm files in node_modules, with a final separator: the `wasmPath` of the engine in Node.
 */
export function nodeWasmPath(): string {
  const require = createRequire(import.meta.url);
  return dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep;
}

/**
 * While something is pending Dawn's binding asks for news in every turn of the loop, by setImmediate: a core
 * that spins, which a software adapter needs for its work. Asked once a millisecond, steps on SwiftShader
 * take a third to a half less time on two cores.
 */
function askGently(): void {
  const { setImmediate } = globalThis;
  // Of native functions without a name and arguments the binding's is the only one; what settles a promise
  // takes an argument.
  const isDawns = (callback: { name: string; length: number }): boolean =>
    callback.name === '' && callback.length === 0 && /\[native code\]/.test(Function.prototype.toString.call(callback));
  const gently = (callback: (...args: unknown[]) => void, ...args: unknown[]): unknown =>
    isDawns(callback) ? setTimeout(callback, 1, ...args) : setImmediate(callback, ...args);
  globalThis.setImmediate = Object.assign(gently, { __promisify__: setImmediate.__promisify__ }) as typeof setImmediate;
}

async function install(): Promise<string | null> {
  pointToChromiumVulkan();
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const gpu = create([]);
    Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'Node' }, configurable: true });
    const adapter = await gpu.requestAdapter();
    if (adapter?.info.isFallbackAdapter) askGently();
    if (adapter) return null;
    return `Dawn finds no adapter: install a Vulkan driver, or Chromium for its SwiftShader (looked in ${FOLDERS.join(', ')})`;
  } catch (failure) {
    return `the package webgpu does not load: ${failure instanceof Error ? failure.message : String(failure)}`;
  }
}

/** Its answer; devices live as long as the instance of Dawn that they are of. */
let installed: Promise<string | null> | null = null;

/**
 * Gives Node a navigator.gpu (Dawn, package `webgpu`), on the machine's Vulkan driver or else on SwiftShader,
 * once. Must run before the engine starts.
 * @returns null, or why there is none
 */
export function installNodeWebGpu(): Promise<string | null> {
  installed ??= install();
  return installed;
}

/**
 * Prepares Node for a backend before `startEngine`. Throws LabFailure when WebGPU is asked for and this
 * machine cannot run it.
 */
export async function installNodeEngine(backend: BackendId): Promise<void> {
  if (backend !== 'webgpu') return;
  const lack = await installNodeWebGpu();
  if (lack) throw new LabFailure('no-webgpu', `WebGPU does not run in Node on this machine: ${lack}.`, 'Use --backend wasm.');
}
