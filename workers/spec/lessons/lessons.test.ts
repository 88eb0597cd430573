import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/random';
import { aboutMethod } from '../methods';
import { LESSONS } from '.';
import { lessonSchema } from './schema';

const textFile = (id: string): string => `src/lessons/texts/${id}.mdx`;
const sectionsOf = (id: string): string[] => [...readFileSync(textFile(id), 'utf8').matchAll(/^<Step id="([^"]*)">$/gm)].map(([, step]) => step);

describe.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))('the lesson %s', (id, lesson) => {
  it('has a section of text for each of its steps, in their order, and no other', () => {
    expect(existsSync(textFile(id))).toBe(true);
    expect(sectionsOf(id)).toEqual(lesson.steps.map((step) => step.id));
  });

  it('asks in two kinds of ways at least', () => {
    expect(new Set(lesson.steps.flatMap(({ ask }) => ask?.kind ?? [])).size).toBeGreaterThanOrEqual(2);
  });

  it('names only methods that one of its runs has', () => {
    const methods = new Set(lesson.runs.flatMap(({ spec }) => spec.methods.map((method) => method.id)));
    const named = [
      ...JSON.stringify([lesson.steps, lesson.measured]).matchAll(/"(?:method|ownWeights?|vectorLengths?|parameters|epochs)":"([^"]+)"/g),
    ];
    for (const [, method] of named) expect(methods).toContain(method);
  });

  it('lays over an answer only numbers of runs that the learner has trained by then', () => {
    const trained = new Set<string>();
    for (const { done, reveal } of lesson.steps) {
      for (const [, run] of JSON.stringify(done).matchAll(/"finished":true,"at":"([^"]+)"/g)) trained.add(run);
      for (const [, run] of JSON.stringify(reveal ?? {}).matchAll(/"at":"([^"]+)"/g)) expect(trained).toContain(run);
    }
  });

  it('has every recorded picture it names', () => {
    for (const { recorded } of lesson.runs) if (recorded !== null) expect(existsSync(`public/recorded/lessons/${recorded}.json`)).toBe(true);
  });
});

describe('what a lesson says of its own numbers', () => {
  const named = (id: string) => LESSONS.find((lesson) => lesson.id === id) as (typeof LESSONS)[number];
  const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);

  it('the mean of one row errs by the noise, and pulled by its weight by less: all of it is in the key', () => {
    const { runs, steps } = named('shrinkage');
    const { noiseVariance, interceptVariances } = runs[0].spec.dataset as { noiseVariance: number; interceptVariances: number[] };
    const weight = interceptVariances[0] / (interceptVariances[0] + noiseVariance);
    const [variance, bias] = [weight ** 2 * noiseVariance, (1 - weight) ** 2 * interceptVariances[0]];
    expect(weight).toBe(1 / 5);
    expect(steps.find(({ id }) => id === 'bias')?.explain).toContain(
      `errs by ${noiseVariance} in mean square, all variance. A fifth of it errs by ${+(variance + bias).toFixed(9)}: variance ${+variance.toFixed(9)}, squared bias ${+bias.toFixed(9)}.`,
    );
  });

  it('of a table of one’s own, ten numbers for every level of every column leave a network that has no levels', () => {
    const { parameterCount, settings } = aboutMethod('embeddings');
    const network = (p: number, levels: number[]) => parameterCount({ p, levels, task: 'regression' }, settings.parse({})) - 10 * sum(levels);
    for (const p of [3, 10, 25]) expect(network(p, [2500, 300])).toBe(network(p, [40, 7]));
    expect([network(10, [2500]), network(3, [2500]), network(10, [2500, 300])]).toEqual([331, 261, 431]);
    expect(named('parameters').transfer).toContain('Add up the levels of all categorical columns, take ten numbers for each');
    expect(named('parameters').transfer).not.toContain('331');
  });

  it('errors on other levels are foretold by levels that are like a draw of them, and not by the lower half', () => {
    const random = new RandomStream(1, 'schools');
    const schools = Float64Array.from({ length: 20_000 }, () => random.normal());
    const ratio = (seen: Float64Array, others: Float64Array): number => {
      const mean = sum([...seen]) / seen.length;
      const spread = (of: Float64Array) => sum([...of].map((effect) => (effect - mean) ** 2)) / of.length;
      return (spread(others) + 1) / (spread(seen) + 1);
    };
    expect(ratio(schools.slice(0, 10_000), schools.slice(10_000))).toBeCloseTo(1, 1);
    const sorted = schools.slice().sort();
    expect(ratio(sorted.slice(0, 10_000), sorted.slice(10_000))).toBeGreaterThan(2);
    expect(named('fixed-random').steps.find(({ id }) => id === 'decide')?.explain).toContain('like those others, as in a random draw');
    // Half of the condition is no wrong answer.
    expect(named('fixed-random').before.options.map(({ label }) => label)).not.toContain('When they were drawn at random.');
  });
});

describe('lessons', () => {
  it('have one data file and one text each', () => {
    const ids = LESSONS.map(({ id }) => id).sort();
    expect(
      readdirSync('workers/spec/lessons/data')
        .map((file) => file.replace('.ts', ''))
        .sort(),
    ).toEqual(ids);
    expect(
      readdirSync('src/lessons/texts')
        .map((file) => file.replace('.mdx', ''))
        .sort(),
    ).toEqual(ids);
  });

  const [lesson] = LESSONS;
  const problemsOf = (input: unknown): string[] => {
    const parsed = lessonSchema.safeParse(input);
    return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
  };
  const step = lesson.steps[0];

  it('have seven steps at most', () => {
    const steps = Array.from({ length: 8 }, (_, index) => ({ ...step, id: `s${index}`, reveal: undefined }));
    expect(problemsOf({ ...lesson, steps })).toEqual(['steps']);
    expect(problemsOf({ ...lesson, steps: steps.slice(1) })).toEqual([]);
  });

  it('allow and show only what the page has', () => {
    expect(problemsOf({ ...lesson, steps: [{ ...step, allow: ['lasers'] }, ...lesson.steps.slice(1)] })).toEqual(['steps.0.allow.0']);
    expect(problemsOf({ ...lesson, steps: [{ ...step, show: ['lasers'] }, ...lesson.steps.slice(1)] })).toEqual(['steps.0.show.0']);
  });

  it('are done at a step when its question is answered, unless it says otherwise', () => {
    const { done: _done, ...unsaid } = step;
    const parsed = lessonSchema.parse({ ...lesson, steps: [unsaid, ...lesson.steps.slice(1)] });
    expect(parsed.steps.slice(0, 3).map(({ done }) => done)).toEqual([
      { answered: step.id },
      { answered: 'sketch' },
      { finished: true, at: 'table' },
    ]);
    const { ask: _ask, ...silent } = unsaid;
    expect(problemsOf({ ...lesson, steps: [silent, ...lesson.steps.slice(1)] })).toEqual(['steps.0.done']);
  });

  it('lay nothing over an answer that was not asked for before, and run nothing they do not have', () => {
    const reveal = { of: lesson.steps[2].id, series: [], values: [] };
    expect(problemsOf({ ...lesson, steps: [{ ...step, reveal }, ...lesson.steps.slice(1)] })).toEqual(['steps.0.reveal.of']);
    expect(problemsOf({ ...lesson, steps: [{ ...step, run: 'none' }, ...lesson.steps.slice(1)] })).toEqual(['steps.0.run']);
  });
});
