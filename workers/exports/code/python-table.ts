import { type Analysis, hasTextTarget, PARTS_NAME, TABLE_NAME } from './analysis';
import { numberText, pythonItems, pythonText, pythonTexts } from './literals';
import type { CellStep, OwnFile } from './own-file';

/** Columns that hold numbers in the table: what is predicted, too, where it is one. */
const numbersOf = (analysis: Analysis): string => (hasTextTarget(analysis) ? 'NUMERIC' : '[TARGET, *NUMERIC]');

/** Cells that are no number are missing, and infinity is none. */
const FINITE = ['    table[name] = table[name].where(np.isfinite(table[name]))'];

/** A step of reading as lines of a function body. */
function stepLines(step: CellStep): string[] {
  const name = 'column' in step ? [`    name = ${pythonText(step.column, 4)}`] : [];
  switch (step.kind) {
    case 'missing-words':
      return [
        `    missing = ${pythonTexts(step.words, 4)}`,
        `    for name in ${pythonTexts(step.columns, 4)}:`,
        '        words = table[name].str.strip().str.lower()',
        '        table[name] = table[name].mask(words.isin(missing))',
      ];
    case 'decimal': {
      const { decimal, thousands, affix, bad } = step;
      const changes = [
        ...(affix ? [`${pythonText(affix)}, "", regex=False`] : []),
        ...(thousands === ' ' ? ['r"\\s", "", regex=True'] : []),
        ...(thousands === "'" ? ['"[\'’]", "", regex=True'] : []),
        ...(thousands === ',' || thousands === '.' ? [`"${thousands}", "", regex=False`] : []),
        ...(decimal === ',' ? ['",", ".", regex=False'] : []),
      ];
      return [
        ...name,
        '    numbers = table[name]',
        ...changes.map((change) => `    numbers = numbers.str.replace(${change})`),
        `    table[name] = pd.to_numeric(numbers${bad ? ', errors="coerce"' : ''})`,
        ...(bad ? FINITE : []),
      ];
    }
    case 'minus':
      return [...name, '    table[name] = table[name].str.replace("\\u2212", "-", regex=False)'];
    case 'bad-cells':
      return [...name, '    table[name] = pd.to_numeric(table[name], errors="coerce")', ...FINITE];
    case 'booleans':
      return [
        ...name,
        '    words = table[name].str.strip().str.lower()',
        `    table[name] = words.map({${pythonText(step.no)}: 0, ${pythonText(step.yes)}: 1})`,
      ];
    case 'merge-levels':
      return [
        ...name,
        `    spellings = ${pythonTexts(step.from, 4)}`,
        `    level = ${pythonText(step.into, 4)}`,
        '    merged = table[name].isin(spellings)',
        '    table[name] = table[name].mask(merged, level)',
      ];
    case 'rename':
      return [...name, `    new = ${pythonText(step.to, 4)}`, '    table = table.rename(columns={name: new})'];
  }
}

/** Arguments of `read_csv` besides the path. */
function readArguments(analysis: Analysis, own: OwnFile | null, asTexts: boolean): string[] {
  const { categorical } = analysis;
  const texts = [...(hasTextTarget(analysis) ? ['TARGET'] : []), ...(categorical.some(({ numbered }) => !numbered) ? ['*CATEGORICAL'] : [])];
  return [
    ...(own && own.separator !== ',' ? [`sep=${own.separator === ' ' ? 'r"\\s+"' : pythonText(own.separator)}`] : []),
    ...(own?.encoding === 'windows-1252' ? ['encoding="cp1252"'] : []),
    ...(own?.encoding === 'utf-16' ? ['encoding="utf-16"'] : []),
    ...(own && own.skip > 0 ? [`skiprows=${own.skip}`] : []),
    ...(own && !own.header ? ['header=None'] : []),
    ...(own?.literalQuotes ? ['quoting=csv.QUOTE_NONE'] : []),
    ...(asTexts
      ? ['dtype=str']
      : texts.length > 0
        ? [`dtype={name: str for name in ${texts.length === 1 && texts[0] === '*CATEGORICAL' ? 'CATEGORICAL' : `[${texts.join(', ')}]`}}`]
        : []),
    'keep_default_na=False',
    'na_values=[""]',
  ];
}

/** The function that reads the table. */
export function readTable(analysis: Analysis): string {
  const { own, rows, split } = analysis;
  // Types are by name, and columns that the code names are read before they have their names.
  const asTexts = own !== null && (own.blanks || !own.header || own.steps.some(({ kind }) => kind !== 'merge-levels'));
  const lines = [
    'def read_table():',
    '    """The rows that are used, numbered as in the file from 0 on."""',
    '    table = pd.read_csv(',
    '        TABLE,',
    ...readArguments(analysis, own, asTexts).map((argument) => `        ${argument},`),
    '    )',
    `    assert len(table) == ${rows}, "This is not the table of the lab."`,
  ];
  if (own && !own.header) lines.push('    table.columns = [f"column {k + 1}" for k in range(table.shape[1])]');
  if (own?.blanks) lines.push('    blank = table.apply(lambda cells: cells.str.strip() == "")', '    table = table.mask(blank)');
  for (const step of own?.steps ?? []) lines.push(...stepLines(step));
  if (asTexts) lines.push(`    table[${numbersOf(analysis)}] = table[${numbersOf(analysis)}].astype(float)`);
  if (analysis.categorical.some(({ byFile }) => byFile))
    lines.push(
      '    # Levels are numbered by the first row of the file, used or not.',
      '    for name in CATEGORICAL:',
      '        levels = table[name].dropna().unique()',
      '        table[name] = pd.Categorical(table[name], categories=levels)',
    );
  const unused = split.rest === 'unused' || split.listed.some(([part]) => part === 'unused');
  if (split.inFile) lines.push(...(unused ? ['    part = pd.read_csv(PARTS)["part"]', '    return table[part != "unused"]'] : ['    return table']));
  else if (split.rest === 'unused')
    lines.push('    rows = rows_of(TRAIN) + rows_of(VALIDATION) + rows_of(TEST)', '    return table.loc[sorted(rows)]');
  else lines.push(unused ? '    return table.drop(index=rows_of(UNUSED))' : '    return table');
  return lines.join('\n');
}

const ROWS_OF = `def rows_of(text):
    """Row numbers from words such as "0 4-6": 0, 4, 5 and 6."""
    rows = []
    for word in text.split():
        first, _, last = word.partition("-")
        rows.extend(range(int(first), int(last or first) + 1))
    return rows`;

const PARTS = ['train', 'validation', 'test'] as const;

/** The function that says which rows are in which part. */
function partsOf({ split }: Analysis): string {
  if (split.inFile)
    return `def parts_of(table):
    """Which rows train, validate and test."""
    part = pd.read_csv(PARTS)["part"].loc[table.index].to_numpy()
    return part == "train", part == "validation", part == "test"`;
  const lines = PARTS.filter((part) => part !== split.rest).map((part) => `    ${part} = table.index.isin(rows_of(${part.toUpperCase()}))`);
  const rest = PARTS.find((part) => part === split.rest);
  const others = PARTS.filter((part) => part !== rest);
  if (rest) lines.push(`    ${rest} = ~(${others.join(' | ')})`);
  return ['def parts_of(table):', '    """Which rows train, validate and test."""', ...lines, '    return train, validation, test'].join('\n');
}

/** The functions about the division of the rows. */
export const divisionOf = (analysis: Analysis): string[] => (analysis.split.inFile ? [partsOf(analysis)] : [ROWS_OF, partsOf(analysis)]);

/** Codes of levels, rows × features. */
export function codesOf({ categorical }: Analysis): string {
  if (categorical.every(({ numbered }) => numbered))
    return `def codes_of(table):
    """Levels as numbers, rows × features."""
    return table[CATEGORICAL].to_numpy("int64")`;
  const gaps = categorical.some(({ missing }) => missing);
  const byFile = categorical.some((one) => one.byFile);
  return `def codes_of(table):
    """Levels as numbers in the order of their first rows, as the weights are.

    The result has a row for each row and a column for each feature${gaps ? '; missing\n    cells are the last level' : ''}.
    """
    columns = []
    for name in CATEGORICAL:
        ${byFile ? 'column = table[name].cat.remove_unused_categories().cat\n        codes, levels = column.codes.to_numpy("int64"), column.categories' : 'codes, levels = pd.factorize(table[name])'}
        columns.append(${gaps ? 'np.where(codes < 0, len(levels), codes)' : 'codes'})
    return np.stack(columns, axis=1)`;
}

/** Numeric columns as the network takes them, float32. */
export function inputNumbers({ scaling, filled, constant }: Analysis): string {
  if (scaling === 'none' && !filled)
    return `def numbers_of(table):
    """Numeric columns, rows × columns."""
    return table[NUMERIC].to_numpy("float32")`;
  if (scaling === 'training rows')
    return `def numbers_of(table, fitted):
    """Numeric columns, centred and scaled by the rows that are fitted."""
    numbers = table[NUMERIC]
    centre = numbers[fitted].mean()${filled ? '.fillna(0)' : ''}
    spread = numbers[fitted].std(ddof=0)
${constant.map((j) => `    spread.iloc[${j}] = 1  # the same number in all of these rows\n`).join('')}    scaled = (numbers${filled ? '.fillna(centre)' : ''} - centre) / spread
    return scaled.to_numpy("float32")`;
  const fill = filled ? 'numbers.fillna(means)' : 'numbers';
  return `def numbers_of(table${filled ? ', fitted' : ''}):
    """Numeric columns, rows × columns."""
    numbers = table[NUMERIC]
${filled ? '    means = numbers[fitted].mean().fillna(0)\n' : ''}    scaled = ${scaling === 'none' ? fill : `(${fill} - CENTRE) / SPREAD`}
    return scaled.to_numpy("float32")`;
}

/** Whether \`numbers_of\` looks at the rows that are fitted. */
export const looksAtFitted = ({ scaling, filled }: Analysis): boolean => scaling === 'training rows' || filled;

/** The response in its own unit, float64; 0 and 1 where it is binary, the place of one of several classes. */
export function responseOf({ binary, positive, classes, own }: Analysis): string {
  const first = 'def response_of(table):';
  if (classes)
    return `${first}
    """The response: the place of each row's class."""
    classes = ${classes.numbers ? pythonItems(classes.numbers.map(numberText), 4) : pythonTexts(classes.texts, 4)}
    places = {one: place for place, one in enumerate(classes)}
    return table[TARGET].map(places).to_numpy("int64")`;
  if (!binary || (!own && positive?.number === 1))
    return `${first}
    """The response."""
    return table[TARGET].to_numpy("float64")`;
  return `${first}
    """The response: 1 for this class, 0 for the other."""
    positive = ${positive?.number === null ? pythonText(positive.text, 4) : numberText(positive?.number ?? 1)}
    return (table[TARGET] == positive).to_numpy("float64")`;
}

/** The score of test rows and its assertion. */
export function scoreOf({ score, classes }: Analysis): string {
  const body =
    score.name === 'mse'
      ? '    return np.mean((y - predicted) ** 2)'
      : classes
        ? `    smallest = 2.0 ** -23
    p = predicted[np.arange(len(y)), y]
    return -np.mean(np.log(np.clip(p, smallest, 1 - smallest)))`
        : `    smallest = 2.0 ** -23
    p = np.clip(predicted, smallest, 1 - smallest)
    return -np.mean(np.where(y == 1, np.log(p), np.log1p(-p)))`;
  return `def score_of(y, predicted):
    """${score.name === 'mse' ? 'Mean squared error' : 'Log loss in nats'}."""
${body}


def check(score):
    """Asserts that the score is the one of the lab."""
    difference = abs(score - SCORE)
    print(f"test ${score.name} {score:.8g}, in the lab {SCORE:.8g}")
    assert difference <= ${numberText(score.tolerance)}, f"differs by {difference:.3g}"`;
}

/** Constants about the table. */
export function constants(analysis: Analysis): string {
  const { own, target, numeric, categorical, scaling, score, split } = analysis;
  return [
    'FOLDER = Path(__file__).resolve().parent',
    `TABLE = FOLDER / ${pythonText(own?.name ?? TABLE_NAME)}`,
    ...(split.inFile ? [`PARTS = FOLDER / ${pythonText(PARTS_NAME)}`] : []),
    `TARGET = ${pythonText(target)}`,
    `NUMERIC = ${pythonTexts(numeric)}`,
    ...(categorical.length > 0 ? [`CATEGORICAL = ${pythonTexts(categorical.map(({ name }) => name))}`] : []),
    `SCORE = ${numberText(score.value)}  # test ${score.name} in the lab`,
    ...(typeof scaling === 'string'
      ? []
      : [
          `CENTRE = np.array(${pythonItems(scaling.x.map(({ mean }) => numberText(mean)))})`,
          `SPREAD = np.array(${pythonItems(scaling.x.map(({ scale }) => numberText(scale)))})`,
        ]),
  ].join('\n');
}
