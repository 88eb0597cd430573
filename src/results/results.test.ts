import { describe, expect, it } from 'vitest';
import { orangeSchema } from '../../workers/data/schema';
import { resultWith } from '../../workers/papers/testing';
import type { DatasetSummary, Lane, MetricComparison } from '../../workers/protocol';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { ENTRIES } from '../words/glossary';
import { chanceWords, verdictWords } from '../words/scores';
import { LEVEL, thingOf } from '../words/thing';
import { againstIgnore, boldMethod, chanceAucB, chanceR2, columnDecimals, errorText, metricColumns } from './columns';
import { methodNamed } from './crosshair';
import { emptyWords } from './level-vectors';
import { lossTwin } from './loss-panel';
import { allFinished, dataShapeOf, lossLines, noiseFloor, parameterBars, predictionMethod, trainingGaps, waitingFor } from './model';
import { trainingValues } from './training-values';
import { cellText, fileNumber, toCsv, toTsv } from './twin';

function lane(method: string, status: Lane['status'], more: Partial<Lane> = {}): Lane {
  return { method, status, epoch: 7, bestEpoch: 5, stopEpoch: null, stopReason: null, predictive: 1, parameters: 1, ...more };
}

const IDS = DEFAULT_PRESET.methods.map((method) => method.id);
const LIVE = { kind: 'live' } as const;

const NO_ERRORS = { mse: null, mae: null, r2: null, auc: null, logLoss: null, accuracy: null };

describe('columns', () => {
  it('has those of the task, and those of the truth only with one', () => {
    expect(metricColumns('regression', false).map((column) => column.key)).toEqual(['mse', 'mae', 'r2']);
    expect(
      metricColumns('regression', true, true)
        .map((column) => column.key)
        .slice(-1),
    ).toEqual(['tagR']);
    expect(metricColumns('regression', false, true).map((column) => column.key)).toEqual(['mse', 'mae', 'r2']);
    expect(metricColumns('binary', true).map((column) => column.key)).toEqual([
      'logLoss',
      'auc',
      'accuracy',
      'rmseD',
      'frobenius',
      'spearman',
      'aucB',
    ]);
  });

  it('adds digits until different values read differently, and none for the same value', () => {
    const [mse, , r2] = metricColumns('regression', false);
    const results = (values: number[]) => values.map((value, i) => resultWith(`m${i}`, { mse: value, r2: 0.5 }));
    expect(columnDecimals(mse, results([3.361, 3.5]))).toBe(2);
    expect(columnDecimals(mse, results([3.361, 3.364]))).toBe(3);
    expect(columnDecimals(mse, results([3.361, 3.361 + 1e-12, 5]))).toBe(2);
    expect(columnDecimals(r2, results([1, 2]))).toBe(2);
  });

  it('writes a standard error to its score’s decimals, or to two figures where it is finer', () => {
    expect([errorText(0.123, 2), errorText(0.0041, 2), errorText(12.3, 0), errorText(0, 2)]).toEqual(['0.12', '0.0041', '12', '0.00']);
  });

  it('sets in bold what is ahead of every other method beyond noise, and nothing else', () => {
    const [mse, mae] = metricColumns('regression', false);
    const results = [resultWith('ignore', { mse: 4 }), resultWith('mmbeddings', { mse: 3.3 }), resultWith('embeddings', { mse: 3.4 })];
    const against = (standardError: number, byLevel: number | null = null): MetricComparison[] => [
      {
        metric: 'mse',
        best: 'mmbeddings',
        differences: [
          { method: 'ignore', difference: 0.7, standardError: 0.05, byLevel: null },
          { method: 'embeddings', difference: 0.1, standardError, byLevel },
        ],
      },
    ];
    expect(boldMethod(mse, results, against(0.05))).toBe('mmbeddings');
    expect(boldMethod(mse, results, against(0.06))).toBeNull();
    expect(boldMethod(mse, results, against(0.05, 0.06))).toBeNull();
    expect(boldMethod(mae, results, against(0.05))).toBeNull();
    expect(boldMethod(mse, results, null)).toBeNull();
    expect(verdictWords('regression', results, against(0.05))).toBe(
      'Ahead beyond noise: MMbeddings. The MSE, 3.30, is 0.100 ± 0.050 below that of Embeddings, the next.',
    );
    expect(verdictWords('regression', results, against(0.05, 0.06))).toBe(
      'No method is ahead beyond noise: the least MSE is 3.30, MMbeddings, and that of Embeddings differs by 0.100 ± 0.060 (the rows of a level taken together).',
    );
    expect(verdictWords('regression', results, null)).toBe('');
  });

  it('writes a verdict on a response in small units with its digits', () => {
    const results = [resultWith('embeddings', { mse: 4.1e-12 }), resultWith('mmbeddings', { mse: 2.3e-12 })];
    const differences = [{ method: 'embeddings', difference: 1.8e-12, standardError: 2e-13, byLevel: null }];
    expect(verdictWords('regression', results, [{ metric: 'mse', best: 'mmbeddings', differences }])).toBe(
      'Ahead beyond noise: MMbeddings. The MSE, 2.30 × 10⁻¹², is 1.80 × 10⁻¹² ± 2.00 × 10⁻¹³ below that of Embeddings, the next.',
    );
  });

  it('says that one class in the test rows leaves no AUC, and sets nothing in bold there', () => {
    const [logLoss] = metricColumns('binary', false);
    const results = ['ignore', 'embeddings'].map((id) => resultWith(id, { logLoss: 0.01, auc: Number.NaN, accuracy: 1 }));
    const comparison: MetricComparison[] = [
      { metric: 'logLoss', best: 'ignore', differences: [{ method: 'embeddings', difference: 1, standardError: 0.1, byLevel: null }] },
    ];
    expect(boldMethod(logLoss, results, comparison)).toBeNull();
    expect(verdictWords('binary', results, comparison)).toMatch(/^The test rows hold one class only: AUC is undefined/);
  });

  it('says what is worse than chance, beyond noise only', () => {
    const scored = (auc: number, error: number) => ({
      ...resultWith('mmbeddings', { auc, logLoss: 3.7, accuracy: 0.1 }),
      standardErrors: { ...NO_ERRORS, auc: error },
    });
    expect(chanceWords('binary', [scored(0.03, 0.02)])).toBe('Worse than chance on these test rows: MMbeddings (AUC 0.03).');
    expect(chanceWords('binary', [scored(0.48, 0.02)])).toBe('');
    expect(chanceWords('binary', [scored(0.9, 0.02)])).toBe('');
    expect(chanceWords('regression', [{ ...resultWith('ignore', { mse: 2, r2: -0.5 }), standardErrors: { ...NO_ERRORS, r2: 0.1 } }])).toBe(
      'Worse than predicting their mean on these test rows: Ignore (R² −0.50).',
    );
  });

  it('compares with Ignore', () => {
    const [mse] = metricColumns('regression', false);
    expect(againstIgnore(mse, resultWith('a', { mse: 3 }), resultWith('ignore', { mse: 4 }))).toBeCloseTo(-25);
    expect(againstIgnore(mse, resultWith('a', { mse: 3 }), undefined)).toBeNull();
  });

  it('knows the R² of noise: regressors over levels, said only where it matters', () => {
    expect(chanceR2(10, 30)).toBeCloseTo(0.345, 3);
    expect(chanceR2(10, 100)).toBeCloseTo(0.101, 3);
    expect(chanceR2(10, 1000)).toBeCloseTo(0.01, 3);
    expect(chanceR2(10, 10_000)).toBeNull();
    expect(chanceR2(10, 1_000_000)).toBeNull();
    expect(chanceR2(10, 5)).toBe(1);
  });

  it('knows the chance of AUC_B only where it was checked', () => {
    expect([100, 1000, 10_000, 5000].map(chanceAucB)).toEqual(['0.67', '0.555', '0.515', null]);
    expect(ENTRIES.find(({ term }) => term === 'AUC_B')?.text).toContain(`Noise scores above 0.5: ${chanceAucB(100)} at q = 100.`);
  });
});

describe('run model', () => {
  it('counts parameters before training, as published', () => {
    const problem = dataShapeOf(DEFAULT_PRESET, null, null);
    const bars = parameterBars(DEFAULT_PRESET, problem as { task: 'regression'; p: number; levels: number[] }, () => '#000000');
    expect(bars.map((bar) => bar.parameters)).toEqual([231, 10_331, 10_331, 20_331, 13_651]);
    expect(bars[1].atLevels.at(-1)).toEqual({ q: 100_000, parameters: 1_000_331 });
  });

  it('counts parameters of an own table from its columns before a run has read it, and from the run after', () => {
    const dataset = { kind: 'table', fingerprint: '0123456789abcdef', columns: [] } as unknown as ExperimentSpec['dataset'];
    const spec = { ...DEFAULT_PRESET, dataset };
    const read = { task: 'regression' as const, p: 3, levels: [40] };
    expect(dataShapeOf(spec, null, null)).toBeNull();
    expect(dataShapeOf(spec, null, null, read)).toEqual(read);
    const summary = { task: 'regression', p: 2, features: [{ name: 'shop', levels: 41 }] } as unknown as DatasetSummary;
    expect(dataShapeOf(spec, summary, spec, read)).toEqual({ task: 'regression', p: 2, levels: [41] });
  });

  it('promises no truth to compare with where there is none, and no embeddings where nothing can be embedded', () => {
    const words = (more: Partial<Parameters<typeof emptyWords>[0]>) =>
      emptyWords({ embeddable: true, learns: null, failed: false, going: false, hasTruth: false, thing: LEVEL, ...more });
    expect(words({ hasTruth: true })).toBe('Press Train: the level embeddings appear here next to the truth they were drawn from.');
    expect(words({})).toBe('Press Train: the level embeddings appear here.');
    expect(words({ embeddable: null, thing: thingOf({ kind: 'tags' }) })).toBe('Press Train: the tag embeddings appear here.');
    for (const more of [{}, { going: true }, { failed: true }])
      expect(words({ embeddable: false, ...more })).toBe('These data have neither levels nor tags, so there is nothing to embed.');
    expect(words({ learns: false, going: true })).toBe('Ignore learns no embeddings. Add a method that does.');
  });

  it('counts parameters with the width that the protocol gives few levels', () => {
    const spec = { ...DEFAULT_PRESET, training: { ...DEFAULT_PRESET.training, dimensions: 'auto' as const } };
    const bars = parameterBars(spec, { task: 'regression', p: 10, levels: [6] }, () => '#000000');
    // Six rows of three, and a decoder of 10 and 10 on 13 numbers.
    expect(bars[1].parameters).toBe(6 * 3 + (13 + 1) * 10 + (10 + 1) * 10 + 11);
  });

  it('has finished when every method has results or will have none', () => {
    const results = Object.fromEntries(IDS.slice(1).map((id) => [id, resultWith(id, { mse: 1 })]));
    const run = { spec: DEFAULT_PRESET, status: 'running' as const, results };
    expect(allFinished({ ...run, lanes: IDS.map((id) => lane(id, 'training')) })).toBe(false);
    expect(allFinished({ ...run, lanes: [lane(IDS[0], 'diverged'), ...IDS.slice(1).map((id) => lane(id, 'done'))] })).toBe(true);
    expect(allFinished({ spec: null, status: 'idle', results: {}, lanes: [] })).toBe(false);
  });

  it('draws the predictions of the newest finished method during training, then of the best, unless one is chosen', () => {
    const view = (method: string) => ({ method, testRows: 1, actual: new Float64Array(1), predicted: new Float64Array(1), roc: null });
    const predictions = { mmbeddings: view('mmbeddings'), ignore: view('ignore') };
    const results = { mmbeddings: resultWith('mmbeddings', { mse: 3 }), ignore: resultWith('ignore', { mse: 5 }) };
    const run = { predictions, results, spec: DEFAULT_PRESET, lanes: [] };
    expect(predictionMethod({ ...run, status: 'running' }, null)).toBe('ignore');
    expect(predictionMethod({ ...run, status: 'done' }, null)).toBe('mmbeddings');
    expect(predictionMethod({ ...run, status: 'running' }, 'mmbeddings')).toBe('mmbeddings');
    expect(predictionMethod({ ...run, status: 'done' }, 'embeddings')).toBe('mmbeddings');
  });

  it('tells what a row waits for', () => {
    const run = { source: LIVE, status: 'running' as const, error: null };
    expect(waitingFor({ ...run, lanes: [lane('ignore', 'training', { epoch: 104 })] }, 'ignore')).toEqual({
      text: 'training, epoch 104',
      bad: false,
    });
    expect(waitingFor({ ...run, lanes: [lane('ignore', 'diverged', { stopEpoch: 12 })] }, 'ignore')).toEqual({
      text: '× diverged at epoch 12: no results',
      bad: true,
    });
    expect(waitingFor({ source: { kind: 'none' }, status: 'idle', error: null, lanes: [] }, 'ignore').text).toBe('not trained yet');
  });

  it('marks a line as training, stopped, diverged or ended', () => {
    const curves = Object.fromEntries(
      IDS.map((method) => [method, { method, predictive: Float32Array.of(2, 1), objective: Float32Array.of(2, 1), training: Float32Array.of(2, 1) }]),
    );
    const lanes = [lane(IDS[0], 'training'), lane(IDS[1], 'past-stop', { stopEpoch: 1 }), lane(IDS[2], 'diverged', { stopEpoch: 2 })];
    const style = () => ({ color: '#000000', dash: 'solid' });
    const states = (status: 'running' | 'failed') =>
      lossLines({ spec: DEFAULT_PRESET, curves, lanes, status, source: LIVE, results: {} }, 'predictive', style).map((line) => line.state);
    expect(states('running').slice(0, 3)).toEqual(['training', 'stopped', 'diverged']);
    expect(states('failed')[0]).toBe('halted');
  });

  it('takes results at the stop, or at the best epoch where its weights are restored', () => {
    const curves = {
      ignore: { method: 'ignore', predictive: Float32Array.of(3, 1, 2), objective: Float32Array.of(3, 1, 2), training: new Float32Array(3) },
    };
    const lanes = [lane('ignore', 'done', { epoch: 3, bestEpoch: 2, stopEpoch: 3, stopReason: 'last epoch' })];
    const run = { curves, lanes, status: 'done' as const, source: LIVE };
    const of = (restoreBest: boolean, results = {}) => {
      const spec = { ...DEFAULT_PRESET, training: { ...DEFAULT_PRESET.training, restoreBest } };
      return lossLines({ ...run, spec, results }, 'predictive', () => ({ color: '#000000', dash: 'solid' }))[0];
    };
    expect(of(false)).toMatchObject({ state: 'reached', stopEpoch: 3, resultsFrom: 3 });
    expect(of(true)).toMatchObject({ stopEpoch: 3, resultsFrom: 2 });
    expect(of(true, { ignore: { ...resultWith('ignore', { mse: 1 }), weightsFrom: 1 } }).resultsFrom).toBe(1);
    expect(
      lossTwin({ lines: [of(true)], kind: 'predictive', scale: 'linear', axisTitle: 'MSE', referenceMethod: 'ignore', noiseFloor: null }, true).note,
    ).toBe('Ignore: best epoch 2, reached 3, results from epoch 2.');
  });

  it('has the training loss in the unit of the validation loss, and only where the two are one loss', () => {
    const of = (predictive: number[], objective: number[], training: number[]) => ({
      ...{ method: 'ignore', predictive: Float32Array.from(predictive) },
      ...{ objective: Float32Array.from(objective), training: Float32Array.from(training) },
    });
    // A response of standard deviation 2: the objective is that of the standardised one.
    const plain = of([8, 6, 4], [2, 1.5, 1], [1.75, 1, 0.5]);
    expect(trainingValues(plain, 'predictive')).toEqual(Float32Array.of(7, 4, 2));
    expect(trainingValues(plain, 'objective')).toEqual(plain.training);
    const encoded = of([8, 6, 4], [2, 1.5, 0.2], [1.75, 1, 0.5]);
    expect(trainingValues(encoded, 'predictive')).toBeNull();
    expect(trainingValues(encoded, 'objective')).toEqual(encoded.training);
    const lanes = [lane('ignore', 'past-stop', { bestEpoch: 1, stopEpoch: 2, stopReason: 'patience' })];
    const run = { curves: { ignore: plain }, lanes, status: 'done' as const, source: LIVE, results: {}, spec: DEFAULT_PRESET };
    const lines = lossLines(run, 'predictive', () => ({ color: '#000000', dash: 'solid' }), true);
    expect(trainingGaps(lines, 'predictive')).toEqual([{ label: 'Ignore', epoch: 2, training: 4, validation: 6 }]);
    const input = { kind: 'predictive', scale: 'linear', axisTitle: 'MSE', referenceMethod: 'ignore', noiseFloor: null } as const;
    expect(lossTwin({ ...input, lines }, true)).toMatchObject({
      columns: ['Epoch', 'Ignore', 'Ignore, training'],
      rows: [
        [1, 8, 7],
        [2, 6, 4],
        [3, 4, 2],
      ],
    });
  });

  it('finds the line of a name, whole or cut, and not that of a longer name', () => {
    const lines = ['Embeddings-L2', 'Embeddings', 'MMbeddings'].map((label) => ({ label, method: label.toLowerCase() })) as never;
    expect(['Embeddings', 'Embeddings-L2', 'Embeddings-…', 'MM…', '…', '0.12', ''].map((words) => methodNamed(lines, words))).toEqual([
      ...['embeddings', 'embeddings-l2', 'embeddings-l2', 'mmbeddings', null, null, null],
    ]);
  });

  it('puts the ring on the best epoch of the loss that is drawn, up to the stop', () => {
    const curves = {
      mmbeddings: {
        method: 'mmbeddings',
        predictive: Float32Array.of(6, 5.6, 5.8, 6, 1),
        objective: Float32Array.of(9, 8, 7, 6, 5),
        training: new Float32Array(5),
      },
    };
    const lanes = [lane('mmbeddings', 'past-stop', { bestEpoch: 4, stopEpoch: 4, stopReason: 'patience' })];
    const run = { curves, lanes, status: 'running' as const, source: LIVE, results: {}, spec: DEFAULT_PRESET };
    const ring = (loss: 'predictive' | 'objective') => lossLines(run, loss, () => ({ color: '#000000', dash: 'solid' }))[0].bestEpoch;
    expect(ring('predictive')).toBe(2);
    expect(ring('objective')).toBe(4);
  });

  it('gives the noise floor of simulated regression only', () => {
    expect(noiseFloor(DEFAULT_PRESET)).toBe(0.5);
    expect(noiseFloor({ ...DEFAULT_PRESET, methods: DEFAULT_PRESET.methods.slice(0, 1) })).toBeNull();
    expect(noiseFloor({ ...DEFAULT_PRESET, dataset: orangeSchema.parse({ kind: 'orange' }) })).toBeNull();
  });
});

describe('table twins', () => {
  it('quotes what needs quoting', () => {
    expect(
      toCsv({
        columns: ['a', 'b,c'],
        rows: [
          ['say "x"', 1 / 3],
          [null, Number.NaN],
        ],
      }),
    ).toBe(`a,"b,c"\r\n"say ""x""",0.333333\r\n,NaN\r\n`);
  });
  it('writes six significant digits, whole numbers whole, and R2 for R², in files and on the clipboard', () => {
    const twin = { columns: ['Method', 'R²', 'R² on all'], rows: [['Ignore', 0.7300000190734863, 3.361234567]] };
    expect(toCsv(twin)).toBe('Method,R2,R2 on all\r\nIgnore,0.73,3.36123\r\n');
    expect(toTsv(twin)).toBe('Method\tR2\tR2 on all\nIgnore\t0.73\t3.36123');
    expect([1_000_331, Math.fround(1234567.8), -0.000123456789, 1e-9].map(fileNumber)).toEqual(['1000331', '1234568', '-0.000123457', '1e-9']);
    expect(fileNumber(100_000_003.1417)).toBe('100000003.1417');
  });
  it('keeps cells apart on the clipboard', () => {
    expect(toTsv({ columns: ['a', 'b'], rows: [['x\ty', 2]] })).toBe('a\tb\nx y\t2');
  });
  it('writes numbers as the page does', () => {
    expect(cellText(-12_345)).toBe('\u221212,345');
    expect(cellText(0.5)).toBe('0.5000');
    expect(cellText(1e-12)).toBe('1.000 × 10⁻¹²');
    expect(cellText(-8.8e-8)).toBe('\u22128.800 × 10⁻⁸');
    expect(cellText(0.00012345)).toBe('0.0001235');
    expect(cellText(null)).toBe('');
  });
});
