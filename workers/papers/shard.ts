import { LabFailure } from '../data/failure';

/**
 * Which share of the units a process fits: those whose position leaves the remainder `index` when divided by
 * `of`.
 */
export interface Shard {
  /** From 0. */
  index: number;
  of: number;
}

/**
 * The shard of `--shard i/n` (1 ≤ i ≤ n), else of a Slurm array task or a Kubernetes indexed job, else
 * everything.
 *
 * @throws LabFailure 'bad-shard' when it cannot be read
 */
export function shardOf(option: string | undefined, environment: Readonly<Record<string, string | undefined>>): Shard {
  if (option !== undefined) {
    const match = /^(\d+)\/(\d+)$/.exec(option);
    const [index, of] = match ? [Number(match[1]), Number(match[2])] : [0, 0];
    if (index < 1 || index > of) throw new LabFailure('bad-shard', `--shard is "${option}".`, 'Write for example --shard 2/4: the second of four.');
    return { index: index - 1, of };
  }
  const { SLURM_ARRAY_TASK_ID: task, SLURM_ARRAY_TASK_COUNT: tasks, SLURM_ARRAY_TASK_MIN: least } = environment;
  if (task !== undefined && tasks !== undefined) return within('SLURM_ARRAY_TASK_ID', Number(task) - Number(least ?? 0), Number(tasks));
  const { JOB_COMPLETION_INDEX: completion, JOB_COMPLETIONS: completions } = environment;
  if (completion !== undefined) {
    if (completions === undefined) {
      throw new LabFailure(
        'bad-shard',
        'JOB_COMPLETION_INDEX is set and JOB_COMPLETIONS is not.',
        'Set JOB_COMPLETIONS to the completions of the job (Kubernetes does not), or give --shard.',
      );
    }
    return within('JOB_COMPLETION_INDEX', Number(completion), Number(completions));
  }
  return { index: 0, of: 1 };
}

function within(name: string, index: number, of: number): Shard {
  if (Number.isInteger(index) && Number.isInteger(of) && index >= 0 && index < of) return { index, of };
  throw new LabFailure(
    'bad-shard',
    `${name} asks for shard ${index + 1} of ${of}.`,
    'Number the array from its least index without gaps, or give --shard.',
  );
}
