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
