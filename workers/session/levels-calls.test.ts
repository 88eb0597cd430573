import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabEvent } from '../protocol';
import { experimentSchema } from '../spec/experiment';
import type { LabSession } from './session';
import { type hear, openSession } from './testing';

/** 160 rows of 16 plants. */
function csv(): File {
  const lines = ['light,plant,height'];
  for (let i = 0; i < 160; i++) lines.push(`${(i * 13) % 50},plant ${(i * 7) % 16},${((i * 7) % 16) * 2 + (i % 5) * 0.1}`);
  return new File([lines.join('\n')], 'plants.csv');
}

describe('the calls of the Levels room', () => {
  let session: LabSession;
  const events: LabEvent[] = [];
  let heard: ReturnType<typeof hear>;

  beforeAll(async () => {
    ({ session, heard } = await openSession((event) => events.push(event)));
  });

  afterAll(() => heard.close());

  it('are refused by name before there are results, and answered after a run has ended', async () => {
    await expect(session.levelsOverview()).rejects.toMatchObject({ code: 'no-results', hint: expect.any(String) });
    const { fingerprint } = await session.openTable(csv());
    const columns = [
      { name: 'light', role: 'numeric' },
      { name: 'plant', role: 'categorical' },
      { name: 'height', role: 'target' },
    ];
    const spec = experimentSchema.parse({
      dataset: { kind: 'table', name: 'plants.csv', fingerprint, task: 'regression', columns },
      methods: [{ id: 'ignore' }, { id: 'embeddings', settings: { d: 3 } }],
      training: { batchSize: 32, epochs: 4, patience: null, drawPastStop: false },
    });
    await session.run(spec, 1, null);
    expect((await session.levelsOverview()).methods.map(({ widths }) => widths)).toEqual([[0], [3]]);
    const table = await session.levelsTable({ method: 'embeddings', feature: 0 });
    expect(table.levels).toBe(16);
    expect(table.typical.map(({ method }) => method)).toEqual(['ignore', 'embeddings']);
    expect((await session.levelsHistory({ method: 'embeddings', feature: 0 })).epochs.at(-1)).toBe(4);
    const map = await session.levelsMap({ method: 'embeddings', feature: 0, job: 5, view: { kind: 'umap', seed: 1, steps: 30 } });
    expect(map.levels).toHaveLength(16);
    await heard.all();
    const steps = events.flatMap((event) => (event.type === 'levels-map' ? [event.step] : []));
    expect(steps.at(-1)).toMatchObject({ job: 5, phase: 'layout', step: 30, of: 30 });
    await expect(session.levelsTable({ method: 'ignore', feature: 3 })).rejects.toMatchObject({ code: 'no-such-feature' });
    const long = expect(
      session.levelsMap({ method: 'embeddings', feature: 0, job: 6, view: { kind: 'tsne', seed: 1, steps: 1_000_000 } }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    await session.levelsKeep({ method: 'embeddings', feature: 0 });
    session.levelsCancelMap(6);
    await long;
    // Another run: what was kept is still there.
    await session.run(spec, 2, null);
    expect(await session.levelsKept()).toHaveLength(1);
    const comparison = await session.levelsCompare({ feature: 0, first: { method: 'embeddings' }, second: { kept: 1 }, scale: false });
    expect(comparison.r2).toBeCloseTo(1, 6);
    await session.levelsClose();
    await session.reset();
    await expect(session.levelsTable({ method: 'embeddings', feature: 0 })).rejects.toMatchObject({ code: 'no-results' });
  });
});
