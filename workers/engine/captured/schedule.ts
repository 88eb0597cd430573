import { type Buffer, collapsed, sizeOf, type View } from '../recorded/arrays';
import type { Elementwise, Operand, Plain } from '../recorded/builder';
import { REDUCTIONS } from '../recorded/instructions';
import type { Dispatches, Unit } from './lowering';

/**
 * How the numbers of a kernel are reduced: place (o · reduced + r) · inner + i belongs to fibre o · inner +
 * i.
 */
export interface Split {
  outer: number;
  reduced: number;
  inner: number;
}

export interface Reduction {
  kind: keyof typeof REDUCTIONS;
  source: Buffer;
  offset: number;
  factor: number;
  result: Buffer;
}

/** Parts of arrays put side by side in one: `rows` runs of `width` numbers each. Strides count numbers. */
export interface Part {
  source: Buffer;
  offset: number;
  stride: number;
  to: number;
  row: number;
  rows: number;
  width: number;
}

export interface Copies {
  kind: 'copies';
  parts: Part[];
  result: Buffer;
}

/**
 * Rows of a table that an index names: place (o · taken + r) · inner + i is (o · rows + index[r]) · inner + i
 * of it.
 */
export interface Gather {
  rows: number;
  taken: number;
  inner: number;
}

/** A function over all numbers; of a gather or of arrays side by side, the inputs are where they lie. */
export interface Entrywise extends Elementwise {
  gather?: Gather;
  parts?: readonly Part[];
}

/** Rows of an array added to the rows of another that their ids name. */
export interface Segments {
  kind: 'segments';
  source: Buffer;
  offset: number;
  ids: Buffer;
  idsOffset: number;
  rows: number;
  width: number;
  segments: number;
  result: Buffer;
}

/** One generated kernel over arrays of one size, and over the fibres that it reduces them to. */
export class Fused {
  readonly kind = 'fused';
  readonly size: number;
  split: Split | null = null;
  /** Functions over all numbers, and over fibres, by their results. */
  readonly full = new Map<Buffer, Entrywise>();
  readonly fibre = new Map<Buffer, Entrywise>();
  readonly reductions = new Map<Buffer, Reduction>();

  constructor(size: number) {
    this.size = size;
  }

  get fibres(): number {
    return this.split ? this.split.outer * this.split.inner : 0;
  }

  get members(): number {
    return this.full.size + this.fibre.size + this.reductions.size;
  }

  makes(buffer: Buffer): boolean {
    return this.full.has(buffer) || this.fibre.has(buffer) || this.reductions.has(buffer);
  }

  makesOfFibres(buffer: Buffer): boolean {
    return this.fibre.has(buffer) || this.reductions.has(buffer);
  }

  results(): Buffer[] {
    return [...this.full.keys(), ...this.fibre.keys(), ...this.reductions.keys()];
  }

  /** What it takes from others. */
  reads(): Set<Buffer> {
    const taken = new Set<Buffer>();
    for (const { inputs } of [...this.full.values(), ...this.fibre.values()])
      for (const { view } of inputs) if (view.buffer.constant === null && !this.makes(view.buffer)) taken.add(view.buffer);
    for (const { source } of this.reductions.values()) if (!this.makes(source)) taken.add(source);
    return taken;
  }

  /** Whether an array gives each number of a fibre the fibre's one. */
  repeats(view: View): boolean {
    if (!this.split || view.offset !== 0) return false;
    const { outer, reduced, inner } = this.split;
    const own = collapsed(view);
    const wanted = collapsed({ shape: [outer, reduced, inner], strides: [inner, 0, 1] });
    return sizeOf(view.shape) === this.size && `${own.shape} ${own.strides}` === `${wanted.shape} ${wanted.strides}`;
  }
}

export type Item = Fused | Copies | Segments | Dispatches;

/** More functions than this make code that takes long to compile. */
const MOST_MEMBERS = 64;
/** Fibres fewer than this leave most of a GPU idle where there are more numbers than that. */
const FEW_FIBRES = 32;
const MANY_NUMBERS = 65_536;

const word = (value: Plain['words'][number]): number => {
  if (typeof value !== 'number') throw new Error('an instruction has another form');
  return value;
};
const place = (value: Plain['words'][number]): { buffer: Buffer; offset: number } => {
  if (typeof value === 'number' || !('buffer' in value)) throw new Error('an instruction has another form');
  return { buffer: value.buffer, offset: value.offset / 4 };
};

/** A change of the last two dimensions as a copy from places apart. */
function transposed({ words, writes: [result] }: Plain): Elementwise {
  const { buffer, offset } = place(words[0]);
  const [stride, rows, columns, matrices, next] = [words[1], ...words.slice(3, 7)].map(word);
  const view = { buffer, offset, shape: [matrices, columns, rows], strides: [next / 4, 1, stride / 4] };
  return { kind: 'elementwise', fn: 'copy', inputs: [{ view, as: 'strided' }], numbers: [], result };
}

function reductionOf({ words, writes: [result] }: Plain): { reduction: Reduction; split: Split } {
  const [kind, outer, reduced, inner] = words.slice(0, 4).map(word);
  const { buffer: source, offset } = place(words[4]);
  const name = (Object.keys(REDUCTIONS) as (keyof typeof REDUCTIONS)[]).find((key) => REDUCTIONS[key] === kind) ?? 'sum';
  const factor = (words[6] as { float: number }).float;
  return { reduction: { kind: name, source, offset, factor, result }, split: { outer, reduced, inner } };
}

function partOf({ words }: Plain): Part {
  const { buffer: source, offset } = place(words[0]);
  const { offset: to } = place(words[2]);
  const [stride, row, rows, width] = [words[1], words[3], words[4], words[5]].map(word);
  return { source, offset, stride: stride / 4, to, row: row / 4, rows, width };
}

/** An array that must be there before: no function of a kernel can take its place. */
const lying = (buffer: Buffer, offset: number): Operand => ({ view: { buffer, offset, shape: [-1], strides: [1] }, as: 'strided' });

function gatherOf({ words, writes: [result] }: Plain): Entrywise {
  const [source, index] = [place(words[0]), place(words[1])];
  const [, rows, taken, inner] = words.slice(3, 7).map(word);
  const inputs = [lying(source.buffer, source.offset), lying(index.buffer, index.offset)];
  return { kind: 'elementwise', fn: 'copy', inputs, numbers: [], result, gather: { rows, taken, inner } };
}

function segmentsOf({ words, writes: [result] }: Plain): Segments {
  const [source, ids] = [place(words[0]), place(words[1])];
  const [rows, width, segments] = words.slice(3, 6).map(word);
  return { kind: 'segments', source: source.buffer, offset: source.offset, ids: ids.buffer, idsOffset: ids.offset, rows, width, segments, result };
}

/** Puts instructions that share arrays into kernels, in an order in which each finds what it takes. */
export class Schedule {
  readonly items: Item[] = [];
  readonly #places = new Map<Buffer, number>();
  /** By what takes it: how often a buffer is taken. */
  readonly #takers = new Map<Buffer, Set<Unit>>();
  readonly #units = new Map<Fused, Set<Unit>>();
  readonly #wanted: ReadonlySet<Buffer>;
  readonly #most: number;

  /** @param most buffers of a kernel @param wanted what is needed after the step */
  constructor(units: readonly Unit[], wanted: ReadonlySet<Buffer>, most: number) {
    this.#wanted = wanted;
    this.#most = most;
    const ready = units.map((unit) => {
      if (unit.kind !== 'plain') return unit;
      return unit.operation === 'transpose' ? transposed(unit) : unit.operation === 'gather' ? gatherOf(unit) : unit;
    });
    for (const unit of ready) {
      const reads = unit.kind === 'elementwise' ? unit.inputs.map(({ view }) => view.buffer) : unit.reads;
      for (const buffer of reads) {
        const takers = this.#takers.get(buffer) ?? new Set();
        this.#takers.set(buffer, takers.add(unit));
      }
    }
    const parts = new Map<Buffer, number>();
    for (const unit of ready) if (unit.kind === 'plain' && unit.operation === 'copy') parts.set(unit.writes[0], (parts.get(unit.writes[0]) ?? 0) + 1);
    const copies = new Map<Buffer, Part[]>();
    for (const unit of ready) {
      if (unit.kind === 'elementwise') this.#addFunction(unit);
      else if (unit.kind === 'dispatches') this.#push(unit, unit.writes);
      else if (unit.operation === 'reduce') this.#addReduction(unit);
      else if (unit.operation === 'segments') this.#push(segmentsOf(unit), unit.writes);
      else if (unit.operation === 'copy') {
        const [result] = unit.writes;
        const own = copies.get(result) ?? [];
        copies.set(result, [...own, partOf(unit)]);
        if (own.length + 1 === parts.get(result)) this.#addCopies(result, copies.get(result) as Part[], ready);
      } else throw new Error(`there is no kernel for "${unit.operation}"`);
    }
  }

  /** Results of a kernel that others take, or that are needed after the step. */
  stored(kernel: Fused): Buffer[] {
    const own = this.#units.get(kernel) as Set<Unit>;
    return kernel.results().filter((buffer) => this.#wanted.has(buffer) || [...(this.#takers.get(buffer) ?? [])].some((unit) => !own.has(unit)));
  }

  #push(item: Item, writes: readonly Buffer[]): void {
    const at = this.items.push(item) - 1;
    for (const buffer of writes) this.#places.set(buffer, at);
  }

  /** Arrays side by side are a function of each number's place where their buffers fit into a kernel. */
  #addCopies(result: Buffer, parts: readonly Part[], units: readonly Unit[]): void {
    if (new Set(parts.map(({ source }) => source)).size < this.#most) {
      const inputs = parts.map(({ source, offset }) => lying(source, offset));
      const joined: Entrywise = { kind: 'elementwise', fn: 'copy', inputs, numbers: [], result, parts };
      for (const unit of units) {
        if (unit.kind === 'elementwise' || !unit.writes.includes(result)) continue;
        for (const buffer of unit.reads) this.#takers.get(buffer)?.delete(unit);
      }
      for (const { source } of parts) this.#takers.get(source)?.add(joined);
      this.#addFunction(joined);
      return;
    }
    for (let i = 0; i < parts.length; i += this.#most - 1)
      this.#push({ kind: 'copies', parts: parts.slice(i, i + this.#most - 1), result }, [result]);
  }

  #addFunction(unit: Entrywise): void {
    const inputs = unit.inputs.map(({ view }) => view.buffer);
    const join = (kernel: Fused): (() => void) | null => {
      const { size } = unit.result;
      const role = size === kernel.size ? kernel.full : kernel.split && size === kernel.fibres ? kernel.fibre : null;
      if (!role || !unit.inputs.every((operand) => fits(operand, kernel, role === kernel.full))) return null;
      role.set(unit.result, unit);
      return () => role.delete(unit.result);
    };
    this.#join(unit, inputs, join, () => {
      const kernel = new Fused(unit.result.size);
      kernel.full.set(unit.result, unit);
      return kernel;
    });
  }

  #addReduction(unit: Plain): void {
    const { reduction, split } = reductionOf(unit);
    const { source, offset, result } = reduction;
    const size = split.outer * split.reduced * split.inner;
    const join = (kernel: Fused): (() => void) | null => {
      if (kernel.size !== size || (kernel.split && !sameSplit(kernel.split, split))) return null;
      const made = kernel.full.has(source) && offset === 0;
      if (!made && (kernel.makes(source) || !kernel.reads().has(source))) return null;
      const before = kernel.split;
      kernel.split = split;
      kernel.reductions.set(result, reduction);
      return () => {
        kernel.split = before;
        kernel.reductions.delete(result);
      };
    };
    this.#join(unit, [source], join, () => {
      const kernel = new Fused(size);
      kernel.split = split;
      kernel.reductions.set(result, reduction);
      return kernel;
    });
  }

  /** Adds a unit to the latest kernel that it can be computed with, or else to a new one. */
  #join(unit: Unit & (Elementwise | Plain), inputs: readonly Buffer[], join: (kernel: Fused) => (() => void) | null, start: () => Fused): void {
    const [result] = unit.kind === 'elementwise' ? [unit.result] : unit.writes;
    const least = Math.max(-1, ...inputs.map((buffer) => this.#places.get(buffer) ?? -1));
    for (let at = this.items.length - 1; at >= 0 && at >= least; at--) {
      const kernel = this.items[at];
      if (kernel.kind !== 'fused' || kernel.members >= MOST_MEMBERS) continue;
      // What another item at this place makes is not there yet; its own may be.
      if (inputs.some((buffer) => this.#places.get(buffer) === at && !kernel.makes(buffer))) continue;
      const undo = join(kernel);
      if (!undo) continue;
      const own = this.#units.get(kernel) as Set<Unit>;
      own.add(unit);
      if (kernel.reads().size + this.stored(kernel).length <= this.#most && !idles(kernel, this.stored(kernel))) {
        this.#places.set(result, at);
        return;
      }
      undo();
      own.delete(unit);
    }
    const kernel = start();
    this.#units.set(kernel, new Set([unit]));
    this.#push(kernel, [result]);
  }
}

const sameSplit = (a: Split, b: Split): boolean => a.outer === b.outer && a.reduced === b.reduced && a.inner === b.inner;

/** A kernel that does more than one reduction of many numbers to few, where most of a GPU would wait. */
const idles = (kernel: Fused, stored: readonly Buffer[]): boolean =>
  kernel.split !== null && kernel.fibres < FEW_FIBRES && kernel.size > MANY_NUMBERS && stored.some((buffer) => kernel.full.has(buffer));

/** Whether an operand can be had number by number, in a kernel over all numbers or over its fibres. */
function fits({ view, as }: Operand, kernel: Fused, full: boolean): boolean {
  const { buffer } = view;
  if (!kernel.makes(buffer)) return true;
  if (!full) return kernel.makesOfFibres(buffer) && as === 'packed' && view.offset === 0;
  return kernel.makesOfFibres(buffer) ? kernel.repeats(view) : as === 'packed' && view.offset === 0;
}
