import type { Buffer } from './arrays';
import type { Elementwise, Host, Instruction, Plain } from './builder';

/** Functions of arrays of one size, computed block by block. */
export interface Group {
  kind: 'group';
  size: number;
  members: Elementwise[];
}

export type Scheduled = Plain | Host | Group;

/** What is computed together with nothing else. */
interface Whole {
  kind: string;
  reads: Buffer[];
  writes: Buffer[];
}

/** More functions than this in a group take their blocks out of the first cache. */
const MOST_MEMBERS = 24;

const readsOf = (unit: Elementwise | Whole): Buffer[] => ('inputs' in unit ? unit.inputs.map(({ view }) => view.buffer) : unit.reads);
const writesOf = (unit: Elementwise | Whole): Buffer[] => ('inputs' in unit ? [unit.result] : unit.writes);

/** Those that the wanted buffers, and instructions that leave nothing in a buffer, need. */
export function needed<Unit extends Elementwise | Whole>(instructions: readonly Unit[], wanted: ReadonlySet<Buffer>): Unit[] {
  const live = new Set(wanted);
  const kept: Unit[] = [];
  for (const instruction of instructions.toReversed()) {
    const writes = writesOf(instruction);
    if (writes.length > 0 && !writes.some((buffer) => live.has(buffer))) continue;
    for (const buffer of readsOf(instruction)) live.add(buffer);
    kept.push(instruction);
  }
  return kept.reverse();
}

/** Whether a function can be computed with a group at this place: what it takes is there, block by block. */
function fits(member: Elementwise, group: Group, place: number, places: ReadonlyMap<Buffer, number>): boolean {
  if (group.members.length >= MOST_MEMBERS) return false;
  return member.inputs.every(({ view, as }) => {
    const made = places.get(view.buffer) ?? -1;
    return made < place || (made === place && as === 'packed');
  });
}

const meets = (member: Elementwise, group: Group): boolean => {
  const buffers = new Set(member.inputs.filter(({ as }) => as === 'packed').map(({ view }) => view.buffer));
  return group.members.some(
    ({ inputs, result }) => buffers.has(result) || inputs.some(({ view, as }) => as === 'packed' && buffers.has(view.buffer)),
  );
};

/**
 * Puts element-wise functions together that share an array: one pass over memory for all of them. A function
 * goes to the latest group that has what it takes; buffers are written once, so that it may come earlier.
 */
export function fuse(instructions: readonly Instruction[]): Scheduled[] {
  const scheduled: Scheduled[] = [];
  const places = new Map<Buffer, number>();
  const ofSize = new Map<number, number[]>();
  for (const instruction of instructions) {
    if (instruction.kind !== 'elementwise') {
      scheduled.push(instruction);
      for (const buffer of instruction.writes) places.set(buffer, scheduled.length - 1);
      continue;
    }
    const { size } = instruction.result;
    const groups = ofSize.get(size) ?? [];
    ofSize.set(size, groups);
    const least = Math.max(...instruction.inputs.map(({ view }) => places.get(view.buffer) ?? -1));
    let taken = -1;
    for (let i = groups.length - 1; i >= 0 && groups[i] >= least && taken < 0; i--) {
      const group = scheduled[groups[i]] as Group;
      if (fits(instruction, group, groups[i], places) && meets(instruction, group)) taken = groups[i];
    }
    if (taken < 0) {
      taken = scheduled.push({ kind: 'group', size, members: [] }) - 1;
      groups.push(taken);
    }
    (scheduled[taken] as Group).members.push(instruction);
    places.set(instruction.result, taken);
  }
  return scheduled;
}
