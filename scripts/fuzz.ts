import { parseArgs } from 'node:util';
import { LabFailure } from '../workers/data/failure';
import { fail, tell, whole } from './cli';
import { fuzz } from './fuzz/properties';
import { KINDS } from './fuzz/readers';

const USAGE = `npm run fuzz -- ${KINDS.join('|')} [--runs 10000] [--seed N]
Made-up inputs that mean no good: each must be taken or refused in words, in 5 seconds, with no prototype changed. The smallest input that fails is printed with its seed.`;

try {
  const { values, positionals } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } }, allowPositionals: true });
  const kind = KINDS.find((one) => one === positionals[0]);
  if (!kind) throw new LabFailure('bad-option', 'No kind of input was named.', USAGE);
  const began = performance.now();
  const { taken, refused, slowest } = await fuzz(
    kind,
    whole('runs', values.runs, 10_000, 1),
    values.seed ? whole('seed', values.seed, 1) : undefined,
  );
  tell(
    `${kind}: ${taken + refused} inputs, ${taken} taken, ${refused} refused in words, 0 crashes; the slowest took ${slowest.toFixed(0)} ms of computing, all ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
  process.exit(0);
} catch (thrown) {
  if (thrown instanceof Error && thrown.cause instanceof Error) tell(thrown.cause.stack ?? thrown.cause.message);
  fail(thrown);
}
