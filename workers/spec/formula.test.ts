import { describe, expect, it } from 'vitest';
import { featureName } from '../data/dataset';
import { prepareDataset } from '../data/prepare';
import { datasetSchema } from '../data/schema';
import { formulaColumns, formulaOfColumns, groupsOf, partOf, readFormula, suggestions, withFixed, withPart, writeFormula } from './formula';

const columns = { targetName: 'score', numeric: ['age', 'dose level'], categorical: ['pupil', 'school'], tags: ['labels'] };
const read = (text: string) => readFormula(text, columns);

describe('boxes and a formula say the same', () => {
  it('the roles of the columns are a formula', () => {
    expect(writeFormula(formulaOfColumns(columns))).toBe('score ~ age + `dose level` + (1 | pupil) + (1 | school)');
  });

  it.each([
    { kind: 'lmmnn', task: 'regression', levels: [4, 3], trainRows: 40, testRows: 10 },
    { kind: 'lmmnn', task: 'regression', levels: [4], trainRows: 40, testRows: 10, effects: 'polynomials' },
    { kind: 'lmmnn', task: 'regression', levels: [4], trainRows: 40, testRows: 10, effects: 'places' },
    { kind: 'collaborative', task: 'regression', levels: [5, 4], trainRows: 40, testRows: 10 },
    { kind: 'growth', levels: [5], trainRows: 40, testRows: 10 },
    { kind: 'orange' },
  ])('the columns of the lab’s own data are those that they have: $kind $effects', async (given) => {
    const spec = datasetSchema.parse(given);
    const drawn = await prepareDataset({ dataset: spec, seeds: { data: 1, split: 1 } }, new Map());
    expect(formulaColumns(spec)).toMatchObject({
      targetName: drawn.targetName,
      numeric: Array.from({ length: drawn.p }, (_, j) => featureName(drawn, j)),
      categorical: drawn.categorical.map(({ name }) => name),
    });
  });

  it('a box changes its piece of the formula and leaves the rest', () => {
    const given = read('score ~ age * school + offset(age) + (1 + age | pupil) + (1 | school:pupil)');
    expect(writeFormula(withFixed(given, ['dose level'], true))).toBe(
      'score ~ age + school + `dose level` + age:school + offset(age) + (1 + age | pupil) + (1 | school:pupil)',
    );
    // An effect takes its interactions along.
    expect(writeFormula(withFixed(given, ['school'], false))).toBe('score ~ age + offset(age) + (1 + age | pupil) + (1 | school:pupil)');
    const part = partOf(given, ['pupil']);
    expect(part).toMatchObject({ intercept: true, slopes: [['age']], correlated: true });
    expect(writeFormula(withPart(given, ['pupil'], part && { ...part, correlated: false }))).toContain('(1 + age || pupil) + (1 | school:pupil)');
    expect(writeFormula(withPart(given, ['pupil'], null))).not.toContain('| pupil)');
    expect(groupsOf(given, columns)).toEqual([['pupil'], ['school'], ['school', 'pupil']]);
    // Parts of one group apart are shown as one without correlation.
    expect(partOf(read('score ~ 1 + (1 | pupil) + (0 + age | pupil)'), ['pupil'])).toMatchObject({ slopes: [['age']], correlated: false });
  });

  it('refuses by place, and by column and role', () => {
    expect(() => read('score ~ age + (1 | pupil')).toThrow('At the end of the formula: a ) is missing here');
    expect(() => read('score ~ age + + height')).toThrow(/character 15/);
    expect(() => read('score ~ height + (1 | pupil)')).toThrow('The formula names height');
    expect(() => read('score ~ age + (1 | age)')).toThrow('age stands behind a bar, and it is a column of numbers.');
    expect(() => read('score ~ score + (1 | pupil)')).toThrow('score is the response');
    expect(() => read('score ~ labels + (1 | pupil)')).toThrow('labels is a column of tags');
    expect(() => read('age ~ score + (1 | pupil)')).toThrow('the target of these data is score');
  });

  it('suggests columns for the name that is being typed', () => {
    const at = (text: string) => suggestions(text.replace('^', ''), text.indexOf('^'), columns);
    expect(at('score ~ ag^ + (1 | pupil)')).toEqual({ from: 8, to: 10, names: ['age'] });
    expect(at('score ~ age + (1 | sc^)').names).toEqual(['school']);
    expect(at('score ~ dos^')).toEqual({ from: 8, to: 11, names: ['dose level'] });
    expect(at('score ~ `dose l^`')).toEqual({ from: 8, to: 16, names: ['dose level'] });
    expect(at('sc^').names).toEqual(['score']);
    expect(at('score ~ ^').names).toEqual([]);
    expect(at('score ~ age^').names).toEqual([]);
  });
});
