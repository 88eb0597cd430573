import { describe, expect, it } from 'vitest';
import { useBackend } from '../engine/testing';
import { memoryLayout } from '../engine/wasm/memory-layout';
import { aboutMethod, buildModel } from '../methods/registry';
import { RandomStream } from '../random/random';
import { factsOf } from './facts';
import { memoryNeed } from './memory-need';
import { PRESETS } from './presets';

describe('memoryNeed', () => {
  it.each([
    ['regression-1000', 1],
    ['regression-10000', 1],
    ['three-features', 1],
    // Ten million rows, which the plans do not copy.
    ['three-features', 100],
  ])('estimates what the fused plans lay out: %s, rows × %i', async (id, times) => {
    await useBackend('cpu');
    const spec = PRESETS.get(id);
    const preset = spec && factsOf(spec.dataset);
    if (!spec || !preset) throw new Error(`no preset ${id}`);
    const facts = { ...preset, trainRows: preset.trainRows * times, testRows: preset.testRows * times };
    const batchSize = Math.max(...facts.levels);
    const rows = facts.trainRows + facts.validationRows + facts.testRows;
    const need = memoryNeed(facts, spec.methods, batchSize);
    const problem = {
      task: facts.task,
      x: new Float32Array(0),
      p: facts.p,
      y: new Float32Array(rows),
      features: facts.levels.map((levels) => ({ codes: new Int32Array(0), levels })),
      batchSize,
      learningRate: 0.001,
      noiseSeed: 1,
    };
    for (const { id: method, settings } of spec.methods) {
      const model = buildModel(method, { task: facts.task, p: facts.p, levels: facts.levels, batchSize }, settings, new RandomStream(1, 'weights'));
      if (!model.fused) throw new Error(`${method} has no fused plan`);
      const { bytes } = memoryLayout(model.fused, problem);
      model.dispose();
      const estimated = need.methods.find((plan) => plan.id === method)?.bytes as number;
      expect(Math.abs(estimated / bytes - 1), `${method}: ${estimated} estimated, ${bytes} laid out`).toBeLessThan(0.15);
      if (times > 1) expect(bytes).toBeLessThan(rows * 4);
    }
    expect(need.total).toBe(need.data + need.methods.reduce((sum, plan) => sum + plan.bytes, 0));
    // Four bytes for every weight that is kept aside.
    const numbers = spec.methods.reduce((sum, method) => sum + aboutMethod(method.id).parameterCount(facts, method.settings), 0);
    expect(memoryNeed(facts, spec.methods, batchSize, true).total - need.total).toBe(4 * numbers);
  });

  it('counts the numeric features that an encoding has of its own, for all rows', () => {
    const spec = PRESETS.get('three-features');
    const preset = spec && factsOf(spec.dataset);
    if (!preset) throw new Error('no preset');
    const rows = preset.trainRows + preset.validationRows + preset.testRows;
    const bytesOf = (id: string): number => memoryNeed(preset, [{ id, settings: aboutMethod(id).settings.parse({}) }], 100).methods[0].bytes;
    // 40 features in the place of 10: a copy of the method's own, and as many more in the plan's copy of the
    // data.
    const width = preset.p * (1 + preset.levels.length);
    const plans =
      4 *
      4 *
      (aboutMethod('mean-encoding').parameterCount(preset, { decoder: [10, 10] }) -
        aboutMethod('ignore').parameterCount(preset, { decoder: [10, 10] }));
    expect(bytesOf('mean-encoding') - bytesOf('ignore')).toBe(4 * rows * (width + width - preset.p) + plans);
  });
});
