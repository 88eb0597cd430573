import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** One R process that fits a table as often as it is asked. */
export interface RProcess<Answer> {
  timedFit(): Promise<Answer>;
  close(): void;
}

/**
 * Starts a script of this folder on a table; it answers each line "fit" with a line of JSON. Null where R or
 * what the script needs is not there. One thread.
 *
 * @param further arguments after the file of the table
 */
export async function startR<Answer>(script: string, csv: string, further: readonly string[] = []): Promise<RProcess<Answer> | null> {
  const folder = mkdtempSync(join(tmpdir(), 'mixed-'));
  const file = join(folder, 'table.csv');
  writeFileSync(file, csv);
  const child = spawn(process.env.RSCRIPT ?? 'Rscript', [join(import.meta.dirname, script), file, ...further], {
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', () => resolve(null));
  });
  child.stdin.on('error', () => undefined);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const close = (): void => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const ask = async (): Promise<Answer | null> => {
    child.stdin.write('fit\n');
    const answer = await Promise.race([answers.next(), ended]);
    return answer === null || answer.done ? null : (JSON.parse(answer.value) as Answer);
  };
  // The first fit loads R's code; it does not count.
  if ((await ask()) === null) {
    close();
    return null;
  }
  return {
    async timedFit() {
      const timed = await ask();
      if (timed === null) throw new Error('R ended in the middle of a fit');
      return timed;
    },
    close,
  };
}
