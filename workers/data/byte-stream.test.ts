import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signsIn } from './byte-stream';

test('zero bytes, returns and bytes that are no ASCII are seen wherever they stand, and nothing else is taken for them', () => {
  const byte = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(1, 9, 10, 12, 14, 65, 0x7f) }, fc.constantFrom(0, 13, 0x80, 0x8d, 0xff));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 40 }), fc.integer({ min: 0, max: 3 }), (all, from) => {
      const bytes = Uint8Array.from(all).subarray(from);
      const expected = (bytes.includes(0) ? 1 : 0) | (bytes.some((one) => one >= 0x80) ? 2 : 0) | (bytes.includes(13) ? 4 : 0);
      expect(signsIn(bytes)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});
