import { describe, expect, it } from 'vitest';
import { ProgressMeter } from './progress';

describe('ProgressMeter', () => {
  it('measures rows per second and the seconds left without pauses', () => {
    let now = 0;
    const meter = new ProgressMeter(() => now);
    meter.start();
    for (let epoch = 0; epoch < 4; epoch++) {
      meter.turn(0);
      meter.rows(1000);
      now += 500;
      meter.epoch('a', 0);
    }
    const progress = meter.read(4, 10, [{ id: 'a', epochs: 6 }], 0);
    expect(progress.rowsPerSecond).toBeCloseTo(2000);
    expect(progress.secondsLeft).toBeCloseTo(3);
    expect(progress.elapsedSeconds).toBeCloseTo(2);
    // A pause of ten seconds changes neither the time an epoch takes nor the time elapsed.
    meter.turn(0);
    now += 10_500;
    meter.epoch('a', 10_000);
    const later = meter.read(5, 10, [{ id: 'a', epochs: 5 }], 10_000);
    expect(later.secondsLeft).toBeCloseTo(2.5);
    expect(later.elapsedSeconds).toBeCloseTo(2.5);
  });

  it('does not know the time left before every method has had a turn', () => {
    const meter = new ProgressMeter(() => 0);
    meter.start();
    expect(meter.read(0, 10, [{ id: 'a', epochs: 10 }], 0).secondsLeft).toBeNull();
  });
});
