import type { Buffer, View } from './arrays';
import { collapsed } from './arrays';
import type { Elementwise, Host, Plain, Word } from './builder';
import { operationsOf, PART, partsOf } from './cost';
import type { Group, Scheduled } from './fuse';
import { FUNCTIONS, OPERATIONS, RECORDED } from './instructions';

/** Bytes of a block of an element-wise instruction, with room for a vector behind it. */
export const SLOT = 4 * RECORDED.BLOCK + 64;

/** The words of a program; descriptions of strided views lie behind its instructions. */
export interface Encoded {
  words: Int32Array;
  /** Words of the instructions. */
  length: number;
  /** What JavaScript computes, each after so many words. */
  hosts: { after: number; compute: Host['compute'] }[];
  /** Blocks that its element-wise instructions take on each thread. */
  slots: number;
  /** Operations of all instructions. */
  operations: number;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);
const bitsOf = (value: number): number => {
  float[0] = value;
  return bits[0];
};

function word(value: Word): number {
  if (typeof value === 'number') return value;
  if ('float' in value) return bitsOf(value.float);
  if (value.buffer.address < 0) throw new Error('a buffer of a recorded step has no place');
  return value.buffer.address + value.offset;
}

/** First word of an instruction, done in so many parts. */
const head = (operation: keyof typeof OPERATIONS, parts: number): number => OPERATIONS[operation] | (parts << 16);

/** Bytes of an instruction that is no group. */
export const bytesOfPlain = ({ words }: Plain): number => 4 * (2 + words.length);

const plain = (instruction: Plain, part: number): number[] => [
  head(instruction.operation, partsOf(instruction, part)),
  bytesOfPlain(instruction),
  ...instruction.words.map(word),
];

const keyOf = ({ buffer, offset, strides }: View): string => `${buffer.address} ${offset} ${strides}`;

/** A function to write: where its numbers come from and go to, as slots or addresses. */
interface Micro {
  fn: keyof typeof FUNCTIONS;
  to: Place;
  from: Place[];
  numbers: readonly number[];
  view: View | null;
}

/** A slot of a group, or an array that lies as the result does. */
type Place = { slot: number } | { address: number };

/** Slots that are free again. */
class Slots {
  readonly #free: number[] = [];
  count = 0;

  take(): number {
    return this.#free.pop() ?? this.count++;
  }

  give(slot: number): void {
    this.#free.push(slot);
  }
}

/** The functions of a group in slots: of scalars first, then of what is strided and of results within. */
class GroupWriter {
  readonly slots = new Slots();
  readonly scalars: { address: number; slot: number }[] = [];
  readonly micros: Micro[] = [];
  readonly #ofScalar = new Map<string, number>();
  readonly #held = new Map<string | Buffer, number>();
  readonly #last = new Map<string | Buffer, number>();
  readonly #inner: ReadonlySet<Buffer>;

  constructor({ members }: Group, inner: ReadonlySet<Buffer>) {
    this.#inner = inner;
    for (const [i, { inputs }] of members.entries())
      for (const { view, as } of inputs) if (as !== 'scalar') this.#last.set(as === 'strided' ? keyOf(view) : view.buffer, i);
    for (const { inputs } of members) for (const { view, as } of inputs) if (as === 'scalar') this.#scalar(view);
    for (const [i, member] of members.entries()) this.#member(member, i);
  }

  #scalar({ buffer, offset }: View): number {
    const address = word({ buffer, offset: 4 * offset });
    const slot = this.#ofScalar.get(String(address)) ?? this.slots.take();
    if (!this.#ofScalar.has(String(address))) this.scalars.push({ address, slot });
    this.#ofScalar.set(String(address), slot);
    return slot;
  }

  #member({ fn, inputs, numbers, result }: Elementwise, i: number): void {
    const [only] = inputs;
    // A copy of a strided array is its load.
    const loads = fn === 'copy' && only.as === 'strided';
    const from = loads ? [] : inputs.map(({ view, as }) => this.#from(view, as));
    for (const key of new Set(inputs.map(({ view, as }) => (as === 'strided' ? keyOf(view) : view.buffer)))) {
      const held = this.#held.get(key);
      if (held === undefined || this.#last.get(key) !== i) continue;
      this.slots.give(held);
      this.#held.delete(key);
    }
    const to = this.#inner.has(result) ? { slot: this.#hold(result) } : { address: word({ buffer: result, offset: 0 }) };
    this.micros.push({ fn: loads ? 'load' : fn, to, from, numbers, view: loads ? only.view : null });
  }

  #from(view: View, as: 'packed' | 'scalar' | 'strided'): Place {
    if (as === 'scalar') return { slot: this.#scalar(view) };
    if (as === 'packed') {
      const held = this.#held.get(view.buffer);
      return held === undefined ? { address: word({ buffer: view.buffer, offset: 4 * view.offset }) } : { slot: held };
    }
    const held = this.#held.get(keyOf(view));
    if (held !== undefined) return { slot: held };
    const slot = this.#hold(keyOf(view));
    this.micros.push({ fn: 'load', to: { slot }, from: [], numbers: [], view });
    return { slot };
  }

  #hold(key: string | Buffer): number {
    const slot = this.slots.take();
    this.#held.set(key, slot);
    return slot;
  }
}

/** Where the words of a program will lie. */
export interface EncodePlaces {
  program: number;
  /** Blocks of the first thread, and bytes of those of a thread. */
  slots: number;
  slotBytes: number;
  /** Operations of a part of an instruction. */
  part: number;
}

const NOWHERE: EncodePlaces = { program: 0, slots: 0, slotBytes: 0, part: PART };

/** Writes the instructions of a step whose buffers have their places. */
export function encode(
  scheduled: readonly Scheduled[],
  inner: ReadonlySet<Buffer>,
  { program, slots, slotBytes, part }: EncodePlaces = NOWHERE,
): Encoded {
  const words: number[] = [];
  const descriptions: number[] = [];
  /** Words that are to hold the address of a description. */
  const open: { at: number; description: number }[] = [];
  const hosts: Encoded['hosts'] = [];
  let most = 0;
  const group = (item: Group): void => {
    const writer = new GroupWriter(item, inner);
    most = Math.max(most, writer.slots.count);
    const { micros, scalars } = writer;
    const bytes = 4 * (6 + 2 * scalars.length + RECORDED.FUNCTION_WORDS * micros.length);
    words.push(head('elementwise', partsOf(item, part)), bytes, item.size, micros.length, scalars.length, slotBytes);
    for (const { address, slot } of scalars) words.push(address, slots + slot * SLOT);
    const pair = (place: Place | undefined): number[] => {
      if (!place) return [0, 0];
      return 'slot' in place ? [slots + place.slot * SLOT, 0] : [place.address, 4];
    };
    for (const { fn, to, from, numbers, view } of micros) {
      const address = view ? [word({ buffer: view.buffer, offset: 4 * view.offset }), 0] : pair(from[0]);
      words.push(FUNCTIONS[fn], ...pair(to), ...address, ...pair(from[1]), ...pair(from[2]), bitsOf(numbers[0] ?? 0), bitsOf(numbers[1] ?? 0), 0);
      if (!view) continue;
      const { shape, strides } = collapsed(view);
      open.push({ at: words.length - 1, description: descriptions.length });
      descriptions.push(shape.length, ...shape, ...strides.map((stride) => 4 * stride));
    }
  };
  for (const item of scheduled) {
    if (item.kind === 'group') group(item);
    else if (item.kind === 'host') hosts.push({ after: words.length, compute: item.compute });
    else words.push(...plain(item, part));
  }
  for (const { at, description } of open) words[at] = program + 4 * (words.length + description);
  const operations = scheduled.reduce((sum, item) => sum + operationsOf(item), 0);
  return { words: Int32Array.from([...words, ...descriptions]), length: words.length, hosts, slots: most, operations };
}
