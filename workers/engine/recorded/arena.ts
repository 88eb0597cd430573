import { align, type Regions } from '../wasm/memory';
import type { Buffer } from './arrays';
import type { Group, Scheduled } from './fuse';

/** Bytes of a buffer: vectors of four may be read and written beyond its last number. */
export const bytesOf = ({ size }: Buffer): number => 4 * size + 16;

export const take = (regions: Regions, buffer: Buffer): void => {
  buffer.address = regions.take(Math.ceil(bytesOf(buffer) / 4));
};

/** When a buffer is needed. */
export interface Life {
  buffer: Buffer;
  first: number;
  last: number;
}

/**
 * Results of a group that nothing but the group takes, number by number: they need no memory of their own.
 */
export function innerResults(scheduled: readonly Scheduled[], wanted: ReadonlySet<Buffer>): Set<Buffer> {
  const inner = new Map<Buffer, Group>();
  for (const item of scheduled) if (item.kind === 'group') for (const { result } of item.members) if (!wanted.has(result)) inner.set(result, item);
  for (const item of scheduled) {
    if (item.kind !== 'group') for (const buffer of item.reads) inner.delete(buffer);
    else
      for (const { inputs } of item.members)
        for (const { view, as } of inputs) if (as !== 'packed' || inner.get(view.buffer) !== item) inner.delete(view.buffer);
  }
  return new Set(inner.keys());
}

/** From the first instruction that writes a buffer without a place to the last that takes it. */
export function lives(scheduled: readonly Scheduled[], wanted: ReadonlySet<Buffer>, inner: ReadonlySet<Buffer>): Life[] {
  const found = new Map<Buffer, Life>();
  const seen = (buffer: Buffer, place: number): void => {
    if (buffer.address >= 0 || inner.has(buffer)) return;
    const life = found.get(buffer) ?? { buffer, first: place, last: place };
    life.last = wanted.has(buffer) ? scheduled.length : place;
    found.set(buffer, life);
  };
  for (const [place, item] of scheduled.entries()) {
    const buffers =
      item.kind !== 'group'
        ? [...item.reads, ...item.writes]
        : item.members.flatMap(({ inputs, result }) => [...inputs.map(({ view }) => view.buffer), result]);
    for (const buffer of buffers) seen(buffer, place);
  }
  return [...found.values()];
}

/** Where so many bytes lie, by buffer, from where they begin. */
export interface Arranged {
  from: Map<Buffer, number>;
  bytes: number;
}

/** Arranges buffers, the largest first, each where none lies that is needed at the same time. */
export function arrange(found: readonly Life[]): Arranged {
  const placed: (Life & { from: number; end: number })[] = [];
  let top = 0;
  for (const life of found.toSorted((a, b) => b.buffer.size - a.buffer.size)) {
    const others = placed.filter(({ first, last }) => first <= life.last && life.first <= last).sort((a, b) => a.from - b.from);
    const bytes = bytesOf(life.buffer);
    let from = 0;
    for (const other of others) {
      if (from + bytes <= other.from) break;
      from = Math.max(from, align(other.end, 64));
    }
    placed.push({ ...life, from, end: from + bytes });
    top = Math.max(top, from + bytes);
  }
  return { from: new Map(placed.map(({ buffer, from }) => [buffer, from])), bytes: top };
}
