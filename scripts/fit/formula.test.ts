import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fitFormula, formulaWords } from './formula';

const golden = JSON.parse(readFileSync(new URL('../../golden/lme4-terms.json', import.meta.url), 'utf8'));
const { Reaction, Days, Subject } = golden.designs.sleepstudy.table as {
  Reaction: { numbers: number[] };
  Days: { numbers: number[] };
  Subject: { codes: number[]; labels: string[] };
};
const folder = mkdtempSync(join(tmpdir(), 'formula-'));
const file = join(folder, 'sleep.csv');
writeFileSync(
  file,
  `Reaction,Days,Subject\n${Reaction.numbers.map((y, i) => `${y},${Days.numbers[i]},${Subject.labels[Subject.codes[i]]}`).join('\n')}\n`,
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a formula on the command line', () => {
  it('is fitted to the table and told as lme4 tells it; numbers can be levels', async () => {
    const output = await fitFormula(file, { formula: 'Reaction ~ Days + (Days | Subject)', 'variance-tests': true });
    const text = formulaWords(output, true).join('\n');
    expect(text).toMatch(/^Reaction ~ Days \+ \(1 \+ Days \| Subject\)\ngaussian, restricted maximum likelihood \(REML\), 180 rows/);
    expect(text).toMatch(/\(Intercept\) +251\.41 +6\.8246 +36\.838/);
    expect(text).toMatch(/Subject \(18 levels\) +\(Intercept\) +612\.09 +24\.74\n +Days +35\.072 +5\.9221 +0\.0655/);
    expect(text).toContain('log likelihood -871.814 (restricted)');
    expect(text).toMatch(/Days \| Subject +42\.837 +2\.79e-10 +half χ² with 1, half with 2 degrees of freedom/);
    expect(text).toMatch(/Levels of Subject +\(Intercept\) +std\. error +Days +std\. error\n308 /);
    const factors = await fitFormula(file, { formula: 'Reaction ~ Days + (1 | Subject)', categorical: 'Days', estimator: 'ml' });
    expect(factors.fit.fixed.map(({ name }) => name)).toEqual(['(Intercept)', ...Array.from({ length: 9 }, (_, day) => `Days${day + 1}`)]);
    expect(factors.fit.notes).toEqual(['Levels of Days are compared with 0 (treatment contrasts).']);
  });

  it('an effect without an end has no interval by refits, and a half-open one by its profile', async () => {
    const zeros = join(folder, 'zeros.csv');
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 3 === 2 ? 0 : (i * 5) % 4},${'uvw'[i % 3]},${'abcdef'[i % 6]}`);
    writeFileSync(zeros, `y,f,g\n${rows.join('\n')}\n`);
    const asked = { formula: 'y ~ f + (1 | g)', family: 'poisson' };
    const profile = formulaWords(await fitFormula(zeros, { ...asked, intervals: 'profile' }), false).join('\n');
    expect(profile).toMatch(/\nfw +−∞ +−∞ +-2\.66\d*$/);
    const refitted = await fitFormula(zeros, { ...asked, intervals: 'bootstrap', refits: '20' });
    expect(refitted.intervals?.by).toBe('parametric bootstrap of 20 refits, without fw, which runs off to infinity, seed 1');
    expect(refitted.intervals?.of.map(({ name }) => name)).toEqual(['std. dev. of (Intercept) | g', '(Intercept)', 'fv']);
  });

  it.each([
    ['predictions', 'p.csv'],
    ['save', 'folder'],
    ['split', 'by-level'],
    ['sample-rows', '100'],
    ['missing-numeric', 'drop-rows'],
    ['nested', 'a=b'],
    ['target', 'Days'],
    ['folds', '5'],
    ['save-vectors', 'v.csv'],
    ['backend', 'cpu'],
    ['tag-block', ['skill_']],
  ])('refuses --%s, which it does not read', async (name, value) => {
    const asked = { formula: 'Reaction ~ Days + (1 | Subject)', levels: false, [name]: value };
    await expect(fitFormula(file, asked)).rejects.toMatchObject({
      code: 'bad-option',
      message: expect.stringContaining(`--${name} is not for a formula by itself`),
    });
  });

  it('names columns that are not there, and cells that are no numbers', async () => {
    const formula = 'Reaction ~ Days + (1 | Subject)';
    for (const option of ['categorical', 'numeric'])
      await expect(fitFormula(file, { formula, [option]: 'Dayz' })).rejects.toThrow('The table has no column "Dayz".');
    const people = join(folder, 'people.csv');
    writeFileSync(people, `y,who,g\n${Array.from({ length: 30 }, (_, i) => `${(i * 7) % 11},${['ann', 'bob'][i % 2]},g${i % 5}`).join('\n')}\n`);
    const asked = { formula: 'y ~ who + (1 | g)', numeric: 'who' };
    await expect(fitFormula(people, asked)).rejects.toThrow('The numeric column "who" holds "ann" on line 2, which is not a number.');
  });

  it('asks what a text among numbers means, and tells what the reader did by itself', async () => {
    const stray = join(folder, 'stray.csv');
    const rows = Array.from(
      { length: 100 },
      (_, i) =>
        `${i === 50 ? 'unknown' : (i * 37) % 41},${i === 7 ? 'NA' : (i * 17) % 13},${i % 10 === 3 && i > 90 ? 'first' : i % 10},${(i * 29) % 97}`,
    );
    writeFileSync(stray, `x,z,g,y\n${rows.join('\n')}\n`);
    const formula = 'y ~ x + z + (1 | g)';
    await expect(fitFormula(stray, { formula })).rejects.toMatchObject({
      code: 'question',
      message: '99 of 100 cells of "x" are numbers; line 52 has "unknown".',
      hint: expect.stringContaining(`--step '{"kind":"bad-cells","column":"x"}'`),
    });
    const answered = await fitFormula(stray, { formula, 'bad-cells': 'x' });
    expect(answered.fit.fixed.map(({ name }) => name)).toEqual(['(Intercept)', 'x', 'z']);
    const text = formulaWords(answered, false);
    expect(text[0]).toBe('Read:');
    expect(text.slice(0, text.indexOf('')).join('\n')).toContain('“NA” means missing in z');
    // Levels may be texts and numbers; what no formula names is not asked about.
    expect((await fitFormula(stray, { formula: 'y ~ z + (1 | g)' })).fit.rows).toBe(99);
    expect((await fitFormula(stray, { formula: 'y ~ x + (1 | g)', categorical: 'x' })).fit.fixed.length).toBe(42);
  });

  it('counts the value of --positive as 1', async () => {
    const answers = join(folder, 'answers.csv');
    const rows = Array.from({ length: 60 }, (_, i) => `${(i * i + 3 * i + (i % 6)) % 7 > 2 ? 'right' : 'wrong'},${(i * 5) % 9},g${i % 6}`);
    writeFileSync(answers, `y,x,g\n${rows.join('\n')}\n`);
    const asked = { formula: 'y ~ x + (1 | g)', family: 'binomial' };
    const [wrong, right] = [await fitFormula(answers, asked), await fitFormula(answers, { ...asked, positive: 'right' })];
    expect([wrong, right].map(({ fit }) => fit.notes[0])).toEqual([
      'The model is of the chance that y is wrong.',
      'The model is of the chance that y is right.',
    ]);
    // Log odds of the one are those of the other with the sign turned.
    for (const [at, { estimate }] of wrong.fit.fixed.entries()) expect(right.fit.fixed[at].estimate).toBeCloseTo(-(estimate ?? 0), 5);
    await expect(fitFormula(answers, { ...asked, positive: 'true' })).rejects.toThrow('The response y has no value "true" to count as 1.');
    await expect(fitFormula(file, { formula: 'Reaction ~ Days + (1 | Subject)', positive: '1' })).rejects.toThrow(
      '--positive is of a response of two values',
    );
  });

  it('prints as many levels as there are', async () => {
    const output = await fitFormula(file, { formula: 'Reaction ~ Days + (1 | Subject)' });
    const count = 200_000;
    const [part] = output.fit.random;
    part.modes = Array.from({ length: count }, (_, level) => ({ label: `s${level}`, values: [level], standardErrors: [1] }));
    const lines = formulaWords(output, true);
    expect(lines.at(-1)).toMatch(/^s199999 +200000 +1$/);
    expect(lines.length).toBeGreaterThan(count);
  });

  it('has intervals, of counts too', async () => {
    const { intervals } = await fitFormula(file, { formula: 'Reaction ~ Days + (1 | Subject)', intervals: 'bootstrap', refits: '40', seed: '2' });
    expect(intervals?.by).toBe('parametric bootstrap of 40 refits, seed 2');
    for (const { estimate, low, high } of intervals?.of ?? []) expect(low < estimate && estimate < high).toBe(true);
    const asked = { formula: 'Days ~ Reaction + (1 | Subject)', family: 'poisson', intervals: 'profile' };
    const counted = await fitFormula(file, asked);
    expect(counted.intervals?.of.map(({ name }) => name)).toEqual(['std. dev. of (Intercept) | Subject', '(Intercept)', 'Reaction']);
    for (const { estimate, low, high } of counted.intervals?.of ?? []) expect(low <= estimate && estimate < high).toBe(true);
  });
});
