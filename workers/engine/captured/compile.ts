import { type Operation, type Pipelines, Uncompiled } from './resources';

/** Kernels that are kept of a device beyond the plans that have them: those of some ten methods. */
export const MOST_KEPT = 500;

/** The values that were asked for last, at most so many, by their keys. */
class Recent<Value> {
  readonly #values = new Map<string, Value>();

  constructor(readonly most: number) {}

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.delete(key);
    this.#values.set(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.most) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#values.delete(key);
  }
}

/** Kernels by their text, compiled or on the way. */
const generated = new WeakMap<GPUDevice, Recent<Promise<GPUComputePipeline>>>();

function cacheOf(device: GPUDevice): Recent<Promise<GPUComputePipeline>> {
  const cache = generated.get(device) ?? new Recent<Promise<GPUComputePipeline>>(MOST_KEPT);
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
