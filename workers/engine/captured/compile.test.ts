import { expect, it } from 'vitest';
import { compileAll, MOST_KEPT } from './compile';
import { type Operation, type Pipelines, Uncompiled } from './resources';

/** A device that counts what it compiles. */
function countingDevice(): { device: GPUDevice; compiled: string[] } {
  const compiled: string[] = [];
  const device = {
    createShaderModule: ({ code }: GPUShaderModuleDescriptor) => ({ code }),
    createComputePipelineAsync: async ({ compute }: GPUComputePipelineDescriptor) => {
      compiled.push((compute.module as unknown as { code: string }).code);
      return {};
    },
  };
  return { device: device as unknown as GPUDevice, compiled };
}

const operations = (...codes: string[]): Operation[] => codes.map((code) => ({ key: code, pipeline: Uncompiled.of(code) }) as unknown as Operation);

it('keeps the kernels that were asked for last, and no more than so many', async () => {
  const { device, compiled } = countingDevice();
  const take = (...codes: string[]): Promise<void> => compileAll(device, {} as Pipelines, operations(...codes));
  await take('first', 'second');
  await take('first');
  expect(compiled).toEqual(['first', 'second']);
  await take(...Array.from({ length: MOST_KEPT - 1 }, (_, i) => `other ${i}`));
  compiled.length = 0;
  // The second was asked for before the first, and made room.
  await take('first', 'second');
  expect(compiled).toEqual(['second']);
});
