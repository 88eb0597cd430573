import { type Operation, type Pipelines, Uncompiled } from './resources';

/** Kernels by their text, compiled or on the way. */
const generated = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

function cacheOf(device: GPUDevice): Map<string, Promise<GPUComputePipeline>> {
  const cache = generated.get(device) ?? new Map<string, Promise<GPUComputePipeline>>();
  generated.set(device, cache);
  return cache;
}

/**
 * Compiles the kernels of these dispatches, all of them side by side, and leaves them in `pipelines` by their
 * keys. Rejects with what the device says of the first that it refuses.
 */
export async function compileAll(device: GPUDevice, pipelines: Pipelines, operations: readonly Operation[]): Promise<void> {
  const cache = cacheOf(device);
  const waited = new Map<string, Promise<GPUComputePipeline>>();
  for (const { key, pipeline } of operations) {
    const known = pipelines[key] ?? pipeline;
    if (!(known instanceof Uncompiled)) {
      pipelines[key] = known;
      continue;
    }
    let compiling = cache.get(key);
    if (!compiling) {
      compiling = device.createComputePipelineAsync(known.whole(device));
      cache.set(key, compiling);
      compiling.catch(() => cache.delete(key));
    }
    waited.set(key, compiling);
  }
  await Promise.all(
    [...waited].map(async ([key, compiling]) => {
      pipelines[key] = await compiling;
    }),
  );
}
