import { ABOUTS } from '../../workers/spec/methods';

/**
 * What the words of the page mean: the terms of statistics and machine learning that its texts use, in plain
 * words. A test holds both ways: a term of the field in a text has an entry, and an entry is used somewhere.
 * The page loads this file after its first picture (src/ui/term.tsx).
 */
export interface Entry {
  /** As it heads its line in the list of terms. */
  term: string;
  /**
   * Words that count as its use besides `term`; a plural in s or es counts too. With a capital they must have
   * it.
   */
  forms?: readonly string[];
  /** Known from school or from the page's first lines: other terms are marked before it. */
  basic?: true;
  /** One or two sentences that a person without statistics can read. */
  text: string;
}

const entry = (term: string, text: string, forms: readonly string[] = []): Entry => ({ term, text, forms });
const basic = (term: string, text: string, forms: readonly string[] = []): Entry => ({ term, text, forms, basic: true });

const DATA: Entry[] = [
  basic('level', 'One value that a categorical column can take: one user, one shop, one word. Many levels mean few rows for each.'),
  entry('q', 'How many levels a categorical column has. With q = 1,000 and 9,000 training rows, a level has nine rows on average.'),
  entry('cardinality', 'How many different levels a column has. It is high when there are hundreds or more, such as users or postcodes.'),
  entry('categorical', 'Holding names instead of numbers: which user, which shop. Names cannot be added, so a method must turn them into numbers.'),
  basic('feature', 'A column that predictions are made from, numeric or categorical.'),
  basic('target', 'The column that is to be predicted. The response is another word for it.', ['response']),
  basic('regression', 'Predicting a number, such as a price.'),
  basic('classification', 'Predicting a class, such as yes or no, or the probability of each.', ['binary']),
  entry('ordinal', 'A target whose classes have an order, such as low, middle and high, without a distance between them.', ['ordered classes']),
  entry('tags', 'Labels of which a row can have several at once, such as the genres of a film.', ['tag']),
  entry(
    'seed',
    'The number that random draws begin from. The same seed repeats a run exactly on the same backend with as many threads; elsewhere rounding differs.',
  ),
  entry('training rows', 'The rows that a method learns from.', ['training row']),
  entry('validation', 'Rows kept out of training. They show during training whether what is learned holds for other rows, and decide when to stop.'),
  entry('test rows', 'Rows that no method has seen before its results are taken. Only they can say how good it is.', ['test row']),
  entry('fold', 'One of the equal parts that rows are cut into, so that each part is once the part that is kept out.', ['out-of-fold']),
  entry('cross-validation', 'Training several times, each time with another part of the rows kept out, and averaging what is found.'),
  entry('stratified', 'Divided so that every part has the same mix, for example the same share of each class.'),
  entry('leak', 'Information about the answer that reaches a method before it should. Scores then look better than they are.', [
    'leakage',
    'leaking',
  ]),
  entry('noise', 'The part of the target that no column explains. No method can predict it; one that seems to has memorised it.', ['noisy']),
  entry('Zipf', 'Zipf’s law: the commonest level has many rows, the second half as many, the third a third, and most have few.'),
];

const LEARNING: Entry[] = [
  basic('epoch', 'One pass of training over all training rows.'),
  entry('batch', 'The rows that one step of training looks at together.', ['batches']),
  basic('training', 'Changing a method’s numbers step by step so that its loss on the training rows falls.'),
  basic('loss', 'How wrong predictions are, as one number; lower is better.'),
  basic('parameter', 'A number that training may change. A table of vectors has d of them for every level.', ['trainable number']),
  basic('network', 'Layers of weighted sums with bends between them. It can learn curves and effects that depend on each other.', ['neural network']),
  entry('layer', 'One stage of a network: weighted sums of its inputs.', ['hidden layer']),
  entry('weights', 'The numbers of a network that training changes.', ['kernel']),
  entry('activation', 'What one unit of a layer passes on to the next.'),
  entry('ReLU', 'A bend that lets positive numbers through and makes negative ones zero. Without bends a network could only learn straight lines.'),
  entry('gradient', 'In which direction, and how fast, the loss changes when a parameter is changed. Training steps go against it.'),
  entry('learning rate', 'How large a step of training is. Too large, and the loss grows without limit; too small, and nothing is learned.'),
  entry('Adam', 'The rule by which most methods here take their steps. It gives every parameter a step size of its own.', ['optimiser']),
  entry('patience', 'How many epochs may pass without a better validation loss before training stops.'),
  entry('early stopping', 'Ending training when the validation loss no longer gets better, before the method memorises its rows.', ['stopped early']),
  entry('diverged', 'The loss became infinite or no number: the steps were too large. The method has no results.', ['diverge', 'diverges']),
  entry(
    'memorise',
    'To fit the noise of single training rows instead of what rows have in common. Training loss goes on falling, validation loss rises.',
    ['memorises', 'overfit', 'overfitting'],
  ),
  entry('penalty', 'Something added to the loss so that large numbers cost, which keeps a method from fitting noise.', [
    'penalties',
    'penalised',
    'L2',
    'regulariser',
    'weight decay',
  ]),
  entry('dropout', 'Setting some numbers to zero at random during training, so that a network cannot rely on any single one.'),
  entry('batch normalisation', 'Shifting and scaling what a layer computes to mean 0 and variance 1 over a batch.'),
  entry('initialisation', 'The random numbers that weights begin with.', ['Xavier', 'initialised']),
  entry('grid search', 'Training with each of a few settings and keeping the one with the least validation loss.', ['grid-searched']),
  entry('post-training', 'A second stage: the level vectors are held still and the network behind them is trained again on them.'),
  entry('pretraining', 'Finding vectors before the training that counts, from something other than the response.', ['pretrained', 'skip-gram']),
];

const VECTORS: Entry[] = [
  entry('embedding', 'A short list of numbers that stands for a level, learned so that levels with like effects get like numbers.', ['level vector']),
  basic('vector', 'A list of numbers. Two levels can be compared by how far their vectors are apart.'),
  entry('dimension', 'One of the numbers of a vector. A vector of d numbers is a point in d dimensions.'),
  entry('encoder', 'A network that reads a row and proposes a vector for its level. It is the same for all levels, so it does not grow with them.'),
  entry('decoder', 'The network that turns a level’s vector and the other columns into a prediction.'),
  entry('autoencoder', 'An encoder and a decoder trained together: what is written as a short vector must be enough to predict from.', [
    'variational',
  ]),
  entry('one-hot', 'A level as a row of zeros with a single one, at the place of the level.', ['indicator']),
  entry('target encoding', 'Replacing a level by the mean response of its rows.'),
  entry('hash', 'A fixed rule that sends every level to one of a few places. Two levels can land on the same place.', ['hashes', 'hashing']),
  entry('inner product', 'The sum of the products of two vectors, number by number. It is large when both point the same way.'),
  entry('bilinear', 'Linear in each of two things, like a product: it changes in proportion to either.'),
  entry(
    'collaborative filtering',
    'Predicting what a user thinks of an item from what others thought of it and from what the user thought of others.',
  ),
  entry('factorization machine', 'A linear model plus a term for every pair of columns, whose weight is an inner product of two vectors.'),
  entry('attention', 'Weights by which some parts of the input count more than others; the network finds them anew for every row.', [
    'attend',
    'attends',
  ]),
  entry('head', 'One of several attentions side by side, each with a shorter vector of its own.', ['multi-head']),
  entry('transformer', 'A network of layers of attention, known from language models.'),
  entry('token', 'One of the pieces that attention weighs against each other: a word, a level, a patch of a series.'),
  entry('softmax', 'Turning any numbers into positive weights that add up to 1.'),
  entry('principal components', 'The directions in which points spread most. The first two make a flat picture of many dimensions.', [
    'PCA',
    'principal component',
  ]),
  entry('Procrustes', 'Turning and mirroring one set of points so that it lies as close as possible on another. Only shapes are then compared.', [
    'aligned',
  ]),
];

const MIXED: Entry[] = [
  entry(
    'random effect',
    'An effect of a level that is taken as drawn from a distribution which all levels share. So levels with few rows borrow from the others.',
  ),
  entry('fixed effect', 'An effect that is estimated for itself, without borrowing from others: the slope of a numeric column, for instance.'),
  entry('mixed model', 'A model with fixed and random effects together.', ['LMM']),
  entry(
    'intraclass correlation',
    'How alike two rows of one level are: the share of the levels in the variance that fixed effects leave. Near 0, levels hardly matter; near 1, rows of a level are almost the same.',
    ['ICC'],
  ),
  entry(
    'AIC',
    'A score of a fitted model, lower is better: twice its number of parameters less twice its log likelihood. BIC counts a parameter as the logarithm of the number of rows.',
    ['BIC'],
  ),
  entry('random intercept', 'A random effect that shifts all predictions of a level up or down by the same amount.'),
  entry('random slope', 'A random effect on how strongly a column acts: its line is steeper for some levels than for others.'),
  entry('prior', 'What is assumed about a level before its rows are seen: the distribution that all levels share.'),
  entry('posterior', 'What is known about a level after its rows were seen: a mean and how uncertain it still is.', ['posteriors']),
  entry('shrinkage', 'Pulling a level’s estimate towards the mean of all levels, more so when it has few rows.', ['shrinks', 'shrunk']),
  entry(
    'weight of own rows',
    'How much of a level’s estimate comes from its own rows: more with many rows, and where levels differ much. The rest is the prior’s.',
  ),
  entry('variance', 'How widely numbers spread: the mean squared distance from their mean.'),
  entry('standard deviation', 'The square root of the variance: a typical distance from the mean, in the numbers’ own unit.', ['SD']),
  entry('covariance', 'How two things vary together: positive when both tend to be high at once.'),
  entry('likelihood', 'How probable a model makes the data that were seen. Fitting by it takes the parameters that make it largest.', [
    'log-likelihood',
  ]),
  entry(
    'bootstrap',
    'New data are drawn from the fitted model many times, and each is fitted anew: how far the estimates spread is how uncertain they are.',
  ),
  entry('ELBO', 'The quantity that an autoencoder with a prior maximises: how well rows are predicted, minus how far levels move from the prior.'),
  entry('KL', 'Kullback–Leibler divergence: how far one distribution is from another. It is the price a level pays for leaving the prior.'),
  entry('expectation–maximisation', 'Fitting in turns: what effects are likely, and how surely, for given variances; then variances from both.'),
  entry('normal distribution', 'The bell curve: most values lie near the mean, few far out.', ['Gaussian', 'normal one']),
  entry('asymptote', 'The height that a growth curve approaches and does not pass.'),
  entry('logistic', 'S-shaped: slow, then steep, then slow again. It also turns any number into a probability.', ['logit']),
  entry('least squares', 'Fitting so that the sum of the squared errors is least.'),
];

const SCORES: Entry[] = [
  entry('predictive', 'The loss of predicting validation rows from vectors that training rows alone have made. It asks every method the same.', [
    'predictive loss',
  ]),
  entry('objective', 'What a method minimises in training. Each has its own, so the numbers of two methods cannot be compared.'),
  entry('MSE', 'Mean squared error: the mean of the squared differences between prediction and truth.', ['mean squared error']),
  entry(
    'deviance',
    'How far predictions are from the data by the likelihood, lower is better. That of a Poisson distribution judges predictions of counts.',
    ['Poisson deviance'],
  ),
  entry('RMSE', 'Root mean squared error: the square root of the MSE, in the target’s own unit.'),
  entry('RMSE_D', 'How far the distances between estimated level vectors are from the distances between the true ones. Lower is better.', ['RMSED']),
  entry('AUC', 'How often a positive row gets the higher probability of a positive and a negative one: 0.5 is chance, 1 is perfect.'),
  entry(
    'AUC_B',
    'How well vectors predict a label drawn from the true effects, on the levels it was fitted to. Noise scores above 0.5: 0.67 at q = 100.',
    ['AUCB'],
  ),
  entry(
    'log loss',
    'Minus the logarithm of the probability given to what happened, averaged. Being sure and wrong costs most. Its unit is the nat.',
    ['nat', 'cross-entropy'],
  ),
  entry('confusion matrix', 'A table of the test rows: in each line those of one class, in each column those that were taken for one.'),
  entry(
    'concordance',
    'Of two rows of which one is known to have had the event first: how often it is also predicted first. 0.5 is chance, 1 is perfect.',
    ['Harrell’s concordance'],
  ),
  entry('frailty', 'What the risk of all rows of a level is multiplied with. Above 1 events come sooner than they else would, below 1 later.', [
    'frailties',
  ]),
  entry(
    'semivariance',
    'How unlike two places are on average: half the mean squared difference. Where near places are alike, it grows with the distance.',
    ['variogram'],
  ),
  entry(
    'latent scale',
    'Of classes and counts: the scale on which effects add up, log odds or log means. Shares of variance are told there, with a residual variance that follows from the kind of response.',
    ['latent'],
  ),
  entry('censored', 'Of a time to an event: the event was not seen, so the time is only known to be longer than the one recorded.'),
  entry('accuracy', 'The share of rows whose class is predicted right.'),
  entry('Brier score', 'The mean squared difference between a probability and what happened, 0 or 1.', ['Brier']),
  entry('ROC', 'The curve of right alarms against false alarms, for every threshold.'),
  entry('correlation', 'How closely two things go together, from −1 to 1; 0: no straight-line relation (Spearman: of their ranks).', [
    'Pearson',
    'Spearman',
    'correlates',
  ]),
  entry('Frobenius', 'The size of a matrix: the square root of the sum of its squared numbers.'),
  entry('cosine', 'How alike the directions of two vectors are: 1 is the same, 0 is at right angles.'),
  entry('standard error', 'How far an average may be off because only so many rows were seen.', ['SE']),
  entry('interval', 'A range that should hold a true value, or a new response, with the probability it promises, such as 95 %.'),
  entry('quantile', 'The value that a given share of all numbers stay below.'),
  entry('median', 'The middle value: half of the numbers are below it.'),
  entry('residual', 'What is left over: the response minus the prediction.'),
  entry('calibration', 'Whether what is given a probability of 70 % happens in 70 of 100 rows.', ['calibrated']),
  entry('PIT', 'Where a response falls in its predicted distribution, from 0 to 1. If predictions are honest, all places are equally common.'),
  entry('log odds', 'The logarithm of the probability of yes divided by that of no.', ['odds']),
  entry('autoregression', 'Predicting the next value of a series from its last values.'),
];

const MACHINE: Entry[] = [
  entry('GPU', 'The graphics processor. It does many small sums at once, which is what training is made of.', ['WebGPU']),
  entry('WASM', 'WebAssembly: code that a browser runs nearly as fast as a program of the computer itself.', ['WebAssembly']),
];

/** A heading of the list of terms, and what stands under it. */
export const GLOSSARY: readonly { title: string; entries: readonly Entry[] }[] = [
  { title: 'Data', entries: DATA },
  { title: 'Learning', entries: LEARNING },
  { title: 'Vectors and networks', entries: VECTORS },
  { title: 'Random effects', entries: MIXED },
  { title: 'Scores', entries: SCORES },
  { title: 'The machine', entries: MACHINE },
];

export const ENTRIES: readonly Entry[] = GLOSSARY.flatMap(({ entries }) => entries);

export const formsOf = ({ term, forms = [] }: Entry): string[] => [term, ...forms];

const escaped = (form: string): string => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** A form as a pattern of its own: with capitals as written, else in any case. */
const patternOf = (form: string): string =>
  /[A-Z]/.test(form) ? escaped(form) : form.length === 1 ? form : escaped(form).replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);

const OF_FORM = new Map(ENTRIES.flatMap((one) => formsOf(one).map((form) => [form.toLowerCase(), one] as const)));
const FORMS = ENTRIES.flatMap(formsOf).sort((a, b) => b.length - a.length);
// The longest form at a place is the one that is meant: "batch normalisation", not "batch".
const ANY = new RegExp(`(?<![\\p{L}\\p{N}_])(${FORMS.map(patternOf).join('|')})(?:s|es)?(?![\\p{L}\\p{N}_])`, 'gu');

export interface Found {
  entry: Entry;
  start: number;
  end: number;
}

/** Every use of a term in a text, in order. */
export function termsIn(text: string): Found[] {
  return [...text.matchAll(ANY)].flatMap((match) => {
    const found = OF_FORM.get(match[1].toLowerCase());
    return found ? [{ entry: found, start: match.index, end: match.index + match[0].length }] : [];
  });
}

/** How many terms of one text are marked: more would read like a page of links. */
export const MARKED_AT_MOST = 2;

/**
 * Names of methods hold words of the field: where a sentence is about the method, nothing is marked. The
 * longest name first, "Embeddings-L2" before "Embeddings".
 */
const LABEL = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${ABOUTS.map(({ label }) => escaped(label))
    .sort((one, other) => other.length - one.length)
    .join('|')})(?![\\p{L}\\p{N}])`,
  'gu',
);

/** Uses to mark in a text: the first of each term, special ones before basic ones, in order. */
export function termsToMark(text: string, most = MARKED_AT_MOST): Found[] {
  const names = [...text.matchAll(LABEL)].map(({ index, 0: name }) => ({ from: index, to: index + name.length }));
  const uses = termsIn(text).filter(({ start }) => !names.some(({ from, to }) => from <= start && start < to));
  const first = uses.filter(({ entry: one }, index, all) => all.findIndex(({ entry: other }) => other === one) === index);
  const chosen = [...first.filter(({ entry: one }) => !one.basic), ...first.filter(({ entry: one }) => one.basic)].slice(0, most);
  return chosen.sort((a, b) => a.start - b.start);
}
