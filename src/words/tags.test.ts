import { describe, expect, it } from 'vitest';
import type { PairEffect, TagEffect, TagErrors } from '../../workers/protocol';
import { byCountSentence } from './check';
import { attentionSentence, pairSentence, shownEffects, sizeName, tagEffectSentence, tagErrorSentence, treeSentence } from './tags';

const tag = (label: string, effect: number, truth: number | null = null): TagEffect => ({ tag: 0, label, trainingRows: 10, effect, sd: 0.1, truth });
const pair = (first: string, second: string, effect: number, truth: number | null = null): PairEffect => ({
  tags: [0, 1],
  labels: [first, second],
  trainingRows: 5,
  effect,
  sd: 0.1,
  truth,
});

describe('effects of tags', () => {
  it('name the largest in both directions', () => {
    const tags = [tag('Roof', 1.5), tag('Indoor', -0.75), tag('Unit', 0.1)];
    expect(tagEffectSentence({ tags, r: null }, 'Sum of tags')).toBe(
      'Switched on, Roof raises predictions most, by 1.50 on average; Indoor lowers them by 0.75.',
    );
    expect(tagEffectSentence({ tags: tags.map((one) => ({ ...one, effect: -one.effect })), r: null }, 'Sum of tags')).toBe(
      'Switched on, Roof lowers predictions most, by 1.50 on average; Indoor raises them by 0.75.',
    );
    expect(tagEffectSentence({ tags: [tag('Roof', 1.5), tag('Indoor', 0.2)], r: null }, 'Sum of tags')).toContain('no tag lowers them by much');
    expect(tagEffectSentence({ tags: [tag('Roof', -1.5)], r: null }, 'Sum of tags')).toContain('no tag raises them by much');
  });

  it('hold a method against the truth, good and bad', () => {
    const tags = [tag('Roof', 1.5, 1.25), tag('Indoor', -0.75, -1)];
    expect(tagEffectSentence({ tags, r: 0.987 }, 'Sum of tags')).toMatch(
      /^Sum of tags has the true effects nearly right: r = 0.99 over 2 tags. .*\(truth 1.25\)/,
    );
    expect(tagEffectSentence({ tags, r: 0.7 }, 'MMbeddings of tags')).toMatch(/^MMbeddings of tags have the true effects partly right/);
    expect(tagEffectSentence({ tags, r: 0.3 }, 'Sum of tags')).toContain('misses most of the true effects');
    expect(tagEffectSentence({ tags, r: -0.2 }, 'Sum of tags')).toContain('does not find the true effects');
  });

  it('say when there is nothing to see', () => {
    expect(tagEffectSentence({ tags: [], r: null }, 'Sum of tags')).toContain('No training row has a tag');
    expect(tagEffectSentence({ tags: [tag('Roof', 0)], r: null }, 'Sum of tags')).toBe('No tag changes the predictions of Sum of tags.');
  });

  it('draw the largest, in the order of the truth or of the effects', () => {
    const effects = [tag('a', 1), tag('b', -3), tag('c', 0.5), tag('d', 2)];
    expect(shownEffects(effects, 3).map(({ label }) => label)).toEqual(['d', 'a', 'b']);
    expect(shownEffects([tag('a', 1, 0.1), tag('b', 0, 2)], 2).map(({ label }) => label)).toEqual(['b', 'a']);
  });
});

describe('effects of pairs', () => {
  const tags = [tag('Roof', 2), tag('Indoor', -1)];

  it('say which pair does more together, or less', () => {
    expect(pairSentence({ tags, pairs: [pair('Roof', 'Fahrenheit', 0.5)], pairR: null }, 'Sum of tags')).toBe(
      'Roof with Fahrenheit: together they raise predictions by 0.50 more than each does alone.',
    );
    expect(pairSentence({ tags, pairs: [pair('Roof', 'Fahrenheit', -0.5, -0.75)], pairR: 0.97 }, 'Sum of tags')).toMatch(
      /nearly right: r = 0.97 over 1 pairs?\. .*lower predictions by 0.50 .*\(truth −0.75\)/,
    );
  });

  it('say that a method adds tags up, and what it misses by that', () => {
    const additive = { tags, pairs: [pair('Roof', 'Fahrenheit', 0.01, 1.5), pair('Roof', 'Indoor', 0.02, 0)], pairR: 0.1 };
    expect(pairSentence(additive, 'Sum of tags')).toBe(
      'To Sum of tags pairs of tags do together what each does alone, within a twentieth of the largest effect, though in truth Roof with Fahrenheit differ by 1.50.',
    );
    expect(pairSentence({ ...additive, pairs: [pair('Roof', 'Indoor', 0.02, 0.01)] }, 'Sum of tags')).toMatch(/largest effect\.$/);
    expect(pairSentence({ tags, pairs: [], pairR: null }, 'Sum of tags')).toContain('No training row has two');
  });
});

const errors = (changes: Partial<TagErrors> = {}): TagErrors => ({
  feature: 'tags',
  bySize: [
    { tags: 1, orMore: false, rows: 100, loss: 1, standardError: 0.05 },
    { tags: 3, orMore: false, rows: 100, loss: 2, standardError: 0.05 },
  ],
  seen: { rows: 150, loss: 1.2, standardError: 0.05 },
  unseen: { rows: 50, loss: 1.2, standardError: 0.1 },
  ...changes,
});

describe('errors by tags', () => {
  it('compare few tags with many, and known sets with new ones', () => {
    expect(tagErrorSentence([{ name: 'Sum of tags', errors: errors() }])).toBe(
      'Against rows with 1 tag, the error of rows with 3 tags is twice as large for Sum of tags. Where no training row has the same set of tags, the error, against known sets, is the same within noise.',
    );
    const worse = errors({ unseen: { rows: 50, loss: 2.4, standardError: 0.1 } });
    expect(tagErrorSentence([{ name: 'Sum of tags', errors: worse }])).toContain('against known sets, is twice as large for Sum of tags.');
    const turned = errors({ bySize: [...errors().bySize].map((size, i) => ({ ...size, loss: 2 - i })) });
    expect(tagErrorSentence([{ name: 'Sum of tags', errors: turned }])).toMatch(/0\.\d\d times as large for Sum of tags/);
  });

  it('say when all sets are known, or none', () => {
    const none = { rows: 0, loss: null, standardError: null };
    expect(tagErrorSentence([{ name: 'Sum of tags', errors: errors({ unseen: none }) }])).toContain(
      'Every test row has a set of tags that a training row has too.',
    );
    expect(tagErrorSentence([{ name: 'Sum of tags', errors: errors({ seen: none }) }])).toContain(
      'No test row has a set of tags that a training row has.',
    );
    expect(tagErrorSentence([])).toBe('');
  });

  it('name the number of tags', () => {
    const size = { rows: 1, loss: 1, standardError: null };
    expect([0, 1, 2].map((tags) => sizeName({ tags, orMore: false, ...size }))).toEqual(['no tags', '1 tag', '2 tags']);
    expect(sizeName({ tags: 10, orMore: true, ...size })).toBe('10 tags or more');
  });
});

describe('test rows by their rarest tag', () => {
  const bin = (least: number, most: number | null, loss: number) => ({ least, most, rows: 40, levels: 3, loss, standardError: 0.05 });

  it('speak of tags, not of levels', () => {
    const bins = [bin(0, 0, 3), bin(3, 5, 2), bin(21, null, 1)];
    expect(byCountSentence([{ name: 'Sum of tags', bins }], 'tags')).toBe(
      'Against tags with more than 20 training rows, the error at tags with 3–5 training rows is twice as large for Sum of tags. At unseen tags, against tags with more than 20 training rows, it is 3.0 times as large for Sum of tags.',
    );
    expect(byCountSentence([{ name: 'Sum of tags', bins: [bin(21, null, 1)] }], 'tags')).toBe(
      'The rarest tag of test rows is one of tags with more than 20 training rows: there is nothing to compare.',
    );
    expect(byCountSentence([{ name: 'Sum of tags', bins: [bin(0, 0, 1)] }], 'tags')).toBe('All test rows have unseen tags.');
  });
});

describe('attention', () => {
  it('says who gets most, averaged over heads', () => {
    const row = {
      row: 3,
      labels: ['a', 'b'],
      heads: [
        [0.9, 0.1],
        [0.5, 0.5],
      ],
    };
    expect(attentionSentence(row, 'Attention')).toBe(
      'Of the row’s 2 tags a gets most of the attention of Attention, a weight of 0.70; b gets least, 0.30.',
    );
    expect(attentionSentence({ ...row, heads: [[0.5, 0.5]] }, 'Attention')).toBe('The row’s 2 tags get about the same weight, 0.50 each.');
  });

  it('says what other tags get, and rows of one tag or none', () => {
    expect(attentionSentence({ row: 0, labels: ['a', 'b'], heads: [[0.4, 0.2]] }, 'Attention')).toContain(
      '0.40 of the weight goes to tags that the row does not have.',
    );
    expect(attentionSentence({ row: 0, labels: ['a'], heads: [[1]] }, 'Attention')).toBe('a is the row’s only tag and gets 1.00 of the weight.');
    expect(attentionSentence({ row: 0, labels: [], heads: [[]] }, 'Attention')).toBe('This row has no tags for Attention to attend to.');
  });
});

describe('the hierarchy', () => {
  it('says whether tags follow their parents', () => {
    expect(treeSentence([0.7, 0.8, 0.2], 'Sum of tags')).toBe(
      'Vectors of Sum of tags point the way of the tag’s parent: the median cosine of a tag with its parent is 0.70, over 3 tags.',
    );
    expect(treeSentence([0.1, -0.2, 0.2], 'Sum of tags')).toContain('do not follow');
    expect(treeSentence([-0.9, -0.8], 'Sum of tags')).toContain('point away');
    expect(treeSentence([], 'Sum of tags')).toContain('None of the drawn tags');
  });
});
