import { describe, expect, it } from 'vitest';
import { bestEpoch, disagreement, keyWords, type MarkedLine } from './best-epoch';
import { type LossStory, lossSentence } from './loss';
import { shapeOf } from './shape';

/** A fixed pseudo-random number in −1…1 for an index. */
const jitter = (i: number): number => {
  const x = Math.sin(i * 12.9898) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
};
const curve = (epochs: number, at: (epoch: number) => number) => Float32Array.from({ length: epochs }, (_, i) => at(i + 1));

/** Falls to 3.84 at epoch 150, then rises to 4.20 at epoch 300. */
const U = curve(300, (e) => (e <= 150 ? 3.84 + 4 * ((150 - e) / 150) ** 2 : 3.84 + 0.36 * ((e - 150) / 150)));
const FALLING = curve(100, (e) => 9 - 0.05 * e);
const FLAT = curve(100, (e) => (e < 12 ? 9 - 0.3 * e : 9 - 0.3 * 12));
const down = curve(300, (e) => 1 + 5 / e);

const story = (label: string, values: ArrayLike<number>, more: Partial<LossStory> = {}): LossStory => ({
  label,
  values,
  training: down.subarray(0, values.length),
  stopEpoch: values.length,
  state: 'reached',
  ...more,
});
const said = (...stories: LossStory[]) => lossSentence(stories, { percent: false });

describe('the shape of a curve', () => {
  it('is known where the curve was made so', () => {
    expect(shapeOf(U)).toMatchObject({ kind: 'rose', bestEpoch: 150 });
    expect(shapeOf(FALLING).kind).toBe('falling');
    expect(shapeOf(FLAT)).toMatchObject({ kind: 'flat', since: expect.toSatisfy((since: number) => since >= 10 && since <= 14) });
    expect(shapeOf(Float32Array.of(3, 2, 1)).kind).toBe('short');
  });

  it('is not read out of jumps: no rise in noise about a level, a rise that exceeds it, nothing said where it drowns', () => {
    const noisy = (trend: (e: number) => number, size: number) => shapeOf(curve(200, (e) => trend(e) + size * jitter(e))).kind;
    expect(noisy(() => 5, 0.02)).toBe('flat');
    expect(noisy((e) => 5 + Math.abs(e - 100) / 100, 0.1)).toBe('rose');
    expect(noisy((e) => 5 - e / 100, 0.05)).toBe('falling');
    expect(noisy(() => 5, 1.5)).toBe('unclear');
    // Noise of many sizes and lengths about a level: a trend is read into hardly one curve in a hundred.
    const wrong = Array.from({ length: 600 }, (_, k) => {
      const epochs = [30, 60, 150, 500, 3000][k % 5];
      return shapeOf(curve(epochs, (e) => 5 + (0.05 + (k % 7) / 10) * jitter(e + 5000 * k))).kind;
    }).filter((kind) => kind !== 'flat' && kind !== 'unclear');
    expect(wrong.length).toBeLessThanOrEqual(9);
  });

  it('is found in thousands of epochs as in hundreds, and quickly', () => {
    const long = curve(10_000, (e) => (e <= 5000 ? 3.84 + 4 * ((5000 - e) / 5000) ** 2 : 3.84 + 0.36 * ((e - 5000) / 5000)));
    expect(shapeOf(long)).toMatchObject({ kind: 'rose', bestEpoch: 5000 });
    const flat = shapeOf(curve(10_000, (e) => 4 + 5 * Math.exp(-e / 500)));
    expect(flat.kind).toBe('flat');
    // 5·exp(−e/500) is 0.1, a fiftieth of the fall, at epoch 1956.
    expect(flat.kind === 'flat' && Math.abs(flat.since - 1956)).toBeLessThan(60);
    // The quickest of a dozen: a machine that stands still meanwhile is not the function's.
    const times = Array.from({ length: 12 }, () => {
      const began = performance.now();
      shapeOf(long);
      return performance.now() - began;
    });
    expect(Math.min(...times)).toBeLessThan(15);
  });

  it('does not call a rise under a hundredth of the value one', () => {
    expect(shapeOf(curve(100, (e) => 5 + (0.02 * Math.abs(e - 50)) / 50)).kind).toBe('flat');
    expect(shapeOf(curve(100, (e) => 5 + (0.4 * Math.abs(e - 50)) / 50)).kind).toBe('rose');
  });
});

describe('the caption of the loss', () => {
  it('says memorising only where the training loss fell on', () => {
    expect(said(story('Embeddings', U))).toBe('Embeddings fell to 3.84 at epoch 150 and then rose to 4.20: they memorise their training rows.');
    expect(said(story('TabNet', U))).toBe('TabNet fell to 3.84 at epoch 150 and then rose to 4.20: it memorises its training rows.');
    expect(said(story('TabNet', U, { training: U }))).toBe('TabNet fell to 3.84 at epoch 150 and then rose to 4.20.');
  });

  it('advises more epochs only where the last epoch ended the fall', () => {
    expect(said(story('TabNet', FALLING))).toBe('TabNet is still falling at the last epoch: train longer.');
    expect(said(story('TabNet', FALLING, { state: 'training', stopEpoch: null }))).toBe('TabNet is still falling.');
    expect(said(story('Embeddings', FALLING, { state: 'stopped', stopEpoch: 40 }))).toBe(
      'Embeddings go on falling past their stop: a longer patience would use that.',
    );
  });

  it('says since when nothing happens, of one and of several', () => {
    expect(said(story('Ignore', FLAT))).toMatch(/^Ignore is flat after epoch 1[0-4]\.$/);
    expect(
      said(
        story('Ignore', FLAT),
        story(
          'MMbeddings',
          curve(100, () => 4),
        ),
      ),
    ).toMatch(/^Ignore and MMbeddings are flat after epochs 1 to 1[0-4]\.$/);
  });

  it('puts the gravest first, and no more than two sentences', () => {
    const all = said(story('Ignore', FLAT), story('NCF', FALLING), story('Embeddings', U));
    expect(all).toBe(
      'Embeddings fell to 3.84 at epoch 150 and then rose to 4.20: they memorise their training rows. NCF is still falling at the last epoch: train longer.',
    );
  });

  it('says where it cannot tell, and leaves out what diverged', () => {
    expect(
      said(
        story(
          'NCF',
          curve(200, (e) => 5 + 1.5 * jitter(e)),
        ),
      ),
    ).toMatch(/^NCF jumps by about .* too much to say whether it still falls\.$/);
    expect(said(story('NCF', Float32Array.of(3, 2)))).toBe('Too few epochs to say what the curves do.');
    expect(said(story('NCF', U, { state: 'diverged' }))).toBe('');
  });

  it('tells the objective in percent of the first epoch', () => {
    expect(lossSentence([story('TabNet', U, { training: U })], { percent: true })).toMatch(
      /^TabNet fell to 49 % at epoch 150 and then rose to 54 %\.$/,
    );
  });

  it('says of a negative objective what it does', () => {
    const percent = (values: Float32Array) => lossSentence([story('TabNet', values, { training: values })], { percent: true });
    const [falling, rising] = [curve(100, (e) => -1 - 0.05 * e), curve(100, (e) => -6 + 0.05 * e)];
    expect(percent(falling)).toBe('TabNet is still falling at the last epoch: train longer.');
    // From −5.95 to −1: up by 83 % of the beginning.
    expect(percent(rising)).toBe('TabNet rose from 100 % at the first epoch to 183 %.');
  });
});

describe('best epochs', () => {
  it('are those of the curve, up to the stop', () => {
    expect(bestEpoch([3, 1, 2, 0.5])).toBe(4);
    expect(bestEpoch([3, 1, 2, 0.5], 3)).toBe(2);
    expect(bestEpoch([1, 1])).toBe(1);
    expect(bestEpoch([Number.NaN, 2, Number.NaN])).toBe(2);
    expect(bestEpoch([Number.NaN])).toBeNull();
  });

  it('are told where the losses disagree, and only there', () => {
    const own = [9, 8, 7, 6];
    const honest = [6, 5.61, 5.8, 6.2];
    const methods = [{ label: 'MMbeddings', predictive: honest, objective: own, stopEpoch: 4 }];
    expect(disagreement(methods)).toBe('MMbeddings: the objective is least at epoch 4, where the predictive loss is 6.20; that is least at 2, 5.61.');
    expect(disagreement([{ ...methods[0], objective: honest }])).toBeNull();
    // 5.611 and 5.612 read the same.
    expect(disagreement([{ ...methods[0], predictive: [6, 5.611, 5.7, 5.612] }])).toBeNull();
    // The one that loses most is named.
    const more = { ...methods[0], label: 'NCF', predictive: [6, 5, 5.8, 9] };
    expect(disagreement([methods[0], more, methods[0]])).toBe(
      'NCF: the objective is least at epoch 4, where the predictive loss is 9.00; that is least at 2, 5.00. In 2 more methods the two losses differ less.',
    );
  });

  it('have a key that is true under both protocols', () => {
    const marked = (bestEpoch: number, stopEpoch: number, resultsFrom: number): MarkedLine => ({
      bestEpoch,
      stopEpoch,
      resultsFrom,
      state: 'stopped',
    });
    const key = (lines: MarkedLine[], restoreBest: boolean, loss: 'predictive' | 'objective' = 'predictive', going = false) =>
      keyWords(lines, { loss, restoreBest, going });
    // As published: the last weights.
    expect(key([marked(11, 247, 247)], false)).toEqual({ ring: 'best epoch of this loss', bar: 'stopped, results taken here', dot: null });
    // Recommended: the best weights by the predictive loss; on the objective's curve they are at neither
    // mark.
    expect(key([marked(11, 21, 11)], true)).toEqual({ ring: 'best epoch of this loss, results taken here', bar: 'stopped', dot: null });
    expect(key([marked(20, 21, 11)], true, 'objective')).toEqual({
      ring: 'best epoch of this loss',
      bar: 'stopped',
      dot: 'results taken here, the best epoch of the predictive loss',
    });
    expect(key([marked(11, 21, 11), marked(9, 30, 30)], true).ring).toBe('best epoch of this loss, some results taken here');
    expect(key([{ ...marked(3, 3, 3), state: 'reached' }], false).bar).toBe('last epoch reached, results taken here');
    expect(key([], false, 'predictive', true)).toEqual({ ring: 'best epoch of this loss so far', bar: 'stopped, results taken here', dot: null });
  });
});
