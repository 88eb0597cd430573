import { describe, expect, it } from 'vitest';
import { eventBuffers } from './transfer';

describe('eventBuffers', () => {
  it('gives away whole buffers once and copies views', () => {
    const shared = new Float32Array(4);
    const view = new Float32Array(8).subarray(0, 4);
    const buffers = eventBuffers({
      type: 'curves',
      run: 1,
      from: 0,
      curves: { method: 'ignore', predictive: shared, objective: shared, training: view },
    });
    expect(buffers).toEqual([shared.buffer]);
  });
  it('gives nothing away for events without arrays', () => {
    expect(eventBuffers({ type: 'status', run: 1, status: 'running', preparing: null, error: null })).toEqual([]);
  });
});
