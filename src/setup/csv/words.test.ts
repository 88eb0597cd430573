import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnRole } from '../../../workers/data/schema';
import type { RoleCheck } from '../../../workers/protocol';
import { positiveValue, tableShape, withRole } from '../../state/table/roles';
import type { ColumnTake } from '../../state/table/table-choice';
import { column, ratings } from '../../state/table/test-tables';
import { notesOf } from './notes';
import { figure, kindWords, levelWords, names, progressWords, rowWords, share } from './words';

const rolesOf = (preview = ratings()) => preview.columns.map(({ role }) => role);

describe('words', () => {
  it('writes values short, with a real minus sign', () => {
    expect([0, 5, 3.2057, -1500.3, 123_456_789, 0.000012, -0.5].map(figure)).toEqual(['0', '5', '3.21', '−1,500', '1.2e8', '1.2e−5', '−0.5']);
  });

  it('never calls something nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 1e9 }), (part, more) => !/^0(\.0)?\s/.test(share(part, part + more))),
    );
    expect([share(1204, 73_421), share(0, 10), share(1, 100_000), share(1, 2)]).toEqual(['1.6\u00a0%', '0\u00a0%', 'under 0.1\u00a0%', '50\u00a0%']);
  });

  it('joins names and counts the rest', () => {
    expect([names([]), names(['a']), names(['a', 'b']), names(['a', 'b', 'c']), names(['a', 'b', 'c', 'd'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
      'a, b and 2 more',
    ]);
  });

  it('says what a column holds', () => {
    const { columns, rows } = ratings();
    const words = columns.map((each) => levelWords(each, each.role, rows).text);
    expect(words).toEqual([
      'looks like an ID',
      '25 rows each',
      '65 rows each',
      '5,244 rows each',
      '2 to 8',
      '1 to 6',
      '43\u00a0% are 1',
      '1 to 5, mean 3.2',
    ]);
    expect(kindWords(columns[6])).toBe('0 or 1');
    expect(kindWords(column('won', { kind: 'two values', values: ['a very long value', 'another'] }))).toBe('two values');
  });

  it('says where the rows go, and how many are left out', () => {
    const check = { error: null, rows: { train: 800, validation: 88, test: 222, dropped: 12 } } as RoleCheck;
    expect(rowWords(1122, check)).toBe('1,122 rows: 800 to train, 88 to validate, 222 to test, 12 left out');
    expect(rowWords(1122, null)).toBe('1,122 rows');
  });

  it('says how far reading is', () => {
    expect(progressWords({ bytesRead: 1_200_000, bytesTotal: 2_100_000, rows: 35_000 })).toBe('1.2 MB of 2.1 MB, 35,000 rows');
    const progress = { bytesRead: 100_000_000, bytesTotal: 400_000_000, rows: 2_000_000, seconds: 2 };
    expect(progressWords(progress)).toBe('100 MB of 400 MB, 2,000,000 rows, 1,000,000 a second, 6 seconds left');
    expect(progressWords({ ...progress, bytesRead: 399_000_000 })).toMatch(/, less than a second left$/);
    expect(progressWords({ ...progress, bytesRead: 400_000_000 })).toBe('400 MB of 400 MB, 2,000,000 rows');
  });

  it('says that rows are drawn', () => {
    const check = { error: null, rows: { train: 720, validation: 80, test: 200, dropped: 0 } } as RoleCheck;
    expect(rowWords(50_000, check)).toBe('1,000 rows drawn from 50,000: 720 to train, 80 to validate, 200 to test');
  });
});

describe('roles', () => {
  it('leave at most one target whatever is chosen', () => {
    const preview = ratings();
    const choice = fc.tuple(fc.subarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), fc.constantFrom('target', 'numeric', 'categorical', 'ignore'));
    fc.assert(
      fc.property(fc.array(choice, { maxLength: 20 }), (choices) => {
        const roles = choices.reduce((before, [columns, role]) => withRole(preview, before, columns, role), rolesOf(preview));
        expect(roles.filter((role) => role === 'target').length).toBeLessThanOrEqual(1);
        expect(roles).toHaveLength(8);
      }),
    );
  });

  it('count a missing category as a level where the policy says so', () => {
    const preview = ratings();
    preview.columns[3].missing = 7;
    expect(tableShape(preview, rolesOf(preview), { numeric: 'mean', categorical: 'own-level' })).toEqual({ p: 3, levels: [2972, 1128, 15] });
    expect(tableShape(preview, rolesOf(preview), { numeric: 'mean', categorical: 'drop-rows' })).toEqual({ p: 3, levels: [2972, 1128, 14] });
  });

  it('take the value that says yes, else the greater one, as 1', () => {
    const positive = (values: string[]) => positiveValue({ ...ratings(), columns: [column('t', { values })] }, ['target']);
    expect(
      [
        ['1', '0'],
        ['no', 'Yes'],
        ['2', '10'],
        ['b', 'a'],
        ['y', 'yes'],
        ['nein', 'ja'],
      ].map(positive),
    ).toEqual(['1', 'Yes', '10', 'b', 'yes', 'ja']);
    expect(positive(['only'])).toBeNull();
  });
});

describe('notes', () => {
  it('name what to check first, each with its choice', () => {
    const notes = notesOf(ratings(), rolesOf(), 'regression');
    expect(notes.map(({ group, subject, text, choice }) => `${group}: ${subject} ${text} ${choice?.kind ?? ''}`.trim())).toEqual([
      'check: lectage has no value in 1,204 rows. missing-numeric',
      'know: id has a different value in every row. It looks like an identifier, so it is ignored.',
      'choose: Numeric columns and the target can be standardised, which suits networks, or left in their units. Errors are reported in the table’s own units. scaling',
      'know: s has 330 levels with fewer than 10 rows. These are where methods differ most.',
    ]);
  });

  it('offer to ignore an identifier that is used as a category', () => {
    const roles = rolesOf();
    roles[0] = 'categorical';
    expect(notesOf(ratings(), roles, 'regression').find(({ id }) => id === 'identifier-0')?.choice).toEqual({
      kind: 'role',
      column: 0,
      role: 'ignore',
      label: 'Ignore id',
    });
  });

  it('say nothing of gaps in ignored columns, and tell those of the target', () => {
    const preview = ratings();
    preview.columns[0].missing = 5;
    preview.columns[7].missing = 1;
    const ids = notesOf(preview, rolesOf(preview), 'regression').map(({ id }) => id);
    expect(ids).toContain('missing-target');
    expect(ids).not.toContain('missing-categorical');
  });

  it('ask which value of a binary target counts as 1', () => {
    const roles = withRole(ratings(), rolesOf(), [6], 'target');
    expect(notesOf(ratings(), roles, 'binary').find(({ id }) => id === 'positive')?.choice).toEqual({ kind: 'positive', values: ['0', '1'] });
    expect(notesOf(ratings(), roles, 'regression').find(({ id }) => id === 'positive')).toBeUndefined();
  });

  it('say that a target was guessed by its place, until another is chosen', () => {
    const preview = ratings();
    Object.assign(preview.columns[7], { unsure: true, reason: 'the last column of numbers' });
    const told = (roles = rolesOf(preview)) => notesOf(preview, roles, 'regression').find(({ id }) => id === 'target-guessed');
    expect(told()).toMatchObject({
      group: 'check',
      subject: 'y',
      text: expect.stringContaining('is taken as the target: the last column of numbers.'),
    });
    expect(told(withRole(preview, rolesOf(preview), [6], 'target'))).toBeUndefined();
    expect(notesOf(ratings(), rolesOf(), 'regression').map(({ id }) => id)).not.toContain('target-guessed');
  });

  it('tell many columns together', () => {
    const preview = ratings();
    preview.columns = Array.from({ length: 200 }, (_, index) => column(`c${index}`, { role: 'categorical', rareLevels: 3, missing: 10 }));
    expect(notesOf(preview, rolesOf(preview), 'regression').length).toBeLessThan(8);
  });

  const CHECK: RoleCheck = {
    error: null,
    refusals: { regression: null, binary: null, classes: null, ordinal: null },
    task: 'regression',
    rows: { train: 8, validation: 1, test: 2, dropped: 0 },
    p: 1,
    levels: [],
    warnings: [],
    notices: [],
  };

  it('say what gives the target away, first, and offer to ignore it', () => {
    const notes = notesOf(ratings(), rolesOf(), 'regression', { ...CHECK, notices: [{ kind: 'leak', column: 'studage', how: 'monotone' }] });
    expect(notes[0]).toMatchObject({ id: 'leak-4', group: 'check', choice: { kind: 'role', column: 4, role: 'ignore' } });
    // Roles that cannot be used are mended first.
    const refused = { code: 'x', message: 'x', hint: 'x' };
    expect(
      notesOf(ratings(), rolesOf(), 'regression', { ...CHECK, error: refused, notices: [{ kind: 'leak', column: 'studage', how: 'monotone' }] })[0]
        .id,
    ).not.toBe('leak-4');
  });

  it('offer to merge spellings of a categorical column, and say how many levels are left', () => {
    const preview = ratings();
    Object.assign(preview.columns[3], {
      labels: 17,
      spellings: [
        { into: 'Alpha', from: ['alpha', 'Alpha '], of: 3 },
        { into: 'Beta', from: ['Beta ', ' beta'], of: 2 },
      ],
    });
    const note = notesOf(preview, rolesOf(preview), 'regression').find(({ id }) => id === 'spellings-3');
    expect(note?.text).toBe('spells 2 levels in several ways, such as “Alpha”, “alpha” and “Alpha ”. Merged, its 17 levels are 14.');
    expect(note?.choice).toEqual({
      kind: 'steps',
      label: 'Merge spellings of dept',
      steps: [
        { kind: 'merge-levels', column: 'dept', from: ['alpha', 'Alpha '], into: 'Alpha' },
        { kind: 'merge-levels', column: 'dept', from: ['Beta ', ' beta'], into: 'Beta' },
      ],
    });
    const numeric = rolesOf(preview).map((role, index) => (index === 3 ? 'numeric' : role));
    expect(notesOf(preview, numeric, 'regression').map(({ id }) => id)).not.toContain('spellings-3');
  });

  it('say what is missing for embeddings, with the column that could be it (cases/g07-participant)', () => {
    const preview = ratings();
    preview.columns = [column('participant', { levels: 24, unsure: true, min: 1, max: 24 }), column('rt', { role: 'target', kind: 'number' })];
    const notes = notesOf(preview, rolesOf(preview), 'regression', CHECK);
    expect(notes.map(({ id }) => id)).toEqual(['no-categorical', 'codes-0', 'scaling']);
    expect(notes[0]).toMatchObject({
      subject: 'No column is categorical.',
      text: 'Without one there is nothing for embeddings to represent; participant could be one.',
      choice: { kind: 'role', column: 0, role: 'categorical' },
    });
  });

  it('offer to nest labels, with emphasis only where the target says so', () => {
    const notice = { kind: 'nested' as const, column: 'dept', outer: 's', labels: 4, pairs: 120, evident: true };
    const of = (evident: boolean) =>
      notesOf(ratings(), rolesOf(), 'regression', { ...CHECK, notices: [{ ...notice, evident }] }).find(({ id }) => id === 'nested-3');
    expect(of(true)).toMatchObject({ group: 'check', choice: { kind: 'nested', column: 3, outer: 's' } });
    expect(of(false)?.group).toBe('know');
  });

  it('read bare digits as dates on request', () => {
    const preview = ratings();
    preview.columns[4] = column('when', { role: 'time', kind: 'date', dates: { first: '20240131' } });
    expect(notesOf(preview, rolesOf(preview), 'regression').find(({ id }) => id === 'dates-4')?.choice).toEqual({
      kind: 'steps',
      label: 'Use days since the first',
      steps: [{ kind: 'date', column: 'when', dayFirst: false, as: 'days' }],
    });
  });
});

describe('notes on tags', () => {
  const films = () => ({
    ...ratings(),
    columns: [
      column('genres', { role: 'tags', kind: 'text', levels: 40, tagSeparator: '|' }),
      ...['on_a', 'on_b', 'on_c'].map((name) => column(name, { levels: 2, kind: 'two values' })),
      column('y', { role: 'target' }),
    ],
    blocks: [{ block: 'on_', columns: ['on_a', 'on_b', 'on_c'], oneEach: false, mean: 1.25, most: 2, missing: 3 }],
  });
  const facts = {
    name: 'genres',
    separator: '|',
    tags: 4,
    places: 4,
    parents: Int32Array.of(-1, -1, 3, -1),
    mean: 1.5,
    most: 3,
    first: ['a', 'b', 'c/d', 'c'],
  };
  const check = {
    error: null,
    notices: [],
    warnings: [{ code: 'tags-empty', message: 'x' }],
    tags: [{ ...facts, ancestors: 1, children: 1, empty: 2, cut: 0, missingAsZero: 0 }],
  };
  const texts = (roles: ColumnRole[], takes: ColumnTake[] = []) => notesOf(films(), roles, 'regression', check as unknown as RoleCheck, takes);

  it('offer a block with one button, and the way back', () => {
    const before = texts(['tags', 'numeric', 'numeric', 'numeric', 'target']).find(({ id }) => id === 'block-0');
    expect(before).toMatchObject({
      group: 'check',
      subject: 'on',
      text: 'has 3 columns of 0 and 1, on_a, on_b, on_c, with 1.3 ones a row. Together they are one column of tags. 3 missing cells count as 0.',
      choice: { kind: 'block', block: 'on_', columns: [1, 2, 3], role: 'tags', label: 'Make on a column of tags' },
    });
    const takes = [{}, { block: 'on_' }, { block: 'on_' }, { block: 'on_' }, {}];
    const after = texts(['tags', 'tags', 'tags', 'tags', 'target'], takes).find(({ id }) => id === 'block-0');
    expect(after).toBeUndefined();
    const made = texts(['tags', 'categorical', 'categorical', 'categorical', 'target'], takes).find(({ id }) => id === 'block-0');
    expect(made).toMatchObject({ group: 'choose', text: 'is made of 3 columns of 0 and 1, which are its levels.', choice: { role: null } });
    const block = { ...check, tags: [{ ...check.tags[0], name: 'on', separator: null }] } as unknown as RoleCheck;
    const own = notesOf(films(), ['tags', 'tags', 'tags', 'tags', 'target'], 'regression', block, takes).find(({ id }) => id === 'tags-0');
    expect(own?.choice).toEqual({ kind: 'block', block: 'on_', columns: [1, 2, 3], role: null, label: 'Take on apart' });
    expect(texts(['tags', 'ignore', 'ignore', 'ignore', 'target']).some(({ id }) => id === 'block-0')).toBe(false);
  });

  it('say what a column holds, its empty sets and its hierarchy, each once', () => {
    const notes = texts(['tags', 'numeric', 'numeric', 'numeric', 'target']);
    expect(notes.find(({ id }) => id === 'tags-0')).toMatchObject({
      text: 'holds 3 tags, separated by bars |, 1.5 a row and at most 3: a, b, c/d. Their hierarchy has 1 more tag that no cell has.',
      choice: { kind: 'separator', column: 0 },
    });
    expect(notes.find(({ id }) => id === 'missing-tags')).toMatchObject({ subject: 'genres', text: 'has no tag in 2 rows.' });
    expect(notes.filter(({ id }) => id.startsWith('warning-tags'))).toEqual([]);
    expect(notes.some(({ id }) => id === 'no-categorical')).toBe(false);
  });
});
