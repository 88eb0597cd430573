import { describe, expect, it } from 'vitest';
import { epochWindows, windowsAnEpoch } from './epoch';
import { placeOf, type Series, startsOf, windowResponses, windowsOf, windowValues } from './series';

/** Two series of ten steps: value 10 f + t, target 100 + t, a clock of −t. */
function series(given: Partial<Series>): Series {
  const steps = 10;
  return {
    task: 'next-step',
    steps,
    length: 3,
    outputs: 3,
    names: ['a', 'b'],
    values: Float32Array.from({ length: 2 * steps }, (_, i) => i),
    scales: null,
    clock: [Float32Array.from({ length: steps }, (_, t) => -t)],
    target: Float32Array.from({ length: steps }, (_, t) => 100 + t),
    known: Uint8Array.of(1, 1),
    innovationVariance: null,
    times: null,
    ...given,
  };
}

describe('windows of series', () => {
  it('next-step: the values one step on are asked for', () => {
    const data = series({});
    // Starts 0 … 6: the last window of a series needs the value after it.
    expect([startsOf(data), windowsOf(data)]).toEqual([7, 14]);
    expect(placeOf(data, 13)).toEqual({ series: 1, start: 6 });
    expect([...windowValues(data, Uint32Array.of(13))]).toEqual([16, -6, 17, -7, 18, -8]);
    expect([...windowResponses(data, Uint32Array.of(0, 13))]).toEqual([1, 2, 3, 17, 18, 19]);
  });

  it('regression: the target at the steps of the window', () => {
    const data = series({ task: 'regression' });
    expect([startsOf(data), windowsOf(data)]).toEqual([8, 16]);
    expect([...windowResponses(data, Uint32Array.of(8, 15))]).toEqual([100, 101, 102, 107, 108, 109]);
  });

  it('forecast: the target, all other series, and the next two steps', () => {
    const data = series({ task: 'forecast', outputs: 2, clock: [] });
    expect([startsOf(data), windowsOf(data)]).toEqual([6, 6]);
    expect([...windowValues(data, Uint32Array.of(5))]).toEqual([105, 5, 15, 106, 6, 16, 107, 7, 17]);
    expect([...windowResponses(data, Uint32Array.of(5))]).toEqual([108, 109]);
  });

  it('an epoch draws as many windows a series as stand side by side, anew, the same for a seed', () => {
    const data = series({ steps: 100, values: new Float32Array(200) });
    // Series a may start at 0 … 59, series b at 20 … 24.
    const rows = Uint32Array.from([...Array(60).keys(), ...[20, 21, 22, 23, 24].map((start) => startsOf(data) + start)]);
    const [first, again, second] = [1, 1, 2].map((epoch) => epochWindows(data, rows, 7, epoch));
    expect(windowsAnEpoch(data, rows)).toBe(22);
    expect(first).toHaveLength(22);
    expect(first.filter((row) => row < startsOf(data))).toHaveLength(20);
    expect([...first].every((row) => rows.includes(row))).toBe(true);
    expect([...again]).toEqual([...first]);
    expect([...second].sort()).not.toEqual([...first].sort());
    // Starts are spread over all phases, not multiples of the window.
    const phases = new Set(Array.from({ length: 20 }, (_, epoch) => [...epochWindows(data, rows, 7, epoch)].map((row) => row % 3)).flat());
    expect(phases.size).toBe(3);
  });

  it('an epoch of a forecast is every window in a new order', () => {
    const data = series({ task: 'forecast', outputs: 1 });
    const rows = Uint32Array.of(0, 1, 2, 3, 4);
    expect(windowsAnEpoch(data, rows)).toBe(5);
    expect([...epochWindows(data, rows, 1, 1)].sort()).toEqual([0, 1, 2, 3, 4]);
  });
});
