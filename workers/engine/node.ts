import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { LabFailure } from '../data/failure';
import type { BackendId } from '../protocol';

/** SwiftShader's Vulkan driver as Debian's and Ubuntu's Chromium packages ship it: a software GPU for machines without one. */
const DRIVERS = ['/usr/lib/chromium/vk_swiftshader_icd.json', '/usr/lib/chromium-browser/vk_swiftshader_icd.json', '/opt/google/chrome/vk_swiftshader_icd.json'];

/** Folder of tfjs's .wasm files in node_modules, with a final separator: the `wasmPath` of the engine in Node. */
export function nodeWasmPath(): string {
  const require = createRequire(import.meta.url);
  return dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep;
}

/**
 * Gives Node a navigator.gpu (Dawn, package `webgpu`), on the machine's Vulkan driver or else on SwiftShader. Must run before the engine starts.
 * @returns null, or why there is none
 */
export async function installNodeWebGpu(): Promise<string | null> {
  if (!process.env.VK_ICD_FILENAMES) {
    const driver = DRIVERS.find((path) => existsSync(path));
    if (driver) process.env.VK_ICD_FILENAMES = driver;
  }
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const gpu = create([]);
    Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'Node' }, configurable: true });
    if (await gpu.requestAdapter()) return null;
    return `Dawn finds no adapter: install a Vulkan driver, or Chromium for its SwiftShader (looked for ${DRIVERS.join(', ')})`;
  } catch (failure) {
    return `the package webgpu does not load: ${failure instanceof Error ? failure.message : String(failure)}`;
  }
}

/** Prepares Node for a backend before `startEngine`. Throws LabFailure when WebGPU is asked for and this machine cannot run it. */
export async function installNodeEngine(backend: BackendId): Promise<void> {
  if (backend !== 'webgpu') return;
  const lack = await installNodeWebGpu();
  if (lack) throw new LabFailure('no-webgpu', `WebGPU does not run in Node on this machine: ${lack}.`, 'Use --backend wasm.');
}
