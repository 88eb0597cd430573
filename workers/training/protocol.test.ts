import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchFor,
  batchOf,
  changedFromProtocol,
  dimensionFor,
  LEARNING_RATES,
  PROTOCOLS,
  patienceOf,
  resolveTraining,
  settingsUnder,
  trialEpochs,
  withProtocolDefaults,
} from './protocol';
import { trainingSchema } from './schema';

const facts = { trainRows: 9000, levels: [1000, 20] };
const recommended = trainingSchema.parse(withProtocolDefaults({ protocol: 'recommended' }));

describe('protocols', () => {
  it('leave a spec without one as published', () => {
    const published = trainingSchema.parse({});
    expect(published).toMatchObject({ protocol: 'published', ...PROTOCOLS.published });
    expect(changedFromProtocol(published)).toEqual([]);
    expect(resolveTraining(published, facts)).toMatchObject({ batchSize: 1000, patience: 10, learningRate: 0.001 });
  });

  it('fill what is not given; what is changed by hand counts and is named', () => {
    expect(recommended).toMatchObject({ protocol: 'recommended', ...PROTOCOLS.recommended });
    const changed = trainingSchema.parse(withProtocolDefaults({ protocol: 'recommended', learningRate: 0.02, epochs: 5 }));
    expect(changed).toMatchObject({ learningRate: 0.02, epochs: 5, stopOn: 'predictive', restoreBest: true });
    expect(changedFromProtocol(changed)).toEqual(['learningRate']);
    expect(changedFromProtocol(recommended)).toEqual([]);
  });

  it('come to numbers on data', () => {
    const resolved = resolveTraining(recommended, facts);
    expect(resolved.batchSize).toBe(batchFor(9000));
    expect(LEARNING_RATES).toContain(resolved.learningRate);
    expect(batchOf({ batchSize: 'q' }, { trainRows: 2079, levels: [] })).toBe(batchFor(2079));
  });

  it('wait longer where an epoch has few steps, never less than ten epochs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 1, max: 1e5 }), (trainRows, batchSize) => {
        const patience = patienceOf({ patience: 'auto', batchSize }, { trainRows, levels: [] }) as number;
        const trial = trialEpochs(batchSize, trainRows);
        return patience >= 10 && patience <= 50 && trial >= 1 && trial <= patience;
      }),
    );
    expect(patienceOf({ patience: null, batchSize: 8 }, facts)).toBeNull();
  });

  it('keep a width that was set by hand', () => {
    const few = [3];
    expect(settingsUnder({ dimensions: 'auto' }, { d: 10, beta: 1 }, few)).toEqual({ d: dimensionFor(few), beta: 1 });
    expect(settingsUnder({ dimensions: 'auto' }, { d: 7 }, few)).toEqual({ d: 7 });
    expect(settingsUnder({ dimensions: 'as-set' }, { d: 10 }, few)).toEqual({ d: 10 });
    expect(settingsUnder({ dimensions: 'auto' }, {}, few)).toEqual({});
  });
});
