// The problem of this thread, and ways to the lists in it. The structures are written by the build from
// ../structures.ts.
import { Feature, Layer, Lookup, Problem, Table } from './structures';

export let problem: Problem = changetype<Problem>(0);
/** Bytes of the record of a row's vector, padded to four numbers. */
export let record: usize = 0;

export function setProblem(address: usize): void {
  problem = changetype<Problem>(address);
  record = (<usize>problem.vector * 4 + 15) & ~15;
}

// @ts-ignore: decorator
@inline
export function layer(i: i32): Layer {
  return changetype<Layer>(problem.layers + <usize>i * offsetof<Layer>());
}

// @ts-ignore: decorator
@inline
export function table(t: i32): Table {
  return changetype<Table>(problem.tables + <usize>t * offsetof<Table>());
}

// @ts-ignore: decorator
@inline
export function lookup(f: Feature, i: i32): Lookup {
  return changetype<Lookup>(f.lookups + <usize>i * offsetof<Lookup>());
}

// @ts-ignore: decorator
@inline
export function feature(k: i32): Feature {
  return changetype<Feature>(problem.featureList + <usize>k * offsetof<Feature>());
}
