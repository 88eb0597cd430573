import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { pack, unpack } from './pack';

const VALUE = {
  text: 'città "x"',
  numbers: [1.5, -0, Number.NaN, Number.POSITIVE_INFINITY, null, true],
  arrays: { a: Float32Array.of(1, 2, Number.NaN), b: Float64Array.of(Math.PI), c: Uint8Array.of(1, 2, 3), d: new Int32Array(0) },
  map: new Map<string, unknown>([
    ['decoder/dense0/kernel', Float32Array.of(0.1)],
    ['__proto__', { $deep: 1 }],
  ]),
};

describe('plain data in one buffer', () => {
  it('comes back as it was, with views into larger buffers and negative zero', () => {
    const view = new Uint32Array(Uint32Array.of(1, 2, 3, 4).buffer, 4, 2);
    const back = unpack(pack({ ...VALUE, view }));
    expect(back).toEqual({ ...VALUE, view: Uint32Array.of(2, 3) });
    expect(Object.is((back as typeof VALUE).numbers[1], -0)).toBe(true);
  });

  it('refuses what is no plain data', () => {
    expect(() => pack({ f: () => 1 })).toThrow('function');
    expect(() => pack(new Date())).toThrow('object');
  });

  it('every cut and every changed byte is refused in words, at once', () => {
    const whole = pack(VALUE);
    const random = new RandomStream(1, 'damage');
    for (let i = 0; i < 500; i++) {
      const copy = new Uint8Array(whole.slice(0));
      copy[random.integer(copy.length)] ^= 1 + random.integer(255);
      expect(() => unpack(copy.buffer)).toThrow(/cannot be read|newer version/);
      expect(() => unpack(whole.slice(0, random.integer(whole.byteLength)))).toThrow('cannot be read');
    }
    expect(() => unpack(new ArrayBuffer(0))).toThrow('cannot be read');
  });

  it('of a later version is left alone', () => {
    const later = new Uint32Array(pack(VALUE));
    later[1] = 2;
    expect(() => unpack(later.buffer)).toThrow('A newer version of the lab');
  });
});
