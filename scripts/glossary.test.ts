/** The glossary and the texts of the page: every term of the field has an entry, and every entry is used. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENTRIES, formsOf, termsIn, termsToMark } from '../src/words/glossary';
import { RandomStream } from '../workers/random/random';
import { pageTexts, textsOf } from './page-texts';

const ROOT = resolve(import.meta.dirname, '..');
const GLOSSARY = 'src/words/glossary.ts';

/**
 * Terms of statistics and machine learning that a text may not use without an entry: those that the page has,
 * and those of the indexes of ISLR, of Deep Learning (Goodfellow et al.) and of lme4's manual that it may
 * come to use. Plurals are found with them.
 */
const FIELD =
  'activation|autocorrelation|autoencoder|autoregression|autoregressive|attention|asymptote|bagging|batch|batch normalisation|bayesian|bias-variance|bilinear|' +
  'BLUP|boosting|bootstrap|Brier score|calibration|calibrated|cardinality|categorical|classification|collaborative filtering|confounder|contrastive|convolution|correlation|' +
  'cosine|covariance|covariate|cross-entropy|cross-validation|decoder|deviance|dimension|dispersion|diverged|dropout|early stopping|eigenvalue|embedding|encoder|ensemble|epoch|' +
  'expectation–maximisation|factorization machine|fine-tuning|fixed effect|fold|Frobenius|gaussian|generalisation|gradient|grid search|heteroscedastic|hidden layer|hyperparameter|' +
  'indicator|initialisation|inner product|interquartile|intraclass|invariant|jackknife|kernel|kurtosis|laplace approximation|latent|layer|leakage|learning rate|least squares|level|likelihood|logistic|' +
  'logit|log loss|log odds|loss|memorise|mixed model|momentum|multicollinearity|network|neural network|nonparametric|normal distribution|objective|one-hot|' +
  'optimiser|ordinal|outlier|overfit|overfitting|parameter|patience|penalty|perceptron|perplexity|posterior|post-training|precision-recall|pretraining|prior|principal component|' +
  'Procrustes|p-value|quantile|random effect|random intercept|random slope|regression|regulariser|regularisation|residual|seed|self-attention|sensitivity|shrinkage|' +
  'sigmoid|skip-gram|softmax|specificity|standard deviation|standard error|stochastic gradient|stratified|tag|target encoding|token|transformer|t-SNE|' +
  'UMAP|underfit|validation|variance|variational|vector|weight decay|weight of own rows|Zipf';

/** Words in capitals that are no terms: kinds of files, places, bodies units and packages. */
const NAMES = /^(JSON|CSV|TSV|PNG|SVG|PDF|XML|HDF|SPSS|UTC|UTF|ID|UK|UCI|ETH|GPL|GB|CPU|JAX|SUM|HR|QR|URL|HTML|MM|NCF|LMMNN|MB|GFLOP|MFLOP)$/;

describe('the glossary', () => {
  const texts = pageTexts(ROOT, [GLOSSARY, 'workers/data/guess/names.ts', 'src/report/style.ts']);

  it('has an entry for every term of the field that a text uses', () => {
    expect(texts.length).toBeGreaterThan(2_000);
    const field = new RegExp(`(?<![\\p{L}\\p{N}_-])(${FIELD})(?:s|es)?(?![\\p{L}\\p{N}_-])`, 'giu');
    const missing = texts.flatMap(({ file, text }) => {
      const known = termsIn(text);
      return [...text.matchAll(field)]
        .filter(({ index, 0: word }) => !known.some(({ start, end }) => start <= index && index + word.length <= end))
        .map(([word]) => `${word} (${file}: ${text.slice(0, 60)})`);
    });
    expect([...new Set(missing)]).toEqual([]);
  });

  it('has an entry for every abbreviation, but for kinds of files, places and methods', () => {
    const missing = texts.flatMap(({ file, text }) => {
      const known = termsIn(text);
      return [...text.matchAll(/(?<![\p{L}\p{N}_.-])[A-Z]{2,}(?![\p{L}\p{N}_.(])/gu)]
        .filter(({ index, 0: word }) => !NAMES.test(word) && !known.some(({ start, end }) => start <= index && index < end))
        .map(([word]) => `${word} (${file}: ${text.slice(0, 60)})`);
    });
    expect([...new Set(missing)]).toEqual([]);
  });

  it('has no entry that no text uses', () => {
    const used = new Set(texts.flatMap(({ text }) => termsIn(text).map(({ entry }) => entry.term)));
    expect(ENTRIES.map(({ term }) => term).filter((term) => !used.has(term))).toEqual([]);
  });

  it('says every word once, in a sentence of at most two lines', () => {
    const forms = ENTRIES.flatMap(formsOf).map((form) => form.toLowerCase());
    expect(forms.filter((form, index) => forms.indexOf(form) !== index)).toEqual([]);
    for (const { term, text } of ENTRIES) {
      expect(text.length, term).toBeLessThan(190);
      expect(text, term).toMatch(/^[A-Z].*[.]$/);
    }
  });
});

describe('an entry that says a rule', () => {
  const said = (term: string) => ENTRIES.find((entry) => entry.term === term)?.text;
  const drawn = (): number[][] => {
    const random = new RandomStream(3, 'glossary');
    return Array.from({ length: 300 }, () => {
      const effect = random.normal();
      return Array.from({ length: 3 }, () => effect + 2 * random.normal());
    });
  };

  it('of expectation–maximisation takes how sure effects are too: without it the variance of the effects is lost', () => {
    const rows = drawn();
    const fitted = (sure: 0 | 1): number => {
      let [effects, noise] = [1, 4];
      for (let turn = 0; turn < 1000; turn++) {
        const weight = (3 * effects) / (3 * effects + noise);
        const means = rows.map((own) => (weight * own.reduce((a, b) => a + b)) / 3);
        const spread = sure * effects * (1 - weight);
        const squares = rows.flatMap((own, j) => own.map((y) => (y - means[j]) ** 2));
        effects = means.reduce((sum, mean) => sum + mean ** 2, 0) / 300 + spread;
        noise = squares.reduce((a, b) => a + b) / 900 + spread;
      }
      return effects;
    };
    // Three standard errors of a variance of 1 in noise of 4 / 3 at 300 levels.
    expect(Math.abs(fitted(1) - 1)).toBeLessThan(3 * Math.sqrt(2 / 300) * (1 + 4 / 3));
    expect(fitted(0)).toBeLessThan(0.01);
    expect(said('expectation–maximisation')).toContain('how surely');
  });

  it('of the weight of own rows names both that it follows: many rows alone give no weight near 1', () => {
    const weight = (rows: number, variance: number) => (rows * variance) / (rows * variance + 1);
    expect([weight(100, 0.001), weight(1, 100)].map((share) => share.toFixed(2))).toEqual(['0.09', '0.99']);
    expect(said('weight of own rows')).toContain('more with many rows, and where levels differ much');
  });

  it('of correlation does not take 0 for no relation', () => {
    const x = [-2, -1, 0, 1, 2];
    expect(x.reduce((sum, value) => sum + value * value ** 2, 0)).toBe(0);
    expect(said('correlation')).toContain('no straight-line relation');
  });
});

describe('terms in a text', () => {
  it('are found as whole words, in the plural, the longest first', () => {
    const found = (text: string) => termsIn(text).map(({ entry, start, end }) => [entry.term, text.slice(start, end)]);
    expect(found('Batch normalisation of batches, an ELBO, q = 5.')).toEqual([
      ['batch normalisation', 'Batch normalisation'],
      ['batch', 'batches'],
      ['ELBO', 'ELBO'],
      ['q', 'q'],
    ]);
    // Not inside other words, nor in another case where the term has capitals.
    expect(found('Epochal levelled elbo Adamant Q')).toEqual([]);
  });

  it('are marked at most twice, each once, the special before the basic', () => {
    const text = 'An epoch is an epoch; the prior and the posterior come after the epoch, as does shrinkage.';
    expect(termsToMark(text).map(({ entry }) => entry.term)).toEqual(['prior', 'posterior']);
    // The name of a method is none of its terms.
    expect(termsToMark('Embeddings-L2 and Embeddings fell, as embeddings do.').map(({ start }) => start)).toEqual([38]);
    expect(termsToMark('One epoch of the prior.').map(({ entry }) => entry.term)).toEqual(['epoch', 'prior']);
  });

  it('are taken from what people read: not from classes, imports or formulas', () => {
    const source = `import x from 'a b'; const c = <p className="loss batch" title="One batch.">Two {\`levels \${n} of it\`} <b>rows</b></p>; const o = { formula: 'a prior b', idea: 'Three priors.' };`;
    expect(textsOf('x.tsx', source).map(({ text }) => text)).toEqual(['One batch.', 'Two', 'levels … of it', 'rows', 'Three priors.']);
  });
});
