/**
 * What must hold of every input, whatever it is: an answer or a refusal in words that name the place, soon,
 * and nothing else changed.
 */
import fc from 'fast-check';
import { LabFailure } from '../../workers/data/failure';
import { type Kind, READERS } from './readers';
import { sentence } from './sentence';

/** Longest time for one input, in ms of computing: a machine that does other things besides is not slower. */
const MOST_MS = 5_000;

/** How often inputs were taken and refused. */
export interface Counts {
  taken: number;
  refused: number;
  slowest: number;
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype, Number.prototype];
const namesOf = (): string => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join(';');
const CLEAN = namesOf();

/** Runs one input: taken, or refused in words. */
async function held(counts: Counts, run: () => Promise<boolean>, place: RegExp): Promise<void> {
  const began = process.cpuUsage();
  let taken: boolean;
  try {
    taken = await run();
  } catch (thrown) {
    if (!(thrown instanceof LabFailure)) throw thrown;
    sentence(thrown.message, 'the message');
    sentence(thrown.hint, 'the hint');
    if (!place.test(thrown.message)) throw new Error(`the message does not say where: ${thrown.message}`);
    taken = false;
  }
  const { user, system } = process.cpuUsage(began);
  const took = (user + system) / 1_000;
  counts.slowest = Math.max(counts.slowest, took);
  counts[taken ? 'taken' : 'refused']++;
  if (took > MOST_MS) throw new Error(`took ${took.toFixed(0)} ms`);
  if (namesOf() !== CLEAN) throw new Error('a prototype was changed');
}

/** Runs a kind of input so many times; rejects with the smallest input that fails. */
export async function fuzz(kind: Kind, numRuns: number, seed?: number): Promise<Counts> {
  const counts: Counts = { taken: 0, refused: 0, slowest: 0 };
  const found = READERS[kind];
  const { inputs, place } = typeof found === 'function' ? await found() : found;
  await fc.assert(
    fc.asyncProperty(inputs, (run) => held(counts, run, place)),
    { numRuns, ...(seed !== undefined && { seed }) },
  );
  return counts;
}
