import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExperimentSpec, experimentSchema } from './experiment';
import { ABOUTS } from './methods';
import { DEFAULT_PRESET, PRESETS } from './presets';
import { decodeSpec, encodeSpec } from './share';

const seed = fc.integer({ min: 0, max: 4_294_967_295 });

/** Any valid spec over simulated data and over a person's table. */
const specs: fc.Arbitrary<ExperimentSpec> = fc
  .record({
    dataset: fc.oneof(
      fc.record({
        kind: fc.constant('simulated' as const),
        task: fc.constantFrom('regression' as const, 'binary' as const),
        levels: fc.array(fc.integer({ min: 2, max: 1_000_000 }), { minLength: 1, maxLength: 3 }),
        trainRows: fc.integer({ min: 20, max: 1_000_000 }),
        testRows: fc.integer({ min: 10, max: 1_000_000 }),
        noiseVariance: fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0),
        split: fc.constantFrom('rows' as const, 'by-level' as const),
        splitFeature: fc.option(fc.integer({ min: 1, max: 3 })),
      }),
      fc.record({
        kind: fc.constant('growth' as const),
        levels: fc.integer({ min: 2, max: 1_000_000 }).map((q) => [q]),
        trainRows: fc.integer({ min: 20, max: 1_000_000 }),
        testRows: fc.integer({ min: 10, max: 1_000_000 }),
        floor: fc.boolean(),
      }),
      fc.record({
        kind: fc.constantFrom('collaborative' as const, 'lmmnn' as const),
        task: fc.constantFrom('regression' as const, 'binary' as const),
        levels: fc.array(fc.integer({ min: 2, max: 1_000_000 }), { minLength: 2, maxLength: 2 }),
        trainRows: fc.integer({ min: 20, max: 1_000_000 }),
        testRows: fc.integer({ min: 10, max: 1_000_000 }),
        validation: fc.constantFrom('rows' as const, 'by-level' as const),
      }),
      fc.record({
        kind: fc.constant('table' as const),
        name: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((name) => name.length <= 200),
        fingerprint: fc.constant('0123456789abcdef'),
        task: fc.constant('regression' as const),
        columns: fc.array(
          fc.record({ name: fc.string({ minLength: 1, unit: 'grapheme' }), role: fc.constantFrom('target' as const, 'numeric' as const) }),
          {
            minLength: 2,
            maxLength: 8,
          },
        ),
      }),
    ),
    methods: fc.subarray(
      ABOUTS.map(({ id }) => ({ id })),
      { minLength: 1 },
    ),
    training: fc.record({
      epochs: fc.integer({ min: 1, max: 10_000 }),
      patience: fc.option(fc.integer({ min: 1, max: 10_000 })),
      restoreBest: fc.boolean(),
    }),
    seeds: fc.record({ data: seed, split: seed, weights: seed }),
  })
  .map((input) => experimentSchema.parse(JSON.parse(JSON.stringify(input))));

const base64Url = (text: string): string => Buffer.from(text).toString('base64url');

describe('share links', () => {
  it('hold any spec and give it back exactly', async () => {
    await fc.assert(
      fc.asyncProperty(specs, async (spec) => {
        const text = await encodeSpec(spec);
        expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(await decodeSpec(text)).toEqual({ ok: true, spec });
      }),
      { numRuns: 60 },
    );
  });

  it('stay short for every preset', async () => {
    for (const spec of PRESETS.values()) expect((await encodeSpec(spec)).length).toBeLessThan(1_200);
  });

  it('also read plain JSON', async () => {
    expect(await decodeSpec(base64Url(JSON.stringify(DEFAULT_PRESET)))).toEqual({ ok: true, spec: DEFAULT_PRESET });
  });

  it('refuse any other text without throwing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        const decoded = await decodeSpec(text);
        expect(decoded.ok).toBe(false);
      }),
    );
  });

  it('name the field that is wrong', async () => {
    const wrong = structuredClone(DEFAULT_PRESET) as { dataset: { levels?: number[] } };
    wrong.dataset.levels = [2_000_000];
    const decoded = await decodeSpec(base64Url(JSON.stringify(wrong)));
    expect(decoded).toMatchObject({ ok: false, error: { code: 'link-invalid' } });
    if (!decoded.ok) expect(decoded.error.message).toContain('at most 1,000,000 levels at dataset.levels.0');
  });

  it('refuse a megabyte before it is unpacked, and another version by name', async () => {
    // Nothing that could be unpacked, which would be told in other words.
    const long = await decodeSpec('A'.repeat(1_000_000));
    expect(long).toMatchObject({ ok: false, error: { code: 'link-too-long', message: expect.stringContaining('1,000,000 characters') } });
    for (const version of [0, 2, '1']) {
      const decoded = await decodeSpec(base64Url(JSON.stringify({ ...DEFAULT_PRESET, version })));
      expect(decoded).toMatchObject({
        ok: false,
        error: { code: 'link-version', message: expect.stringContaining(`of version ${JSON.stringify(version)},`) },
      });
    }
    const missing = await decodeSpec(base64Url('{"version":1}'));
    expect(missing).toMatchObject({ ok: false, error: { message: expect.stringMatching(/is missing at \w+\.$/) } });
  });

  it('refuse a link that was cut off', async () => {
    const text = await encodeSpec(DEFAULT_PRESET);
    expect(await decodeSpec(text.slice(0, text.length / 2))).toMatchObject({ ok: false, error: { code: 'link-unreadable' } });
  });
});
