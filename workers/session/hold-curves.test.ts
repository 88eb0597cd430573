import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../training/run';
import { holdCurves } from './hold-curves';

const curves = (method: string, from: number, ...values: number[]): RunEvent => {
  const floats = () => Float32Array.from(values);
  return { type: 'curves', from, curves: { method, training: floats(), objective: floats(), predictive: floats() } };
};
const status = { type: 'status', status: 'running', preparing: null, error: null } as const satisfies RunEvent;

describe('holdCurves', () => {
  it('joins the epochs of a method and sends them before the next event of another kind', () => {
    const sent: RunEvent[] = [];
    const emit = holdCurves((event) => sent.push(event));
    emit(curves('a', 0, 5));
    emit(curves('b', 0, 9));
    emit(curves('a', 1, 4, 3));
    expect(sent).toEqual([]);
    emit(status);
    expect(sent).toEqual([curves('a', 0, 5, 4, 3), curves('b', 0, 9), status]);
  });

  it('sends nothing twice', () => {
    const sent: RunEvent[] = [];
    const emit = holdCurves((event) => sent.push(event));
    emit(curves('a', 0, 5));
    emit(status);
    emit(status);
    emit(curves('a', 1, 4));
    emit(status);
    expect(sent).toEqual([curves('a', 0, 5), status, status, curves('a', 1, 4), status]);
  });
});
