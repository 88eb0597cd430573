import type { FusedDescription } from '../../engine/step-plan';
import { unsupported } from '../../engine/webgpu/support';
import { createWebGpuPlan } from '../../engine/webgpu/webgpu-plan';
import type { GoldenResult, Largest, MethodFixture } from './golden';
import { checkFusedOn, floats, fusedProblemOf } from './golden-fused';

/**
 * Three Adam steps with the fixture's noise: losses and terms, all gradients of the first, the parameters
 * after them.
 */
async function compareSteps(device: GPUDevice, fixture: MethodFixture, description: FusedDescription, largest: Largest): Promise<void> {
  const { config, inputs, initial, expected } = fixture;
  const values = new Map(Object.entries(initial).map(([name, array]) => [name, floats(array)]));
  const injectedNoise = inputs.noise && Float32Array.from(inputs.noise.flatMap((array) => array.values));
  const plan = await createWebGpuPlan(device, description, fusedProblemOf(fixture), values, { injectedNoise, trainingOnly: true });
  try {
    const rows = Uint32Array.from({ length: config.n }, (_, i) => i);
    for (const [index, { loss, ...terms }] of expected.steps.entries()) {
      plan.setOrder(rows);
      await plan.run(1);
      largest.compare(`loss of step ${index + 1}`, (await plan.losses()).loss, [loss]);
      const actual = await plan.terms(index + 1);
      for (const [name, value] of Object.entries(terms))
        largest.compare(`${name} of step ${index + 1}`, [actual[name as keyof typeof actual]], [value]);
      if (index > 0) continue;
      const gradients = await plan.gradientsOfFirstStep();
      for (const [name, array] of Object.entries(expected.gradients)) largest.compare(`gradient of ${name}`, gradients.get(name) ?? [], array.values);
    }
    const parameters = await plan.parameters();
    for (const [name, array] of Object.entries(expected.parametersAfter))
      largest.compare(`${name} after ${expected.steps.length} steps`, parameters.get(name) ?? [], array.values);
  } finally {
    plan.dispose();
  }
}

/**
 * Checks a method fixture on the fused WebGPU step of this device; it did not run where the step leaves the
 * method to another plan. Never throws.
 */
export async function checkWebGpuFixture(device: GPUDevice, fixture: MethodFixture): Promise<GoldenResult> {
  let lacking: string | null = null;
  const result = await checkFusedOn(fixture, async (given, description, largest) => {
    lacking = unsupported(description);
    if (!lacking) await compareSteps(device, given, description, largest);
  });
  return lacking ? { ...result, ran: false, error: null, reason: `the fused WebGPU step does not know ${lacking}` } : result;
}
