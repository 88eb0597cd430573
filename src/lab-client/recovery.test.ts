import { describe, expect, it } from 'vitest';
import { below, gaveUp, Recovery } from './recovery';

const checkpoint = (epoch: number) => ({ bytes: new ArrayBuffer(8), epoch, startOver: [], over: false });

describe('what becomes of a run whose engine fails', () => {
  it('once as it was, twice one rung down, the third time in a row it stops', () => {
    const recovery = new Recovery();
    expect([12, 12, 12].map((epoch) => recovery.failed(epoch))).toEqual(['same', 'below', 'stop']);
    recovery.begin();
    expect([12, 11, 5].map((epoch) => recovery.failed(epoch))).toEqual(['same', 'below', 'stop']);
  });

  it('a run that gets further than where it failed can fail any number of times', () => {
    const recovery = new Recovery();
    for (let epoch = 0; epoch < 40; epoch += 2) expect(recovery.failed(epoch)).toBe('same');
  });

  it('the last two checkpoints are kept, and the one before counts where the newest is damaged', () => {
    const recovery = new Recovery();
    for (const epoch of [10, 20, 30]) recovery.take(checkpoint(epoch));
    expect(recovery.newest?.epoch).toBe(30);
    recovery.drop();
    expect(recovery.newest?.epoch).toBe(20);
    recovery.drop();
    expect(recovery.newest).toBeNull();
  });

  it('a method without memory is left out of its run, and is in the next again', () => {
    const recovery = new Recovery();
    recovery.leaveOut('gp', { code: 'method-exhausted', message: 'No memory is left', hint: 'Take fewer levels.' });
    expect([...recovery.left]).toEqual([['gp', 'No memory is left. Take fewer levels.']]);
    recovery.begin();
    expect(recovery.left.size).toBe(0);
  });

  it('the ladder ends at plain JavaScript, and giving up says what to do', () => {
    expect([below('webgpu'), below('wasm'), below('cpu')]).toEqual(['wasm', 'cpu', 'cpu']);
    expect(gaveUp({ code: 'engine-hung', message: 'The engine stopped answering', hint: '' }, 7).message).toBe(
      'The engine failed three times in a row at epoch 7. The engine stopped answering.',
    );
  });
});
