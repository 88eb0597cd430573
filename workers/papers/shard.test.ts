import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardOf } from './shard';

describe('shards', () => {
  it('reads --shard, Slurm arrays and Kubernetes indexed jobs', () => {
    expect(shardOf('2/4', { SLURM_ARRAY_TASK_ID: '7' })).toEqual({ index: 1, of: 4 });
    expect(shardOf(undefined, { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '3', SLURM_ARRAY_TASK_MIN: '1' })).toEqual({ index: 2, of: 3 });
    expect(shardOf(undefined, { JOB_COMPLETION_INDEX: '0', JOB_COMPLETIONS: '5' })).toEqual({ index: 0, of: 5 });
    expect(shardOf(undefined, {})).toEqual({ index: 0, of: 1 });
  });

  it.each(['0/4', '5/4', '1', 'a/b', '1/0'])('refuses %s', (option) => {
    expect(() => shardOf(option, {})).toThrow('--shard');
  });

  it('refuses what an array cannot mean', () => {
    expect(() => shardOf(undefined, { JOB_COMPLETION_INDEX: '1' })).toThrow('JOB_COMPLETIONS');
    expect(() => shardOf(undefined, { SLURM_ARRAY_TASK_ID: '9', SLURM_ARRAY_TASK_COUNT: '3' })).toThrow('SLURM_ARRAY_TASK_ID');
  });

  it('every unit belongs to exactly one shard', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 200 }), (of, units) => {
        const owners = Array.from({ length: units }, (_, unit) =>
          Array.from({ length: of }, (_, i) => shardOf(`${i + 1}/${of}`, {})).filter((shard) => unit % shard.of === shard.index),
        );
        expect(owners.every((some) => some.length === 1)).toBe(true);
      }),
    );
  });
});
