import { describe, expect, it } from 'vitest';
import { orangeTrees } from '../data/orange';
import { drawing, summarize } from '../data/prepare';
import { type DatasetSpec, orangeSchema, tagSeriesSchema, tagsSchema } from '../data/schema';
import { windowsAnEpoch } from '../data/series/epoch';
import type { Series } from '../data/series/series';
import { runToEnd } from '../data/simulation-parts';
import { shapeOf } from '../data/tag-rows';
import { isDrawn } from './division';
import { factsOf } from './facts';
import { PRESETS } from './presets';

describe('facts before training', () => {
  it('say what the published simulation splits into', () => {
    const preset = PRESETS.get('regression-1000');
    expect(preset && factsOf(preset.dataset)).toEqual({
      task: 'regression',
      p: 10,
      levels: [1_000],
      trainRows: 9_000,
      validationRows: 1_000,
      testRows: 100_000,
      exact: true,
    });
  });

  it.each(['growth', 'collaborative', 'lmmnn-100'])('agree with the data drawn: %s', (id) => {
    const dataset = PRESETS.get(id)?.dataset;
    if (!dataset || !isDrawn(dataset) || dataset.kind === 'tag-series') throw new Error(`no simulation ${id}`);
    const small = { ...dataset, trainRows: 500, testRows: 150 };
    const { task, p, features, trainRows, validationRows, testRows } = summarize(runToEnd(drawing(small, { data: 1, split: 1 })));
    const drawn = { task, p, levels: features.map(({ levels }) => levels), trainRows, validationRows, testRows };
    expect(factsOf(small)).toEqual({ ...drawn, exact: true });
    expect(factsOf({ ...small, split: 'by-level' })?.exact).toBe(false);
  });

  it('agree with the tags drawn, however few rows and leaves there are', () => {
    for (const groups of [[1], [1, 2], [5, 4, 5], [2, 2, 2, 2, 2]]) {
      for (const trainRows of [60, 500]) {
        const spec = tagsSchema.parse({ kind: 'tags', task: 'regression', groups, trainRows, testRows: 40 });
        const { task, p, levels, tags } = shapeOf(runToEnd(drawing(spec, { data: 1, split: 1 })));
        expect(factsOf(spec)).toMatchObject({ task, p, levels, tags, trainRows: Math.floor(0.9 * trainRows), testRows: 40, exact: true });
      }
    }
    expect(factsOf(PRESETS.get('tags-17')?.dataset as DatasetSpec)?.tags?.[0]).toMatchObject({ tags: 17, places: 12 });
    expect(factsOf(PRESETS.get('tags-many')?.dataset as DatasetSpec)?.tags?.[0].tags).toBe(993);
  });

  it.each(['next-step', 'regression', 'forecast'] as const)('agree with the series drawn: %s', (predicts) => {
    for (const [steps, length] of [
      [400, 24],
      [333, 7],
    ]) {
      const spec = tagSeriesSchema.parse({ kind: 'tag-series', predicts, series: 9, heldOut: 2, steps, length, horizon: 3 });
      const data = runToEnd(drawing(spec, { data: 1, split: 1 }));
      const { series: drawn, ...shape } = shapeOf(data);
      const facts = factsOf(spec);
      expect(facts).toMatchObject(shape);
      expect(drawn).toMatchObject(facts?.series as object);
      expect(facts).toMatchObject({ validationRows: data.split.validation.length, testRows: data.split.test.length });
      expect(facts?.trainRows).toBe(windowsAnEpoch(data.series as Series, data.split.train));
    }
  });

  it('agree with the Orange trees themselves', () => {
    const orange = orangeSchema.parse({ kind: 'orange' });
    const { task, p, categorical, split } = orangeTrees(orange, { split: 1 });
    expect(factsOf(orange)).toEqual({
      task,
      p,
      levels: categorical.map(({ cardinality }) => cardinality),
      trainRows: split.train.length,
      validationRows: split.validation.length,
      testRows: split.test.length,
      exact: true,
    });
  });
});
