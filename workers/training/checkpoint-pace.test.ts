import { expect, it } from 'vitest';
import { CheckpointPace } from './checkpoint-pace';

it('a run is saved after 10 epochs or 10 seconds, first after a second, then every four, and for a twentieth of its time', () => {
  let time = 0;
  const pace = new CheckpointPace(() => time);
  const dueAt = (milliseconds: number, epoch: number): boolean => {
    time = milliseconds;
    return pace.due(epoch);
  };
  expect([dueAt(999, 50), dueAt(1000, 9), dueAt(1000, 10)]).toEqual([false, false, true]);
  pace.taken(10, 0);
  expect([dueAt(4_999, 30), dueAt(5_000, 30), dueAt(10_999, 11), dueAt(11_000, 11)]).toEqual([false, true, false, true]);
  // It took two seconds: the next one comes after forty.
  pace.taken(11, 2000);
  expect([dueAt(50_999, 99), dueAt(51_000, 11)]).toEqual([false, true]);
  // The next method of a run that trains one after another begins from its first epoch.
  pace.taken(97, 0);
  expect([dueAt(54_999, 1), dueAt(55_000, 1)]).toEqual([false, true]);
});
