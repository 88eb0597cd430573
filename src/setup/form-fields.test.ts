import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ABOUTS } from '../../workers/spec/methods';
import { collaborativeSchema, growthSchema, lmmnnSchema, simulatedSchema, trainingSchema } from '../../workers/spec/schemas';
import { type FormField, fieldsOf, read, shown } from './form-fields';

const schema = z.strictObject({
  kind: z.literal('test'),
  width: z.int().min(1).max(2_000_000).default(10).meta({ title: 'Width d', help: 'How wide.', paper: '10' }),
  rate: z.number().gt(0).max(1).default(0.5),
  layers: z.array(z.int().min(1)).default([100, 100]),
  batch: z.union([z.literal('q'), z.int().min(1)]).default('q'),
  patience: z.int().min(1).nullable().default(10),
  on: z.boolean().default(true),
  rule: z.enum(['mean-of-logs', 'log-of-mean']).default('mean-of-logs'),
});

const fields = Object.fromEntries(fieldsOf(schema).map((field) => [field.key, field])) as Record<string, FormField>;

describe('forms from schemas', () => {
  it('have a control for every field but literals, in order', () => {
    expect(fieldsOf(schema).map(({ key, kind }) => [key, kind])).toEqual([
      ['width', 'number'],
      ['rate', 'number'],
      ['layers', 'numbers'],
      ['batch', 'number'],
      ['patience', 'number'],
      ['on', 'switch'],
      ['rule', 'choice'],
    ]);
    expect(fields.width).toMatchObject({ title: 'Width d', help: 'How wide.', paper: '10', whole: true, min: 1, max: 2_000_000 });
    expect(fields.rule).toMatchObject({
      options: [
        { value: 'mean-of-logs', label: 'Mean of logs' },
        { value: 'log-of-mean', label: 'Log of mean' },
      ],
    });
  });

  it('have a control for words as well as numbers, constants, lists of a fixed length and forms told apart by a key', () => {
    const rich = Object.fromEntries(
      fieldsOf(
        z.strictObject({
          beta: z.union([z.literal('n/N'), z.literal('grid'), z.number().min(0)]).default('n/N'),
          bins: z.literal([512, 1024]).default(1024),
          cross: z.enum(['product', 'sum']).nullable().default(null),
          curve: z.array(z.number().min(0)).length(3).default([10, 5, 5]),
          variance: z
            .discriminatedUnion('kind', [
              z.strictObject({ kind: z.literal('fixed'), value: z.number().default(1) }),
              z.strictObject({ kind: z.literal('learned'), start: z.number().default(2), shared: z.boolean().default(true) }),
            ])
            .default({ kind: 'fixed', value: 1 }),
        }),
      ).map((field) => [field.key, field]),
    ) as Record<string, FormField>;
    expect(rich.beta).toMatchObject({ kind: 'number', words: ['n/N', 'grid'], min: 0 });
    expect(read(rich.beta, 'N/n')).toEqual({ ok: true, value: 'n/N' });
    expect(read(rich.beta, ' GRID ')).toEqual({ ok: true, value: 'grid' });
    expect(rich.bins).toMatchObject({ kind: 'choice', options: [{ value: '512', raw: 512 }, { raw: 1024 }] });
    expect(rich.cross).toMatchObject({ kind: 'choice', options: [{ raw: 'product' }, { raw: 'sum' }, { label: 'None', raw: null }] });
    expect(read(rich.curve, '10, 5')).toEqual({ ok: false, message: 'Enter three numbers.' });
    expect(read(rich.curve, '10 5 2.5')).toEqual({ ok: true, value: [10, 5, 2.5] });
    expect(rich.variance).toMatchObject({
      kind: 'variant',
      by: 'kind',
      options: [
        { value: 'fixed', fields: [{ key: 'value', kind: 'number' }], fresh: { kind: 'fixed', value: 1 } },
        { value: 'learned', fields: [{ key: 'start' }, { key: 'shared', kind: 'switch' }], fresh: { kind: 'learned', start: 2, shared: true } },
      ],
    });
  });

  it('refuse what the schema refuses, in a sentence', () => {
    expect(read(fields.width, '1.5')).toEqual({ ok: false, message: '1.5 is not a whole number.' });
    expect(read(fields.width, 'ten')).toEqual({ ok: false, message: '"ten" is not a number.' });
    expect(read(fields.width, '2,000,001')).toEqual({ ok: false, message: 'At most 2,000,000.' });
    expect(read(fields.rate, '0')).toEqual({ ok: false, message: 'More than 0.' });
    expect(read(fields.width, ' ')).toEqual({ ok: false, message: 'Enter a number.' });
    expect(read(fields.layers, '10, x')).toEqual({ ok: false, message: '"x" is not a number.' });
  });

  it('read words and nothing where they mean something', () => {
    expect(read(fields.batch, 'Q')).toEqual({ ok: true, value: 'q' });
    expect(read(fields.patience, '')).toEqual({ ok: true, value: null });
    expect(read(fields.layers, '')).toEqual({ ok: true, value: [] });
    expect(read(fields.layers, '100,100 50')).toEqual({ ok: true, value: [100, 100, 50] });
  });

  it('take a comma that groups no thousands for a decimal sign, and never for nothing', () => {
    const free = fieldsOf(z.strictObject({ l2: z.number().min(0.0001).default(1), variances: z.array(z.number().min(0)).default([]) }));
    const [l2, variances] = free;
    expect(read(fields.rate, '0,001')).toEqual({ ok: true, value: 0.001 });
    expect(read(l2, '0,125')).toEqual({ ok: true, value: 0.125 });
    expect(read(l2, '12,345,6')).toEqual({ ok: false, message: '"12,345,6" is not a number.' });
    expect(read(fields.width, '25,000')).toEqual({ ok: true, value: 25_000 });
    expect(read(fields.width, '2,5')).toEqual({ ok: false, message: '2,5 is not a whole number.' });
    expect(read(l2, '0')).toEqual({ ok: false, message: 'At least 0.0001.' });
    // A list asks where it cannot know.
    expect(read(variances, '0,3')).toEqual({ ok: false, message: 'Is "0,3" one number or more? Write 0.3, or 0, 3 with spaces.' });
    expect(read(variances, '1,5 2,5')).toMatchObject({ ok: false });
    expect(read(variances, '0.3, 3; 2 1')).toEqual({ ok: true, value: [0.3, 3, 2, 1] });
    expect(read(variances, '10,5,5')).toEqual({ ok: true, value: [10, 5, 5] });
    expect(read(fields.layers, '25,000')).toEqual({ ok: false, message: 'Is "25,000" one number or more? Write 25000, or 25, 0 with spaces.' });
  });

  it('ask about a point that may group thousands where only whole numbers are', () => {
    expect(read(fields.width, '50.000')).toEqual({ ok: false, message: 'Is "50.000" 50,000 or 50? Write 50000 or 50.' });
    expect(read(fields.width, '1.500')).toEqual({ ok: false, message: 'Is "1.500" 1,500? Write 1500.' });
    expect(read(fields.width, '1.000.000')).toEqual({ ok: false, message: 'Is "1.000.000" 1,000,000? Write 1000000.' });
    expect(read(fields.layers, '100.000 50')).toMatchObject({ ok: false });
    expect(read(fields.patience, '5.000')).toMatchObject({ ok: false });
    // A number with decimals may have three of them.
    expect(read(fields.rate, '1.000')).toEqual({ ok: true, value: 1 });
  });

  it('read back every number they show', () => {
    const back = (field: FormField) => (value: number) => {
      expect(read(field, shown(field, value))).toEqual({ ok: true, value });
    };
    fc.assert(fc.property(fc.integer({ min: 1, max: 2_000_000 }), back(fields.width)));
    fc.assert(fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), back(fields.rate)));
  });

  it('cover every hyperparameter of every method, training and the simulator, each with its help', () => {
    // A formula has a line of its own (methods/formula).
    const keys = (shape: object): string[] => Object.keys(shape).filter((key) => key !== 'formula');
    for (const about of ABOUTS) expect(fieldsOf(about.settings).map(({ key }) => key)).toEqual(keys(about.settings.shape));
    expect(fieldsOf(trainingSchema).map(({ key }) => key)).toEqual(Object.keys(trainingSchema.shape));
    const drawn = [simulatedSchema, growthSchema, collaborativeSchema, lmmnnSchema];
    for (const simulator of drawn) {
      const literal = simulator === growthSchema ? ['kind', 'task'] : ['kind'];
      expect(fieldsOf(simulator).map(({ key }) => key)).toEqual(Object.keys(simulator.shape).filter((key) => !literal.includes(key)));
    }
    for (const field of [...ABOUTS.flatMap((about) => fieldsOf(about.settings)), ...fieldsOf(trainingSchema)])
      expect(field.help, field.key).not.toBe('');
    // The form writes "Paper: " before it.
    for (const field of [...ABOUTS.flatMap((about) => fieldsOf(about.settings)), ...fieldsOf(trainingSchema), ...drawn.flatMap(fieldsOf)])
      expect(field.paper ?? '', field.key).not.toContain(':');
  });
});
