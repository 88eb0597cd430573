import { LabFailure } from '../../workers/data/failure';
import { ABOUTS } from '../../workers/methods/registry';
import { PRESETS } from '../../workers/spec/presets';

/** Methods that can begin from given vectors. */
export const STARTING: readonly string[] = ABOUTS.filter(({ settings }) => 'start' in settings.shape).map(({ id }) => id);
const withStart = (): string => STARTING.join(', ');

export const USAGE = `npm run fit -- FILE… --target COLUMN [--categorical A,B] [--numeric C,D]      fit methods to a table of yours
npm run fit -- --series FILE [--features FILE] [--target COLUMN] [--window 24]     fit series of yours
npm run fit -- --preset ${[...PRESETS.keys()][1]} [--data-seeds 1,2,3]                    fit a preset of the lab
npm run fit -- FILE --formula "y ~ x + (1 + x | g)"                            fit a mixed model as lme4 writes it
npm run fit -- --spec ADDRESS-OR-FILE [FILE]                                   fit what an address of the page (Share) or a JSON spec says

Table (FILE: CSV, TSV, text, JSON records, plain or in .gz or .zip; Parquet; Excel .xlsx; a .tar of these)
  FILE FILE, FILE,FILE, "sales-*.parquet": files whose columns have the same names are one table, in the order of their names
  --target COLUMN          what to predict; guessed without it, and said
  --categorical A,B        columns of levels        --numeric C,D   columns of numbers        --ignore E,F
                           Columns that are not named take the role that is guessed for them; with both lists given, they are left out.
  --tags A,B               columns with several labels in a cell; may be repeated        --tag-separator ";" | "|" | "," | space   (of all of them)
  --tag-block genre_       columns of 0 and 1 whose names begin with this are one column of tags; may be repeated
  --tag-hierarchy labels|none|FILE   Sensor/Pressure has the parent Sensor (labels, as without the option), or lines "child,parent" of a file
  --nested cask=batch      labels of cask repeat within batch: a level is both
  --edges state=borders.csv   edges between the levels of a column, for mmbeddings-graph: two levels on each line, and perhaps a weight
  --event COLUMN           the target is a time: 1 where its event was seen, 0 where the row is censored
  --task regression|binary|classes|ordinal   --positive VALUE (of two, counts as 1)   --class-order "low,middle,high" (of an ordinal target)
  --scaling standardized|as-is
  --missing-numeric mean|drop-rows        --missing-categorical own-level|drop-rows        --missing-tags empty-set|own-tag|drop-rows
  --unseen-tags drop|as-published    tags of test rows that no training row has: left out, or with the vectors they began with
Reading (what the reader does by itself is printed; these change it)
  --missing-words "size=-,n/a;country="   words that mean missing, by column; nothing after = : none does
  --decimal "price=,;cost=."              decimal sign by column      --thousands "price=."
  --dates "when=days"                     days, year, month, day-of-year, weekday or hour
  --category A,B                          columns of names, even where they look like numbers
  --bad-cells A,B                         cells of these columns that are no number are missing
  --merge "shop=Alpha: alpha,ALPHA "      spellings of one level
  --encoding utf-16le|utf-16be|windows-1252   --separator ";"   --no-header   --skip-lines N   --entry NAME (in a zip)   --sheet NAME (of a workbook)
  --step JSON                             any step as the page's Share has it; may be repeated
Rows
  --test 0.2               share of the rows that tests
  --sample-rows N | --sample-levels N:COLUMN   trains on N rows, or on all rows of N levels, drawn at random
  --split rows | by-level[:FEATURE] | by-group:COLUMN | by-time:COLUMN | by-column:COLUMN[=VALUE]
          by-tag[:COLUMN] | by-combination[:COLUMN]   tags, or sets of tags, that no training row has      --validation rows|by-level|by-tag
  --stratify yes|no        the classes in their shares (yes for a target of classes)
  --repeats N | --folds K  a study: N repetitions with new seeds, or a K-fold cross-validation        --reference METHOD
Series (--series FILE: a row a step of time, columns of numbers)
  --features FILE          a row a series: its name in --name-column (the first column that names a series), tags in --tags or --tag-block
  --predict next-step|regression|forecast     forecast with --target, else the next step of every series
  --window 24   --horizon 1   --time COLUMN (a column of dates)   --columns A,B (all columns of numbers)   --season STEPS (a clock)
  --hold-out N             series that only test                  --test 0.25   share of the steps that tests
Training
  --protocol recommended|published   recommended for a table, published for a preset
  --methods ${ABOUTS.slice(0, 3)
    .map(({ id }) => id)
    .join(',')},…   (npm run methods prints all). Methods that cannot use the data are left out, with the reason.
  --epochs N   --patience N   --batch N   --rate X   --seed N (all three seeds; numbers repeat with as many threads)   --backend wasm|cpu|webgpu
Formula (docs/methods.md A19–A23, A27): all complete rows, no test part; with --methods linear-mixed-model,… it is that method's, next to the others on a test part
  --formula F              y ~ a*b + (1 + x | g) + (x || g) + (1 | a/b); names with spaces or signs in \`backticks\`; also cbind(yes, no) ~ …, offset(x)
  --estimator reml|ml      restricted maximum likelihood (as without the option) or maximum likelihood, of a Gaussian response
  --family gaussian|binomial|poisson|negative-binomial   by Laplace’s approximation; --quadrature N: N nodes, for one random effect
  --variance-tests         likelihood ratio of each random effect, against its boundary mixture
  --solver auto|factor|iterative   by a sparse factor, or, where that is too large (auto) or as asked, by conjugate gradients (Gaussian)
  --intervals profile|bootstrap   95 % intervals of all parameters; --refits 1000, from --seed
  --levels                 prints the effects of every level; --json has them too. --categorical A,B: numbers that are levels; --positive as of a table
Vectors of levels (docs/methods.md F8)
  --vectors COLUMN=FILE    vectors that methods begin from, matched by label: CSV, TSV, word2vec or GloVe text, or a download of level vectors;
                           may be repeated. The methods that take them: ${withStart()}.
  --skip-gram rows|sequences   vectors are found before training, from levels that occur in one row, or in rows with one --key COLUMN
                           in the order of --time COLUMN
  --table-rate 0|0.1|1     rate of these vectors as a part of everything else's: frozen, slow (as without the option), free
Output
  --json                   spec, results with standard errors, comparison and what was left out        --predictions FILE   predictions of the test rows
  --save DIR               files for use elsewhere, of each method: model.onnx predicts from raw columns, here with npm run predict; levels.parquet and
                           levels.csv; tidy.csv, augment.csv, glance.csv in the columns of R's broom.mixed; weights.safetensors;
                           analysis.py and analysis.R, which read the table, divide it as here and assert the score
  --code pytorch|keras     what analysis.py has networks in
  --save-vectors FILE      level vectors of the last method that has them, or METHOD=FILE; --vectors COLUMN=FILE of another run begins from them
  --session FILE           the run as a session file (.mmlab), which the page opens where it opens tables`;

export const OPTIONS = {
  target: { type: 'string' },
  categorical: { type: 'string' },
  numeric: { type: 'string' },
  ignore: { type: 'string' },
  tags: { type: 'string', multiple: true },
  'tag-separator': { type: 'string' },
  'tag-block': { type: 'string', multiple: true },
  'tag-hierarchy': { type: 'string' },
  'missing-tags': { type: 'string' },
  'unseen-tags': { type: 'string' },
  nested: { type: 'string' },
  edges: { type: 'string', multiple: true },
  task: { type: 'string' },
  positive: { type: 'string' },
  'class-order': { type: 'string' },
  scaling: { type: 'string' },
  'missing-numeric': { type: 'string' },
  'missing-categorical': { type: 'string' },
  'missing-words': { type: 'string' },
  decimal: { type: 'string' },
  thousands: { type: 'string' },
  dates: { type: 'string' },
  category: { type: 'string' },
  'bad-cells': { type: 'string' },
  merge: { type: 'string' },
  encoding: { type: 'string' },
  separator: { type: 'string' },
  'no-header': { type: 'boolean', default: false },
  'skip-lines': { type: 'string' },
  entry: { type: 'string' },
  sheet: { type: 'string' },
  step: { type: 'string', multiple: true },
  series: { type: 'string' },
  features: { type: 'string' },
  'name-column': { type: 'string' },
  predict: { type: 'string' },
  window: { type: 'string' },
  horizon: { type: 'string' },
  time: { type: 'string' },
  event: { type: 'string' },
  columns: { type: 'string' },
  season: { type: 'string' },
  'hold-out': { type: 'string' },
  test: { type: 'string' },
  'sample-rows': { type: 'string' },
  'sample-levels': { type: 'string' },
  split: { type: 'string' },
  validation: { type: 'string' },
  stratify: { type: 'string' },
  repeats: { type: 'string' },
  folds: { type: 'string' },
  reference: { type: 'string' },
  protocol: { type: 'string' },
  methods: { type: 'string' },
  preset: { type: 'string' },
  spec: { type: 'string' },
  'data-seeds': { type: 'string' },
  formula: { type: 'string' },
  estimator: { type: 'string' },
  family: { type: 'string' },
  quadrature: { type: 'string' },
  'variance-tests': { type: 'boolean', default: false },
  solver: { type: 'string' },
  intervals: { type: 'string' },
  refits: { type: 'string' },
  levels: { type: 'boolean', default: false },
  vectors: { type: 'string', multiple: true },
  'skip-gram': { type: 'string' },
  key: { type: 'string' },
  'table-rate': { type: 'string' },
  epochs: { type: 'string' },
  patience: { type: 'string' },
  batch: { type: 'string' },
  rate: { type: 'string' },
  seed: { type: 'string' },
  backend: { type: 'string' },
  json: { type: 'boolean', default: false },
  predictions: { type: 'string' },
  session: { type: 'string' },
  save: { type: 'string' },
  code: { type: 'string' },
  'save-vectors': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Options as given, by name. */
export type Values = { [Name in keyof typeof OPTIONS]?: string | boolean | string[] | undefined };

/** The text of an option; undefined when it was not given. */
export function text(values: Values, name: keyof typeof OPTIONS): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** One of a few words, or the fallback when the option was not given. */
export function oneOf<Word extends string, Fallback>(
  values: Values,
  name: keyof typeof OPTIONS,
  words: readonly Word[],
  fallback: Fallback,
): Word | Fallback {
  const value = text(values, name);
  if (value === undefined) return fallback;
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  throw new LabFailure('bad-option', `--${name} is "${value}".`, `Choose one of ${words.join(', ')}.`);
}

/** "a=1,2;b=" as pairs of a column and what follows its first equals sign. */
export function pairs(values: Values, name: keyof typeof OPTIONS): [column: string, value: string][] {
  const given = text(values, name);
  if (given === undefined) return [];
  return given.split(';').map((part) => {
    const at = part.indexOf('=');
    if (at < 1) throw new LabFailure('bad-option', `--${name} is "${given}": "${part}" names no column.`, `Write for example --${name} "size=…".`);
    return [part.slice(0, at).trim(), part.slice(at + 1)];
  });
}
