import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTROL_IDS } from './controls';
import { decodeView, encodeView } from './link';
import { PACES } from './paces';
import { type PageView, PLAIN_VIEW, pageViewSchema, TEXT_SIZES } from './page-view';
import { PANEL_IDS } from './panels';

const LESSONS = { memorise: 5 };

const views: fc.Arbitrary<PageView> = fc
  .record(
    {
      panels: fc.subarray([...PANEL_IDS]),
      controls: fc.dictionary(fc.constantFrom(...CONTROL_IDS), fc.constantFrom('locked' as const, 'hidden' as const)),
      pace: fc.constantFrom(null, ...PACES),
      textSize: fc.constantFrom(...TEXT_SIZES),
      results: fc.boolean(),
    },
    { requiredKeys: ['controls', 'pace', 'textSize', 'results'] },
  )
  .chain((view) =>
    fc.oneof(
      fc.constant(view as PageView),
      fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).map((steps): PageView => {
        const [from, to] = steps.sort((a, b) => a - b);
        return { ...(view as PageView), lesson: 'memorise', steps: [from, to] };
      }),
    ),
  );

const base64Url = (text: string): string => Buffer.from(text).toString('base64url');

describe('a view in a link', () => {
  it('comes back as it was, and nothing is said of it', async () => {
    await fc.assert(
      fc.asyncProperty(views, async (view) => {
        const text = await encodeView(view);
        expect(text).toMatch(/^[A-Za-z0-9_-]*$/);
        const read = text === '' ? { view: PLAIN_VIEW, said: [], readable: true } : await decodeView(text, LESSONS);
        expect(read).toEqual({ view: pageViewSchema.parse(view), said: [], readable: true });
      }),
    );
  });

  it('is empty for the plain page, and short', async () => {
    expect(await encodeView(PLAIN_VIEW)).toBe('');
    const all = Object.fromEntries(CONTROL_IDS.map((id) => [id, 'locked'])) as PageView['controls'];
    expect((await encodeView({ ...PLAIN_VIEW, controls: all, panels: [...PANEL_IDS] })).length).toBeLessThan(900);
  });

  it('stays a valid view, and is told, whatever a text becomes; what cannot be read opens nothing', async () => {
    const locked = await encodeView({ ...PLAIN_VIEW, controls: { levels: 'locked', train: 'locked' }, pace: 5 });
    const edited = fc
      .tuple(fc.nat({ max: locked.length - 1 }), fc.constantFrom(...'ABCxyz019-_*%'), fc.integer({ min: 0, max: 2 }))
      .map(([at, letter, kind]) => locked.slice(0, at) + (kind === 0 ? '' : letter) + locked.slice(kind === 1 ? at : at + 1));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          edited,
          fc.string(),
          fc.jsonValue().map((json) => base64Url(JSON.stringify(json))),
        ),
        async (text) => {
          const { view, said, readable } = await decodeView(text, LESSONS);
          expect(pageViewSchema.parse(view)).toEqual(view);
          if (!readable) expect(said).toHaveLength(1);
          if (!readable) expect(Object.keys(view.controls)).toEqual(CONTROL_IDS);
        },
      ),
    );
  });

  it('keeps a control closed whose state somebody made up', async () => {
    const { view, said } = await decodeView(base64Url('{"controls":{"levels":"open","train":"locked"}}'), LESSONS);
    expect(view.controls).toEqual({ levels: 'locked', train: 'locked' });
    expect(said).toHaveLength(1);
  });
});
