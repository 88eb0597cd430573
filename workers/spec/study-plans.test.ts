import { describe, expect, it } from 'vitest';
import { splitWords } from './division';
import { type ExperimentSpec, experimentSchema } from './experiment';
import { DEFAULT_PRESET } from './presets';
import { changedSince, studyChoices } from './study-plans';

const table = (changes: Record<string, unknown> = {}): ExperimentSpec =>
  experimentSchema.parse({
    dataset: {
      kind: 'table',
      name: 'schools.csv',
      fingerprint: '0123456789abcdef',
      task: 'regression',
      columns: [
        { name: 'school', role: 'categorical' },
        { name: 'pupil', role: 'key' },
        { name: 'day', role: 'time' },
        { name: 'part', role: 'fold' },
        { name: 'y', role: 'target' },
      ],
      ...changes,
    },
    methods: [{ id: 'ignore' }],
  });
const labels = (spec: ExperimentSpec, fewValues = ['a', 'b', 'c']) =>
  studyChoices(spec, [{ name: 'part', role: 'fold', fewValues }]).folds.map(({ label }) => label);

describe('the ways to repeat', () => {
  it('a simulation is drawn anew and has no folds, and says why', () => {
    const { repeat, folds, foldsNote } = studyChoices(DEFAULT_PRESET);
    expect(repeat.map(({ label, study }) => [label, study.plan])).toEqual([
      ['Repeat 5×', { kind: 'repeat', times: 5 }],
      ['Repeat 10×', { kind: 'repeat', times: 10 }],
    ]);
    expect(folds).toEqual([]);
    expect(foldsNote).toMatch(/draws new data/);
  });

  it('a table is folded by row, by level, and by what its columns are for', () => {
    expect(labels(table())).toEqual([
      '5-fold by row',
      '10-fold by row',
      '5-fold by level of school',
      '10-fold by level of school',
      '5-fold by group, pupil',
      '10-fold by group, pupil',
      '5-fold past to future, day',
      '10-fold past to future, day',
      'The 3 folds of part',
    ]);
    // Words for train and test are one division, not folds.
    expect(labels(table(), ['train', 'test']).at(-1)).toBe('10-fold past to future, day');
    const [, , , , groups] = studyChoices(table()).folds;
    expect(groups.study.spec.dataset).toMatchObject({ split: 'by-group', splitColumn: 'pupil' });
  });

  it('a table with tags is folded by its sets of tags, a block of columns being one', () => {
    const columns = [
      { name: 'genres', role: 'tags' },
      { name: 'on_a', role: 'categorical', block: 'on_' },
      { name: 'on_b', role: 'categorical', block: 'on_' },
      { name: 'shop', role: 'categorical' },
      { name: 'y', role: 'target' },
    ];
    const choices = studyChoices(table({ columns, split: 'by-tag', splitFeature: 1 })).folds;
    expect(choices.map(({ label }) => label)).toEqual([
      '5-fold by row',
      '10-fold by row',
      '5-fold by level of on',
      '5-fold by level of shop',
      '5-fold by sets of genres',
    ]);
    expect(choices[3].study.spec.dataset).toMatchObject({ split: 'by-level', splitFeature: 2 });
    expect(choices[4].study.spec.dataset).toMatchObject({ split: 'by-combination', splitFeature: 1 });
  });

  it('a division by tags is said in a sentence', () => {
    const columns = [
      { name: 'genres', role: 'tags' },
      { name: 'y', role: 'target' },
    ];
    expect(splitWords(table({ columns, split: 'by-tag', validation: 'by-tag' }).dataset)).toContain(
      'those of some more tags, about a tenth of the others, validate, and no training row has these tags either.',
    );
    expect(splitWords(table({ columns, split: 'by-tag' }).dataset)).toBe(
      'Test rows are the rows that have one of some random tags of genres, about 20 %, so that no training row has these tags; a random tenth of the others validates.',
    );
    expect(splitWords(table({ columns, split: 'by-combination', splitFeature: 1 }).dataset)).toBe(
      'Test rows are the rows of a random 20 % of the sets of tags of genres, so that no training row has the same set; a random tenth of the others validates.',
    );
  });

  it('a column that was chosen to divide the rows is offered whatever its role', () => {
    expect(labels(table({ split: 'by-group', splitColumn: 'school' }))).toContain('5-fold by group, school');
  });

  it('what repeats the same rows says so', () => {
    expect(studyChoices(table()).repeatNote).toMatch(/divided anew/);
    expect(studyChoices(table({ split: 'by-time', splitColumn: 'day' })).repeatNote).toMatch(/on the same rows/);
  });
});

describe('what has changed since a study', () => {
  const [study] = studyChoices(table()).folds.map((choice) => choice.study);
  it('is nothing where only seeds and the division differ', () => {
    expect(changedSince(study, { ...table({ split: 'by-time', splitColumn: 'day' }), seeds: { data: 3, split: 3, weights: 3 } })).toBe('nothing');
  });
  it('is settings, or the data', () => {
    expect(changedSince(study, { ...table(), methods: DEFAULT_PRESET.methods })).toBe('settings');
    expect(changedSince(study, DEFAULT_PRESET)).toBe('data');
    expect(changedSince(study, table({ fingerprint: '0123456789abcdee' }))).toBe('data');
  });
});

describe('the division in one sentence', () => {
  const words = (changes: Record<string, unknown>) => splitWords(table(changes).dataset);
  it.each<[Record<string, unknown>, string]>([
    [{}, 'Test rows are a random 20 % of the rows; a random tenth of the others validates.'],
    [
      { task: 'binary', stratify: true },
      'Test rows are a random 20 % of the rows; a random tenth of the others validates, both classes in their shares.',
    ],
    [
      { split: 'by-time', splitColumn: 'day', testFraction: 0.25 },
      'Test rows are the latest 25 % by day, with all rows of the time they begin with; the latest tenth of the past before them validates.',
    ],
    [{ split: 'by-column', splitColumn: 'part', testValue: 'b' }, 'Test rows are those with b in part; a random tenth of the others validates.'],
    [{ fold: { index: 2, of: 5 } }, 'Test rows are part 2 of 5 of the rows in random order; a random tenth of the others validates.'],
  ])('%j', (changes, sentence) => {
    expect(words(changes)).toBe(sentence);
  });
  it('of a simulation', () => {
    expect(splitWords(DEFAULT_PRESET.dataset)).toBe(
      'Test rows are 100,000 of the simulated rows, at random; a random tenth of the others validates.',
    );
  });
});
