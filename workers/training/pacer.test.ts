import { describe, expect, it } from 'vitest';
import { restsTaken } from '../data/message-turn';
import { nextTask } from '../methods/shared/next-task';
import { Pacer, RunCancelled } from './pacer';

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('Pacer', () => {
  it('lets messages in while it is breathed', async () => {
    const pacer = new Pacer(0);
    let timerRan = false;
    setTimeout(() => {
      timerRan = true;
    }, 0);
    for (let i = 0; i < 10_000 && !timerRan; i++) await pacer.breathe();
    pacer.close();
    expect(timerRan).toBe(true);
  });

  it('tells by its rests that the work goes on, and so does work without a pacer', async () => {
    const pacer = new Pacer(0);
    const before = restsTaken();
    for (let piece = 0; piece < 3; piece++) await pacer.breathe();
    expect(restsTaken()).toBe(before + 3);
    // Between two rests nothing is counted, and none while the run waits.
    pacer.pause();
    const waiting = pacer.breathe();
    await settle();
    const paused = restsTaken();
    await settle();
    expect(restsTaken()).toBe(paused);
    await nextTask();
    expect(restsTaken()).toBe(paused + 1);
    pacer.resume();
    await waiting;
    pacer.close();
  });

  it('waits while paused and goes on after resume', async () => {
    const changes: boolean[] = [];
    const pacer = new Pacer(0, (paused) => changes.push(paused));
    pacer.pause();
    let passed = false;
    const waiting = pacer.breathe().then(() => {
      passed = true;
    });
    await settle();
    expect(passed).toBe(false);
    pacer.resume();
    await waiting;
    expect(passed).toBe(true);
    expect(changes).toEqual([true, false]);
    expect(pacer.pausedMilliseconds).toBeGreaterThan(5);
    pacer.close();
  });

  it('throws in a cancelled run, also one that was paused', async () => {
    const pacer = new Pacer(0);
    pacer.pause();
    const waiting = pacer.breathe();
    pacer.cancel();
    await expect(waiting).rejects.toBeInstanceOf(RunCancelled);
    await expect(pacer.breathe()).rejects.toBeInstanceOf(RunCancelled);
    pacer.close();
  });

  it('slows rounds down, and a stop ends the wait', async () => {
    const pacer = new Pacer(0);
    pacer.setRoundMilliseconds(40);
    await pacer.endRound();
    const started = performance.now();
    await pacer.endRound();
    expect(performance.now() - started).toBeGreaterThan(35);
    expect(pacer.pausedMilliseconds).toBeGreaterThan(30);
    pacer.setRoundMilliseconds(60_000);
    setTimeout(() => pacer.stop(), 10);
    // Within the time of a test, which a minute is not.
    await pacer.endRound();
    pacer.close();
  });

  it('does what is asked for between two pieces, in turn, in a pause and at the end', async () => {
    const pacer = new Pacer(0);
    const done: string[] = [];
    const aside = (name: string) => pacer.aside(async () => void done.push(name));
    const [first, second] = [aside('first'), aside('second')];
    await pacer.breathe();
    expect(done).toEqual(['first', 'second']);
    await Promise.all([first, second]);
    pacer.pause();
    const waiting = pacer.breathe();
    // However soon one is asked for after another, it is done while the run waits.
    for (let turns = 0; turns < 12; turns++) {
      await aside('before');
      for (let turn = 0; turn < turns; turn++) await null;
      await aside(`after ${turns}`);
    }
    expect(done.at(-1)).toBe('after 11');
    pacer.resume();
    await waiting;
    const last = aside('last');
    await pacer.close();
    await last;
    expect(done.at(-1)).toBe('last');
  });

  it('opens a pause when stopped', async () => {
    const pacer = new Pacer(0);
    pacer.pause();
    const waiting = pacer.breathe();
    pacer.stop();
    await waiting;
    expect(pacer.stopped).toBe(true);
    pacer.close();
  });
});
