import { aboutMethod } from '../../methods/registry';
import type { Formula } from '../../mixed/formula/formula';
import { writePart, writeProduct } from '../../mixed/formula/write';
import { type Analysis, hasTextTarget, PARTS_NAME, TABLE_NAME } from './analysis';
import { folded, numberText, rowNumbers, rText, rTexts } from './literals';
import type { CellStep, OwnFile } from './own-file';

/** How R computes a method: fitted by lme4, by matrices, or by the model file. */
export const rEngine = ({ mixed, model }: Pick<Analysis, 'mixed' | 'model'>): 'lme4' | 'matrices' | 'model file' =>
  mixed ? 'lme4' : model.kind === 'network' ? 'matrices' : 'model file';

const of = (column: string): string => `table[[${rText(column)}]]`;

/** Infinity is no number. */
const finite = (column: string): string[] => [`${of(column)}[is.infinite(${of(column)})] <- NA`];

/** A step of reading as lines of code. */
function stepLines(step: CellStep): string[] {
  switch (step.kind) {
    case 'missing-words':
      return [
        `for (name in ${rTexts(step.columns)}) {`,
        `  words <- tolower(trimws(table[[name]]))`,
        `  table[[name]][words %in% ${rTexts(step.words, 2)}] <- NA`,
        '}',
      ];
    case 'decimal': {
      const { column, decimal, thousands, affix, bad } = step;
      const fixed = (sign: string, into: string): string => `numbers <- gsub(${rText(sign)}, "${into}", numbers, fixed = TRUE)`;
      return [
        `numbers <- ${of(column)}`,
        ...(affix ? [fixed(affix, '')] : []),
        ...(thousands === ' ' ? ['numbers <- gsub("[\\\\s\\u00a0\\u2009\\u202f]", "", numbers, perl = TRUE)'] : []),
        ...(thousands === "'" ? ['numbers <- gsub("[\'\\u2019]", "", numbers)'] : []),
        ...(thousands === ',' || thousands === '.' ? [fixed(thousands, '')] : []),
        ...(decimal === ',' ? [fixed(',', '.')] : []),
        `${of(column)} <- ${bad ? 'suppressWarnings(as.numeric(numbers))' : 'as.numeric(numbers)'}`,
        ...(bad ? finite(column) : []),
      ];
    }
    case 'minus':
      return [`${of(step.column)} <- gsub("\\u2212", "-", ${of(step.column)}, fixed = TRUE)`];
    case 'bad-cells':
      return [`${of(step.column)} <- suppressWarnings(as.numeric(${of(step.column)}))`, ...finite(step.column)];
    case 'booleans':
      return [
        `words <- tolower(trimws(${of(step.column)}))`,
        `${of(step.column)} <- unname(c(${rText(step.no)} = 0, ${rText(step.yes)} = 1)[words])`,
      ];
    case 'merge-levels':
      return [`merged <- ${of(step.column)} %in% ${rTexts(step.from)}`, `${of(step.column)}[merged] <- ${rText(step.into)}`];
    case 'rename':
      return [`names(table)[names(table) == ${rText(step.column)}] <- ${rText(step.to)}`];
  }
}

const ENCODINGS = { 'utf-8': 'UTF-8-BOM', 'utf-16': 'UTF-16', 'windows-1252': 'CP1252' } as const;

function readArguments(own: OwnFile | null): string[] {
  return [
    ...(own && own.separator !== ',' ? [`sep = ${own.separator === ' ' ? '""' : rText(own.separator)}`] : []),
    ...(own && own.skip > 0 ? [`skip = ${own.skip}`] : []),
    ...(own && !own.header ? ['header = FALSE'] : []),
    `quote = ${own?.literalQuotes ? '""' : '"\\""'}`,
    `fileEncoding = "${ENCODINGS[own?.encoding ?? 'utf-8']}"`,
    'colClasses = "character"',
    'na.strings = ""',
    'check.names = FALSE',
  ];
}

const SECTION = (title: string): string => `# ${title} ${'-'.repeat(Math.max(4, 74 - title.length))}`;

/** Rows as a constant. */
function rowsConstant(name: string, rows: Uint32Array): string {
  const text = rowNumbers(rows, 1);
  return text.length < 55 ? `${name} <- rows_of("${text}")` : `${name} <- rows_of("\n${folded(text)}\n")`;
}

/** Row numbers of the parts, from the code or from a file beside it. */
function divisionLines({ listed, rest, inFile }: Analysis['split']): string[] {
  if (inFile)
    return [
      `part <- read.csv(file.path(folder, ${rText(PARTS_NAME)}))$part`,
      ...['train', 'validation', 'test'].map((part) => `${part} <- which(part == "${part}")`),
    ];
  return [
    'rows_of <- function(text) {',
    '  words <- strsplit(strsplit(trimws(text), "\\\\s+")[[1]], "-", fixed = TRUE)',
    '  unlist(lapply(words, function(ends) {',
    '    ends <- as.integer(ends)',
    '    ends[1]:ends[length(ends)]',
    '  }))',
    '}',
    ...listed.map(([part, its]) => rowsConstant(part, its)),
    ...(rest === 'unused' ? [] : [`${rest} <- setdiff(seq_len(nrow(table)), c(${listed.map(([part]) => part).join(', ')}))`]),
  ];
}

function tableLines(analysis: Analysis, names: { numeric: string; categorical: boolean }): string {
  const { own, rows, split, target, binary, positive, classes } = analysis;
  const asNumber = !hasTextTarget(analysis);
  const value = classes
    ? `match(${of(target)}, ${classes.numbers ? rNumbers(classes.numbers) : rTexts(classes.texts)})`
    : !binary || (!own && positive?.number === 1)
      ? of(target)
      : `as.numeric(${of(target)} == ${positive?.number === null ? rText(positive.text) : numberText(positive?.number ?? 1)})`;
  return [
    SECTION('The table'),
    'table <- read.csv(',
    `  file.path(folder, ${rText(own?.name ?? TABLE_NAME)}),`,
    readArguments(own)
      .map((argument) => `  ${argument}`)
      .join(',\n'),
    ')',
    `stopifnot("This is not the table of the lab." = nrow(table) == ${rows})`,
    ...(own && !own.header ? ['names(table) <- paste("column", seq_along(table))'] : []),
    ...(own?.blanks ? ['table[] <- lapply(table, function(cells) replace(cells, trimws(cells) == "", NA))'] : []),
    ...(own?.steps ?? []).flatMap(stepLines),
    `numeric <- ${names.numeric}`,
    ...(names.categorical ? [`categorical <- ${rTexts(analysis.categorical.map(({ name }) => name))}`] : []),
    `for (name in ${asNumber ? `c(${rText(target)}, numeric)` : 'numeric'}) table[[name]] <- as.numeric(table[[name]])`,
    `y <- ${value}`,
    '',
    SECTION('Which rows train, validate and test'),
    ...divisionLines(split),
    'fitted <- sort(c(train, validation))',
  ].join('\n');
}

function judge({ score, classes }: Analysis, tolerance: number): string {
  return [
    SECTION('The score of the test rows'),
    ...(score.name === 'mse'
      ? ['score <- mean((y[test] - predicted)^2)']
      : classes
        ? ['smallest <- 2^-23', 'p <- predicted[cbind(seq_along(test), y[test])]', 'score <- -mean(log(pmin(pmax(p, smallest), 1 - smallest)))']
        : ['smallest <- 2^-23', 'p <- pmin(pmax(predicted, smallest), 1 - smallest)', 'score <- -mean(ifelse(y[test] == 1, log(p), log1p(-p)))']),
    `in_the_lab <- ${numberText(score.value)}`,
    `cat(sprintf("test ${score.name} %.8g, in the lab %.8g\\n", score, in_the_lab))`,
    `stopifnot("The score differs." = abs(score - in_the_lab) <= ${numberText(tolerance)})`,
  ].join('\n');
}

const RESERVED = new Set([
  'if',
  'else',
  'repeat',
  'while',
  'function',
  'for',
  'next',
  'break',
  'TRUE',
  'FALSE',
  'NULL',
  'Inf',
  'NaN',
  'NA',
  'NA_integer_',
  'NA_real_',
  'NA_character_',
  'in',
  'y',
  // Arguments of data.frame.
  'row.names',
  'check.rows',
  'check.names',
  'fix.empty.names',
  'stringsAsFactors',
]);

/** Names of columns in a formula: as they are where R can write them so, else x1, g1 and the like. */
function formulaNames(columns: readonly string[], letter: string, taken: Set<string>): string[] {
  return columns.map((column, k) => {
    const plain = /^[A-Za-z][A-Za-z0-9_.]{0,39}$/.test(column) && !RESERVED.has(column) && !taken.has(column);
    let name = plain ? column : `${letter}${k + 1}`;
    while (!plain && (taken.has(name) || columns.includes(name))) name = `.${name}`;
    taken.add(name);
    return name;
  });
}

/** A formula in other names of its columns. */
function inNames({ intercept, fixed, offsets, random }: Formula, names: ReadonlyMap<string, string>): Omit<Formula, 'response'> {
  const name = (one: string): string => names.get(one) ?? one;
  const product = (its: readonly string[]): string[] => its.map(name);
  return {
    intercept,
    fixed: fixed.map(product),
    offsets: offsets.map(name),
    random: random.map((part) => ({ ...part, slopes: part.slopes.map(product), group: product(part.group) })),
  };
}

function lme4Lines(analysis: Analysis): string {
  const { numeric, categorical, filled, mixed } = analysis;
  const family = mixed?.family ?? 'gaussian';
  const taken = new Set<string>();
  const xs = formulaNames(numeric, 'x', taken);
  const groups = formulaNames(
    categorical.map(({ name }) => name),
    'g',
    taken,
  );
  const columns = [
    '  y = y',
    ...xs.map((name, j) => `  ${name} = ${of(numeric[j])}`),
    ...groups.map((name, k) => `  ${name} = ${of(categorical[k].name)}`),
  ];
  const renamed = mixed?.formula
    ? inNames(
        mixed.formula,
        new Map([...numeric.map((one, j) => [one, xs[j]] as const), ...categorical.map(({ name }, k) => [name, groups[k]] as const)]),
      )
    : null;
  const terms = renamed
    ? [
        ...(renamed.intercept ? ['1'] : ['0']),
        ...renamed.fixed.map(writeProduct),
        ...renamed.offsets.map((one) => `offset(${one})`),
        ...renamed.random.map(writePart),
      ]
    : [...(xs.length > 0 ? xs : ['1']), ...groups.map((name) => `(1 | ${name})`)];
  const formula = `y ~ ${terms.join(' + ')}`;
  const written =
    formula.length <= 70
      ? formula
      : `${terms.reduce((lines, term, i) => `${lines}${i === 0 ? '' : ' +'}${i % 4 === 0 ? '\n    ' : ' '}${term}`, 'y ~')}`;
  return [
    SECTION('The linear mixed model'),
    'data <- data.frame(',
    columns.join(',\n'),
    ')',
    ...(filled
      ? [
          'for (name in names(data)[sapply(data, is.numeric)]) {',
          '  gap <- is.na(data[[name]])',
          '  centre <- mean(data[[name]][fitted], na.rm = TRUE)',
          '  data[[name]][gap] <- if (is.nan(centre)) 0 else centre',
          '}',
        ]
      : []),
    ...(categorical.some(({ missing }) => missing)
      ? ['for (name in names(data)[sapply(data, is.character)]) {', '  data[[name]][is.na(data[[name]])] <- "(missing)"', '}']
      : []),
    ...(renamed ? ['data[sapply(data, is.character)] <- lapply(data[sapply(data, is.character)], factor)'] : []),
    `fit <- ${{ gaussian: 'lmer', binomial: 'glmer', poisson: 'glmer', 'negative-binomial': 'glmer.nb' }[family]}(`,
    `  ${written},`,
    family === 'negative-binomial' ? '  data = data[fitted, ]' : '  data = data[fitted, ],',
    ...(family === 'gaussian' ? [`  REML = ${mixed?.reml ? 'TRUE' : 'FALSE'}`] : []),
    ...(family === 'binomial' || family === 'poisson' ? [`  family = ${family},`, `  nAGQ = ${mixed?.nodes ?? 1}`] : []),
    ')',
    'print(summary(fit), correlation = FALSE)',
    `predicted <- predict(fit, newdata = data[test, ], ${family === 'gaussian' ? '' : 'type = "response", '}allow.new.levels = TRUE)`,
  ].join('\n');
}

function inputLines(analysis: Analysis): string[] {
  const { scaling, filled, constant } = analysis;
  const lines = ['x <- as.matrix(table[numeric])'];
  if (scaling === 'training rows')
    lines.push(
      'centre <- colMeans(x[fitted, , drop = FALSE], na.rm = TRUE)',
      'spread <- apply(x[fitted, , drop = FALSE], 2, function(one) sqrt(mean((one - mean(one, na.rm = TRUE))^2, na.rm = TRUE)))',
      ...constant.map((j) => `spread[${j + 1}] <- 1 # the same number in all of these rows`),
    );
  else if (filled) lines.push('centre <- colMeans(x[fitted, , drop = FALSE], na.rm = TRUE)');
  if (filled) lines.push('centre[is.nan(centre)] <- 0', 'for (j in seq_along(centre)) x[is.na(x[, j]), j] <- centre[j]');
  if (typeof scaling !== 'string')
    lines.push(`centre <- ${rNumbers(scaling.x.map(({ mean }) => mean))}`, `spread <- ${rNumbers(scaling.x.map(({ scale }) => scale))}`);
  if (scaling !== 'none') lines.push('x <- sweep(sweep(x, 2, centre), 2, spread, "/")');
  return lines;
}

const rNumbers = (values: readonly number[]): string => {
  const all = values.map(numberText);
  const line = `c(${all.join(', ')})`;
  return line.length <= 60 ? line : `c(\n${all.map((one) => `  ${one}`).join(',\n')}\n)`;
};

const READ_SAFETENSORS = `read_safetensors <- function(path) {
  bytes <- readBin(path, "raw", file.size(path))
  begin <- 8 + sum(as.integer(bytes[1:8]) * 256^(0:7))
  header <- fromJSON(rawToChar(bytes[9:begin]), simplifyVector = FALSE)
  header[["__metadata__"]] <- NULL
  lapply(header, function(tensor) {
    ends <- begin + unlist(tensor$data_offsets)
    shape <- unlist(tensor$shape)
    numbers <- readBin(bytes[(ends[1] + 1):ends[2]], "numeric", prod(shape), 4, endian = "little")
    if (length(shape) == 2) matrix(numbers, shape[1], shape[2], byrow = TRUE) else numbers
  })
}`;

function networkLines(analysis: Analysis, names: { weights: string }): string {
  const { model, categorical, scaling, binary } = analysis;
  if (model.kind !== 'network') throw new Error('code of a network without one');
  const { network, tensors } = model;
  const tables = network.vectors.length > 0 || network.intercepts.length > 0;
  const gaps = categorical.some(({ missing }) => missing);
  const numbered = categorical.every((one) => one.numbered);
  const codes = numbered
    ? ['  codes <- as.integer(table[[categorical[k]]]) + 1L']
    : [
        '  labels <- table[[categorical[k]]]',
        ...(categorical.some(({ byFile }) => byFile)
          ? ['  # The first row of the file counts, used or not.', '  levels <- intersect(labels, labels[c(fitted, test)])']
          : ['  levels <- unique(labels[sort(c(fitted, test))])']),
        ...(gaps ? ['  # Missing cells are the last level.', '  levels <- c(levels[!is.na(levels)], NA)'] : []),
        '  codes <- match(labels, levels)',
      ];
  const parts = [...(network.numbers ? ['x[test, , drop = FALSE]'] : []), ...(network.vectors.length > 0 ? ['do.call(cbind, vectors)'] : [])];
  const unit =
    binary || scaling === 'none'
      ? []
      : scaling === 'training rows'
        ? ['spread_of_y <- sqrt(mean((y[fitted] - mean(y[fitted]))^2))', 'predicted <- predicted * spread_of_y + mean(y[fitted])']
        : [`predicted <- predicted * ${numberText(scaling.y.scale)} + ${numberText(scaling.y.mean)}`];
  return [
    SECTION('What the network takes'),
    ...(network.numbers ? inputLines(analysis) : []),
    READ_SAFETENSORS,
    `weights <- read_safetensors(file.path(folder, ${rText(names.weights)}))`,
    ...(tables
      ? [
          `tensors <- ${rTexts(tensors.map((name) => name ?? ''))}`,
          ...(numbered ? [] : ['# Levels are counted by their first row, as in the weights.']),
          'vectors <- lapply(seq_along(tensors), function(k) {',
          ...codes,
          '  weights[[tensors[k]]][codes[test], , drop = FALSE]',
          '})',
        ]
      : []),
    '',
    SECTION('The network'),
    'dense <- function(input, layer) {',
    '  product <- input %*% weights[[paste0(layer, "/kernel")]]',
    '  sweep(product, 2, weights[[paste0(layer, "/bias")]], "+")',
    '}',
    `hidden <- ${parts.length === 1 ? parts[0] : `cbind(${parts.join(', ')})`}`,
    ...network.layers.map(({ name, relu }) => `hidden <- ${relu ? `pmax(dense(hidden, ${rText(name)}), 0)` : `dense(hidden, ${rText(name)})`}`),
    ...(network.intercepts.length > 0 ? ['hidden <- hidden + Reduce(`+`, vectors)'] : []),
    `predicted <- ${network.sigmoid ? 'plogis(hidden[, 1])' : 'hidden[, 1]'}`,
    ...unit,
  ].join('\n');
}

function fileLines(analysis: Analysis, names: { model: string }): string {
  const { model, numeric, categorical, tags, classes } = analysis;
  if (model.kind !== 'model-file') throw new Error('code of a model file without one');
  return [
    SECTION('The model file'),
    'onnxruntime <- import("onnxruntime")',
    `model <- onnxruntime$InferenceSession(file.path(folder, ${rText(names.model)}))`,
    'feeds <- list()',
    ...(numeric.length > 0 ? ['for (name in numeric) feeds[[name]] <- np_array(table[[name]][test], "float64")'] : []),
    ...(categorical.length > 0
      ? [
          'for (name in categorical) {',
          '  labels <- table[[name]][test]',
          '  labels[is.na(labels)] <- ""',
          '  feeds[[name]] <- np_array(labels, "object")',
          '}',
        ]
      : []),
    ...(tags.length > 0
      ? [
          'tags_of <- function(cells, places, separator) {',
          '  cells[is.na(cells)] <- ""',
          '  labels <- strsplit(cells, separator, fixed = TRUE)',
          '  t(vapply(labels, function(row) c(row, rep("", places - length(row))), character(places)))',
          '}',
          ...tags.map(
            ({ name, places, separator }) =>
              `feeds[[${rText(name)}]] <- np_array(\n  matrix(tags_of(${of(name)}[test], ${places}, ${rText(separator)}), ncol = ${places}),\n  "object"\n)`,
          ),
        ]
      : []),
    classes
      ? `predicted <- model$run(list(${rText(model.fitted)}), feeds)[[1]]`
      : `predicted <- as.numeric(model$run(list(${rText(model.fitted)}), feeds)[[1]])`,
  ].join('\n');
}

/** What the code is, what it needs, how it is run. */
function comment(analysis: Analysis, name: string): string {
  const { label, method, lab, fingerprint, seeds } = analysis;
  const engine = rEngine(analysis);
  const what = {
    lme4: `${label}: reads the table, divides its rows as the lab did, fits the model with lme4 and asserts the score of the test rows.`,
    matrices: `${label}: reads the table, divides its rows as the lab did, computes the test rows with the weights of the lab and asserts their score.`,
    'model file': `${label}: reads the table, divides its rows as the lab did, computes the test rows with the model file of the lab and asserts their score.`,
  }[engine];
  const packages = {
    lme4: 'lme4',
    matrices: 'jsonlite',
    'model file': 'reticulate, and in the Python that it uses numpy and onnxruntime',
  }[engine];
  const lines = [
    what,
    `MMbeddings Lab ${lab}, ${aboutMethod(method).paper.split(';')[0]}. Fingerprint of the data ${fingerprint}; seeds: data ${seeds.data}, split ${seeds.split}, weights ${seeds.weights}. Needs ${packages}.`,
    `Rscript ${name} runs it, in any folder.`,
  ];
  return lines
    .flatMap((line) => folded(line, 77).split('\n'))
    .map((line) => `# ${line}`)
    .join('\n');
}

const FOLDER = `# The folder of this file; that of the session where it is run line by line.
own_file <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
folder <- if (length(own_file) == 1) dirname(own_file) else "."`;

/** The code of an analysis in R. */
export function rCode(analysis: Analysis, name: string, names: { weights: string; model: string }): string {
  const engine = rEngine(analysis);
  const library = { lme4: 'library(lme4)', matrices: 'library(jsonlite)', 'model file': 'library(reticulate)' }[engine];
  const network = analysis.model.kind === 'network' ? analysis.model.network : null;
  const categorical =
    analysis.categorical.length > 0 &&
    (engine === 'model file' || (engine === 'matrices' && network !== null && network.vectors.length + network.intercepts.length > 0));
  const body = { lme4: lme4Lines, matrices: networkLines, 'model file': fileLines }[engine](analysis, names);
  const parts = [
    comment(analysis, name),
    library,
    FOLDER,
    tableLines(analysis, { numeric: rTexts(analysis.numeric), categorical }),
    body,
    judge(analysis, Number(((engine === 'lme4' ? 10 : 1) * analysis.score.tolerance).toPrecision(1))),
  ];
  return `${parts.join('\n\n')}\n`;
}
