import { describe, expect, it } from 'vitest';
import type { SceneId } from '../words/diagram/scene';
import { excerpt } from './excerpt';
import { layOut } from './layout';
import { listingOf } from './listings';
import type { DiagramNode } from './nodes';

describe('excerpt', () => {
  const source = [
    'function a(',
    '  b: number,',
    '): { c: number } {',
    '  if (b) {',
    '    return { c: 1 };',
    '  }',
    '  return { c: b };',
    '}',
    '',
    'const d = 1;',
    '  inner() {',
    '    return 2;',
    '  }',
  ].join('\n');

  it('takes a declaration from its line to the one that closes it, moved to the left', () => {
    expect(excerpt(source, 'function a(').split('\n')).toHaveLength(8);
    expect(excerpt(source, 'const d')).toBe('const d = 1;');
    expect(excerpt(source, '  inner(')).toBe('inner() {\n  return 2;\n}');
    expect(() => excerpt(source, 'function z')).toThrow('function z');
  });
});

/** What the code of a sub-step must do, in the lab's own source. */
const DOES: Record<SceneId, string> = {
  row: 'piece.take(rows)',
  encode: 'mean.apply(hidden, data)',
  'look-up': 'vectorsOfRows(table, members[k])',
  draw: 'tf.exp(tf.mul(logVar, 0.5)), epsilon',
  average: 'segmentTotals',
  pull: 'tf.expm1(u)',
  decode: 'this.#output.apply(this.#hidden.apply(inputs',
  error: 'tf.squaredDifference(y, mean)',
  back: 'tf.variableGrads',
  update: 'tf.add(tf.sqrt(v), epsilon)',
  fixed: 'tf.matMul(x, kernel',
  residuals: 'dataset.y[one] - others[i]',
  weigh: '(rows.length * variance) / (rows.length * variance + residualVariance)',
  add: 'fixed(inputs.x), ...vectors.map',
};

const row = { row: 0, part: 'train', x: [], y: 1, ownY: 1, targetName: 'y', classLabels: null } as const;

describe('the code of a sub-step', () => {
  it.each(Object.entries(DOES))('%s is the lab’s own and does what the step says', (scene, does) => {
    const mixed = ['fixed', 'residuals', 'weigh', 'add'].includes(scene);
    const listing = listingOf(
      { kind: mixed ? 'intercepts' : 'tables', method: mixed ? 'linear-mixed-model' : 'embeddings', row: { ...row, x: [] } },
      scene as SceneId,
    );
    expect(listing?.code).toContain(does);
    expect(listing?.code.split('\n').length).toBeLessThan(40);
  });

  it('differs where the method does', () => {
    const of = (kind: 'one-hot' | 'sampled-tables' | 'intercepts', method: string, scene: SceneId, labels: [string, string] | null = null) =>
      listingOf({ kind, method, row: { ...row, x: [], classLabels: labels } }, scene)?.code;
    expect(of('one-hot', 'one-hot', 'look-up')).toContain('gatherRows(block');
    expect(of('sampled-tables', 'regbeddings', 'look-up')).toContain('reparameterise');
    expect(of('intercepts', 'lmmnn', 'fixed')).toContain('network.apply(x)');
    expect(of('one-hot', 'one-hot', 'error', ['no', 'yes'])).toContain('softplus');
  });
});

describe('layOut', () => {
  const node = (id: DiagramNode['id']): DiagramNode => ({
    id,
    title: 'Part',
    symbol: 'x',
    bodies: [{ kind: 'text', lines: [{ name: 'a', text: '1' }] }],
  });
  const nodes = (['row', 'encoder', 'draw', 'rows', 'vector', 'prediction'] as const).map(node);

  it('keeps parts in their order, apart and within the width, in lines of about one length', () => {
    for (const width of [340, 600, 1000]) {
      const { boxes, width: used, height } = layOut(nodes, width);
      expect(boxes.map((box) => box.node.id)).toEqual(nodes.map(({ id }) => id));
      expect(used).toBeLessThanOrEqual(width);
      for (const [i, box] of boxes.entries()) {
        expect(box.y + box.height).toBeLessThanOrEqual(height);
        if (i === 0) continue;
        const before = boxes[i - 1];
        if (box.line === before.line) expect(box.x - (before.x + before.width)).toBeGreaterThanOrEqual(17);
        else expect(box.y).toBeGreaterThan(before.y + before.height);
      }
      const lines = new Set(boxes.map(({ line }) => line)).size;
      const counts = Array.from({ length: lines }, (_, line) => boxes.filter((box) => box.line === line).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
    expect(new Set(layOut(nodes, 340).boxes.map(({ line }) => line)).size).toBeGreaterThan(1);
  });
});
