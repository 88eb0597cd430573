import type { Dataset } from '../data/dataset';
import { LabFailure } from '../data/failure';
import { planThreads } from '../engine/wasm/threads';
import type { ExperimentSpec } from '../spec/experiment';
import { type DatasetFacts, factsOf } from '../spec/facts';
import { memoryNeed, PLAN_LIMIT } from '../spec/memory-need';

const GIB = 2 ** 30;
/** Taken for the machine's memory where the browser does not tell. */
const UNKNOWN_MEMORY = 16;
/** Share of the machine's memory that a run may take; the rest is for the system, the page and tfjs. */
const SHARE = 0.6;

/** GiB of the machine. Browsers round it and never tell more than 8, so 8 may be any larger machine. */
function machineMemory(): number {
  const told = (globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory;
  return told === undefined || told >= 8 ? UNKNOWN_MEMORY : told;
}

/**
 * Refuses a simulation whose plans cannot fit, before anything is generated. Tables were held against the
 * limit when they were read.
 */
export function checkMemory(spec: ExperimentSpec, gibOfMachine = machineMemory()): void {
  const facts = factsOf(spec.dataset);
  if (facts) checkFacts(facts, spec, gibOfMachine);
}

/** As `checkMemory`, of a table as its roles make it: before anything is built for a method. */
export function checkTable(
  { task, p, categorical, split }: Pick<Dataset, 'task' | 'p' | 'categorical' | 'split'>,
  spec: ExperimentSpec,
  gibOfMachine = machineMemory(),
): void {
  const rows = { trainRows: split.train.length, validationRows: split.validation.length, testRows: split.test.length };
  checkFacts({ task, p, levels: categorical.map(({ cardinality }) => cardinality), ...rows, exact: true }, spec, gibOfMachine);
}

function checkFacts(facts: DatasetFacts, spec: ExperimentSpec, gibOfMachine: number): void {
  const need = memoryNeed(facts, spec.methods, spec.training, { threads: planThreads() });
  const gib = (bytes: number): string => (bytes / GIB).toFixed(1);
  const largest = need.methods.reduce((most, plan) => (plan.bytes > most.bytes ? plan : most));
  if (largest.bytes > PLAN_LIMIT) {
    throw new LabFailure(
      'memory-plan',
      `The method ${largest.id} needs about ${gib(largest.bytes)} GiB by itself; WebAssembly can address ${gib(PLAN_LIMIT)} GiB.`,
      'Choose fewer rows, fewer levels or a smaller batch.',
    );
  }
  if (need.total > gibOfMachine * SHARE * GIB) {
    throw new LabFailure(
      'memory-run',
      `This run needs about ${gib(need.total)} GiB (data ${gib(need.data)}, ${need.methods.map(({ id, bytes }) => `${id} ${gib(bytes)}`).join(', ')}); about ${gib(gibOfMachine * SHARE * GIB)} GiB can be used here.`,
      'Train fewer methods at once, or choose fewer rows or levels.',
    );
  }
}
