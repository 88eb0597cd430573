import { expect, it, vi } from 'vitest';
import { LateRoom } from './late-room';

it('a room is loaded once, when it is asked for; one that did not come is asked for again', async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('away')).mockResolvedValue('there');
  const room = new LateRoom(load);
  const closed: string[] = [];
  room.ifOpen((there) => closed.push(there));
  expect(load).not.toHaveBeenCalled();
  const first = room.open();
  // Whoever closes it has nothing to close, and no error of its own.
  room.ifOpen((there) => closed.push(there));
  await expect(first).rejects.toThrow('away');
  expect(await room.open()).toBe('there');
  expect(await room.open()).toBe('there');
  expect(load).toHaveBeenCalledTimes(2);
  room.ifOpen((there) => closed.push(there));
  await vi.waitFor(() => expect(closed).toEqual(['there']));
});
