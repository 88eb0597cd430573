import type { Lane } from '../../workers/protocol';
import { bytes } from '../text/numbers';

/**
 * '39 MB, 40 MB told': what the plans of a run hold in WebAssembly, as far as that was measured,
 * next to what was told of the same methods. Null where none was.
 */
export function heldWords(told: readonly { id: string; bytes: number }[], lanes: readonly Pick<Lane, 'method' | 'engine'>[]): string | null {
  const held = new Map(lanes.flatMap(({ method, engine }): [string, number][] => (engine?.bytes === undefined ? [] : [[method, engine.bytes]])));
  const measured = told.filter(({ id }) => held.has(id));
  if (measured.length === 0) return null;
  const sum = (of: (id: string, bytes: number) => number): number => measured.reduce((total, { id, bytes }) => total + of(id, bytes), 0);
  return `${bytes(sum((id) => held.get(id) ?? 0))}, ${bytes(sum((_, own) => own))} told`;
}
