import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HandIn, handInCode, handInSchema, readCode, readHandIns } from './hand-in';

const key = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
/** −0 becomes 0 in JSON. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const point = fc.tuple(number, number);
const answer = fc.oneof(
  fc.record({ kind: fc.constant('sketch' as const), curves: fc.dictionary(key, fc.array(point, { minLength: 2, maxLength: 20 }), { maxKeys: 3 }) }),
  fc.record({ kind: fc.constant('number' as const), value: number }),
  fc.record({ kind: fc.constant('rank' as const), order: fc.array(key, { minLength: 2, maxLength: 6 }) }),
  fc.record({ kind: fc.constant('choice' as const), chosen: key }),
  fc.record({ kind: fc.constant('mark' as const), marks: fc.dictionary(key, point, { maxKeys: 4 }) }),
);
const anyHandIn: fc.Arbitrary<HandIn> = fc.record({
  kind: fc.constant('mmbeddings-lab/hand-in' as const),
  version: fc.constant(1 as const),
  lesson: key,
  hash: fc.constant('0123456789abcdef'),
  name: fc.string({ maxLength: 30, unit: 'binary' }),
  answers: fc.dictionary(key, answer, { maxKeys: 7 }),
  numbers: fc.array(fc.record({ label: fc.string({ maxLength: 40 }), value: number }), { maxLength: 5 }),
  again: fc.option(fc.record({ seed: fc.nat(), held: fc.boolean() })),
});
/** As it comes through JSON: objects without prototype become plain ones. */
const plain = (handIn: HandIn): HandIn => JSON.parse(JSON.stringify(handIn)) as HandIn;

const EXAMPLE: HandIn = handInSchema.parse({
  kind: 'mmbeddings-lab/hand-in',
  version: 1,
  lesson: 'memorise',
  hash: '0123456789abcdef',
  name: 'Ada',
  answers: { look: { kind: 'number', value: 9 } },
  numbers: [{ label: 'MSE', value: 0.5 }],
  again: null,
});

describe('the code of a hand-in', () => {
  it('comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(anyHandIn, async (handIn) => {
        expect(await readCode(await handInCode(handIn), 'x')).toEqual({ ok: true, source: 'x', handIn: plain(handIn) });
      }),
      { numRuns: 60 },
    );
  });

  it('is refused after any one change', async () => {
    const code = await handInCode(EXAMPLE);
    await fc.assert(
      fc.asyncProperty(fc.nat(code.length - 1), fc.constantFrom('', 'A', '9', '-', '!'), async (place, other) => {
        const changed = code.slice(0, place) + other + code.slice(place + 1);
        fc.pre(changed !== code);
        expect(await readCode(changed, 'x')).toMatchObject({ ok: false });
      }),
      { numRuns: 200 },
    );
  });

  it('is one word of a few hundred characters', async () => {
    const code = await handInCode(EXAMPLE);
    expect(code).toMatch(/^MML1-[\w-]+-[0-9a-f]{6}$/);
    expect(code.length).toBeLessThan(300);
  });
});

describe('readHandIns', () => {
  it('reads a file, and many codes with words around them, broken into lines', async () => {
    expect(await readHandIns(JSON.stringify(EXAMPLE), 'ada.json')).toEqual([{ ok: true, source: 'ada.json', handIn: EXAMPLE }]);
    const code = await handInCode(EXAMPLE);
    const broken = `${code.slice(0, 40)}\n${code.slice(40, 90)}\n${code.slice(90)}`;
    const read = await readHandIns(`Dear teacher,\n${broken}\n\n${code} ${code}\nYours, Ada`, 'pasted');
    expect(read.map((one) => [one.ok, one.source])).toEqual([
      [true, 'pasted, code 1'],
      [true, 'pasted, code 2'],
      [true, 'pasted, code 3'],
    ]);
  });

  it('refuses by name what is none', async () => {
    const problem = async (text: string) => {
      const [one] = await readHandIns(text, 'a.txt');
      return one.ok ? null : `${one.source} ${one.problem}`;
    };
    expect(await problem('')).toBe('a.txt is empty.');
    expect(await problem('{"a":')).toBe('a.txt is no JSON that can be read: it is cut off or was changed.');
    expect(await problem('{"a":1}')).toBe('a.txt is no hand-in of a lesson.');
    expect(await problem(JSON.stringify({ ...EXAMPLE, version: 2 }))).toContain('version 2');
    expect(await problem(JSON.stringify({ ...EXAMPLE, name: 7 }))).toContain('at “name” that cannot be read: must be string, not number.');
    expect(await problem(JSON.stringify({ ...EXAMPLE, 'a\u202Eb': 7 }))).toMatch(/^a\.txt cannot be read: [^\u202e]*"ab"\.$/);
    expect(await problem('hello')).toContain('codes begin with MML1');
    const code = await handInCode(EXAMPLE);
    expect(await problem(code.slice(0, 50))).toContain('cut off');
  });

  it('never rejects, whatever it is given', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `MML1-${text}`),
          fc.json(),
        ),
        async (text) => {
          for (const one of await readHandIns(text, 'x')) if (one.ok) expect(handInSchema.parse(one.handIn)).toEqual(one.handIn);
        },
      ),
      { numRuns: 100 },
    );
  });
});
