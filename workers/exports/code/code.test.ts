/**
 * Code that leaves the lab, run by the languages themselves: Python compiles it, R parses it, and where a
 * machine has PyTorch or lme4 it computes the score of the run.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenOptions, openTable } from '../../data/csv';
import { joined } from '../../data/csv-write';
import { prepareDataset } from '../../data/prepare';
import { withSteps } from '../../data/reading/apply';
import { printable } from '../../data/shown-text';
import { useBackend } from '../../engine/testing';
import { writeName } from '../../mixed/formula/write';
import { type ExperimentInput, experimentSchema } from '../../spec/experiment';
import { Run } from '../../training/run';
import type { FittedMethod } from '../model';
import { analysisOf } from './analysis';
import { CODE_LANGUAGES, type CodeLanguage, codeFiles, codeTables, codeText } from './bundle';
import { pythonText, rowNumbers, rText } from './literals';
import { rEngine } from './r';

/**
 * What a command prints; null where there is none such, it fails, or it has not ended after two minutes: the
 * process waits for it, so that no time limit of a test could.
 */
function printed(command: string, args: readonly string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000, killSignal: 'SIGKILL' });
  } catch {
    return null;
  }
}

const SPECS = 'import importlib.util as u; print([n for n in ("numpy", "pandas", "torch") if not u.find_spec(n)])';
const RUNTIME = 'import importlib.util as u; print(all(u.find_spec(n) for n in ("numpy", "pandas", "onnxruntime")))';
const pythons = [...new Set([process.env.PYTHON ?? 'python3', '/usr/bin/python3'])].map((command) => ({
  command,
  lacks: printed(command, ['-c', SPECS]),
}));
/** The Python with most of what code needs. */
const python = pythons.find(({ lacks }) => lacks?.trim() === '[]') ?? pythons.find(({ lacks }) => lacks !== null);
const r = printed('Rscript', ['-e', 'cat(nzchar(system.file(package = "lme4")))']);

const noPython = python ? '' : ' (skipped: no Python)';
const noTorch = python?.lacks?.trim() === '[]' ? '' : ` (skipped: Python lacks ${python?.lacks?.trim() ?? 'itself'})`;
const runtime = pythons.map(({ command }) => command).find((command) => printed(command, ['-c', RUNTIME])?.trim() === 'True');
const noRuntime = runtime ? '' : ' (skipped: no Python with onnxruntime)';
const noR = r === null ? ' (skipped: no R)' : '';
const noLme4 = r === 'TRUE' ? '' : ' (skipped: no R with lme4)';

const folder = mkdtempSync(join(tmpdir(), 'code-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => useBackend('cpu'));

/** Names that mean no good to code, to a shell and to a terminal. */
const HOSTILE = ['y"; 1 #', 'a "b" \\ \'c\'\n"""\nimport os', `${'ü'.repeat(4_990)}${'{x}`'.repeat(1_252)}`, 'd\u202e\u0007\t#{`}', '$(ls) %s `'];
/** As the lab has them: a sign that does not print is none of a name. */
const [TARGET, NUMBER, LONG, LEVEL, OTHER] = HOSTILE.map((name) => printable(name).trim());

/** A table as Excel writes it where a comma is the decimal sign, with hostile names and labels. */
function hostileTable(): string {
  const quoted = (text: string): string => `"${text.replace(/"/g, '""')}"`;
  const labels = ['"; rm -rf /', '__proto__', "it's", ' spaced ', '#', 'Ω\n2'];
  const lines = [HOSTILE.map(quoted).join(';')];
  for (let i = 0; i < 60; i++) {
    const number = i % 7 === 0 ? '-' : String(Math.sin(i) * 3).replace('.', ',');
    const level = i % 11 === 3 ? '' : quoted(labels[(i * i) % 6]);
    const y = String(Math.cos(i) + (i % 5) + ((i * i) % 6)).replace('.', ',');
    lines.push([i === 8 ? '' : y, number, i % 2 === 0 ? 'yes' : 'No', level, quoted(labels[i % 5])].join(';'));
  }
  return lines.join('\n');
}

async function fitted(input: ExperimentInput, text?: string, options: OpenOptions = {}): Promise<FittedMethod> {
  const opened = text === undefined ? null : await openTable(new File([text], 'visits "1".csv'), options);
  const given = input.dataset;
  const dataset = opened && given.kind === 'table' ? { ...given, fingerprint: opened.fingerprint, reading: opened.steps } : given;
  const training = { batchSize: 20, epochs: 3, patience: 2, drawPastStop: false, learningRate: 0.01 };
  const spec = experimentSchema.parse({ ...input, dataset, training });
  const tables = new Map(opened ? [[opened.fingerprint, opened]] : []);
  const run = new Run(await prepareDataset(spec, tables), { ...spec, keepPredictors: true }, () => undefined);
  await run.train();
  const finished = run.finished.get(spec.methods[0].id);
  if (!finished) throw new Error('no result');
  return { dataset: run.dataset, spec, finished, version: '0', ...(opened && { table: withSteps(opened, opened.steps) }) };
}

/** @param classes yes and no are the response, and there are no numeric columns */
const hostile = (id: string, classes = false, settings: Record<string, unknown> = {}): Promise<FittedMethod> => {
  const columns = [
    { name: TARGET, role: classes ? ('ignore' as const) : ('target' as const) },
    { name: NUMBER, role: classes ? ('ignore' as const) : ('numeric' as const) },
    { name: LONG, role: classes ? ('target' as const) : ('numeric' as const) },
    { name: LEVEL, role: 'categorical' as const },
    { name: OTHER, role: 'categorical' as const },
  ];
  const task = classes ? ('binary' as const) : ('regression' as const);
  return fitted(
    { dataset: { kind: 'table', name: 'visits "1".csv', fingerprint: '0'.repeat(16), task, columns }, methods: [{ id, settings }] },
    hostileTable(),
  );
};

/**
 * Levels 01 and 1 under a header with a space, in a file without a header, and beside numbers that only test
 * rows have.
 */
function plainTables(): { text: string; columns: string[]; part?: string; options?: OpenOptions }[] {
  const rows = Array.from({ length: 60 }, (_, i) => [['01', '1', '2'][((i * i) % 7) % 3], String(((i * 7) % 13) + 4 * (((i * i) % 7) % 3))]);
  const lines = rows.map((row) => row.join());
  const late = rows.map((row, i) => [...row, i % 6 === 0 ? String(i) : '', i % 6 === 0 ? 'test' : 'train'].join());
  return [
    { text: [' g ,y', ...lines].join('\n'), columns: ['g', 'y'], options: { steps: [] } },
    { text: lines.join('\n'), columns: ['column 1', 'column 2'], options: { steps: [{ kind: 'header', lines: 0 }] } },
    { text: ['g,y,x,part', ...late].join('\n'), columns: ['g', 'y', 'x', 'part'], part: 'part' },
  ];
}

const plain = ({ text, columns, part, options }: ReturnType<typeof plainTables>[number]): Promise<FittedMethod> => {
  const roles = ['categorical', 'target', 'numeric', 'ignore'] as const;
  const dataset = { kind: 'table' as const, name: 'visits "1".csv', fingerprint: '0'.repeat(16), task: 'regression' as const };
  return fitted(
    {
      dataset: { ...dataset, columns: columns.map((name, j) => ({ name, role: roles[j] })), ...(part && { split: 'by-column', splitColumn: part }) },
      methods: [{ id: 'embeddings', settings: {} }],
    },
    text,
    options,
  );
};

const simulated = (id: string, task: 'regression' | 'binary'): Promise<FittedMethod> =>
  fitted({ dataset: { kind: 'simulated', task, levels: [5, 4], trainRows: 60, testRows: 20, p: 2 }, methods: [{ id, settings: {} }] });

/** Three classes, as texts or as numbers; the third column is numeric. */
const classTable = (labels: readonly string[]): string =>
  [
    'g,y,x',
    ...Array.from({ length: 60 }, (_, i) => `s${(i * i) % 5},${labels[(((i * i) % 5) + (i % 4 === 0 ? 1 : 0)) % 3]},${((i * 7) % 13) / 4}`),
  ].join('\n');

const ofClasses = (id: string, labels: readonly string[], task: 'classes' | 'ordinal'): Promise<FittedMethod> => {
  const columns = [
    { name: 'g', role: 'categorical' as const },
    { name: 'y', role: 'target' as const },
    { name: 'x', role: 'numeric' as const },
  ];
  const dataset = { kind: 'table' as const, name: 'visits "1".csv', fingerprint: '0'.repeat(16), task, columns };
  return fitted(
    { dataset: task === 'ordinal' ? { ...dataset, classOrder: [...labels] } : dataset, methods: [{ id, settings: {} }] },
    classTable(labels),
  );
};

/** The files of code in a folder of their own. */
function stored(one: FittedMethod, language: CodeLanguage, place: string, table?: string): string {
  const at = mkdtempSync(join(folder, place));
  const files = codeFiles(one, language);
  for (const { name, pieces } of files) writeFileSync(join(at, name), joined(pieces));
  if (table !== undefined) writeFileSync(join(at, 'visits "1".csv'), table);
  return join(at, files[0].name);
}

/** What code printed is the score of the run; it asserts that itself. */
function expectScore(said: string | null, { finished: { result } }: FittedMethod): void {
  const { mse, logLoss } = result.metrics;
  const [, found] = new RegExp(`test ${mse === null ? 'log loss' : 'mse'} ([\\d.e-]+), in the lab`).exec(said ?? '') ?? [];
  expect(Number(found) / (mse ?? logLoss ?? Number.NaN)).toBeCloseTo(1, 3);
}

describe('texts as literals', () => {
  const texts = [
    ...HOSTILE,
    '__proto__',
    '',
    '\\',
    '"',
    "'''",
    '\r\n\u0085\u2028',
    'n\u00a0b',
    '\u{1f600}\u{e0001}',
    `${'\\'.repeat(200)}"`,
    '\\u0041',
  ];

  it.skipIf(!python)(`of Python are read back as they were${noPython}`, () => {
    const code = `import json\nprint(json.dumps([${texts.map((text) => pythonText(text)).join(', ')}]))`;
    expect(JSON.parse(printed(python?.command ?? '', ['-c', code]) ?? 'null')).toEqual(texts);
  });

  it.skipIf(r === null)(`of R are read back as they were${noR}`, () => {
    const file = join(folder, 'texts.R');
    writeFileSync(
      file,
      `cat(paste(sapply(list(${texts.map((text) => rText(text)).join(', ')}), function(text) paste(utf8ToInt(enc2utf8(text)), collapse = " ")), collapse = "|"))`,
    );
    const codes = texts.map((text) => [...text].map((sign) => sign.codePointAt(0)).join(' '));
    expect(printed('Rscript', ['--vanilla', file])).toBe(codes.join('|'));
  });

  it('lists rows in runs, from 0 or from 1', () => {
    expect(rowNumbers(Uint32Array.of(9, 4, 0, 5, 6), 0)).toBe('0 4-6 9');
    expect(rowNumbers(Uint32Array.of(9, 4, 0, 5, 6), 1)).toBe('1 5-7 10');
  });
});

describe('code of a finished method', () => {
  it(`is taken by Python and R, whatever it computes${noPython}${noR}`, { timeout: 60_000 }, async () => {
    const methods = [
      await hostile('mmbeddings'),
      await simulated('ignore', 'regression'),
      await simulated('lmmnn', 'regression'),
      await simulated('target-encoding', 'binary'),
      await fitted({
        dataset: { kind: 'tags', task: 'regression', groups: [2, 2], trainRows: 60, testRows: 20 },
        methods: [{ id: 'tag-sum', settings: {} }],
      }),
    ];
    const inPython: string[] = [];
    const inR: string[] = [];
    for (const [i, one] of methods.entries()) {
      const analysis = analysisOf(one);
      for (const language of CODE_LANGUAGES) {
        const file = join(folder, `${i}-${language}.${language === 'r' ? 'R' : 'py'}`);
        const text = codeText(analysis, language);
        // No line of code is wider than PEP 8 has them, and none has a sign that hides.
        for (const line of text.split('\n')) expect(line, file).toMatch(language === 'r' ? /^[^\p{Cc}\p{Cf}]*$/u : /^[^\p{Cc}\p{Cf}]{0,79}$/u);
        writeFileSync(file, text);
        (language === 'r' ? inR : inPython).push(file);
      }
    }
    // Of very many rows the division lies in a file beside the code, and rows that are not used are known
    // there.
    const long = analysisOf(methods[0], 10);
    expect(long.split.inFile).toBe(true);
    expect(codeText(long, 'pytorch')).not.toContain('rows_of');
    const [parts] = codeTables(methods[0], long);
    const lines = new TextDecoder().decode(joined(parts.pieces)).trimEnd().split('\n');
    expect([parts.name, lines.length, lines[0], lines[9]]).toEqual(['rows.csv', 61, 'part', 'unused']);
    for (const language of CODE_LANGUAGES) {
      const file = join(folder, `long-${language}.${language === 'r' ? 'R' : 'py'}`);
      writeFileSync(file, codeText(long, language));
      (language === 'r' ? inR : inPython).push(file);
    }
    // The document about larger tables goes on from the code of Embeddings.
    const base = codeText(analysisOf(await simulated('embeddings', 'regression')), 'pytorch');
    const document = readFileSync(new URL('../../../docs/larger-tables.md', import.meta.url), 'utf8');
    const blocks = [...document.matchAll(/```python\n(.*?)```/gs)].map(([, block]) => block);
    expect(blocks).toHaveLength(2);
    const [, taken] = /from analysis import \((.*?)\)/s.exec(blocks[0]) ?? [];
    const names = taken.split(/[\s,]+/).filter(Boolean);
    expect(names).toHaveLength(9);
    for (const name of names) expect(base, name).toMatch(new RegExp(`^(def |class )?${name}\\b( =|\\()`, 'm'));
    for (const [i, block] of blocks.entries()) {
      const file = join(folder, `document-${i}.py`);
      writeFileSync(file, block);
      inPython.push(file);
    }
    if (python) expect(printed(python.command, ['-m', 'py_compile', ...inPython]), 'py_compile').not.toBeNull();
    if (r !== null) {
      const parsed = printed('Rscript', [
        '--vanilla',
        '-e',
        'for (file in commandArgs(TRUE)) parse(file, encoding = "UTF-8"); cat("parsed")',
        ...inR,
      ]);
      expect(parsed).toBe('parsed');
    }
  });

  it.skipIf(noTorch !== '')(`finds the score of the run with PyTorch on a hostile table${noTorch}`, { timeout: 60_000 }, async () => {
    // The second has no numeric column, and a response of two classes.
    const plains = plainTables();
    const all = [await hostile('embeddings'), await hostile('mmbeddings', true)];
    for (const one of plains) all.push(await plain(one));
    const files = all.map((one, i) => stored(one, 'pytorch', `torch${i}`, plains[i - 2]?.text ?? hostileTable()));
    const code = `import runpy\n${files.map((file) => `runpy.run_path(${pythonText(file)}, run_name="__main__")`).join('\n')}`;
    const said = printed(python?.command ?? '', ['-c', code]);
    const lines = (said ?? '').split('\n').filter((line) => line.startsWith('test '));
    for (const [i, one] of all.entries()) expectScore(lines[i], one);
  });

  it.skipIf(noLme4 !== '')(`finds the score of the run with lme4 on a hostile table${noLme4}`, { timeout: 60_000 }, async () => {
    const one = await hostile('linear-mixed-model');
    const file = stored(one, 'r', 'lme4', hostileTable());
    // By a formula, whose columns R can only name otherwise.
    const [y, x, g, h] = [TARGET, NUMBER, LEVEL, OTHER].map(writeName);
    const other = await hostile('linear-mixed-model', false, { formula: `${y} ~ ${x} + ${h} + (1 + ${x} || ${g})`, estimator: 'reml' });
    const byFormula = stored(other, 'r', 'lme4-formula', hostileTable());
    expect(readFileSync(byFormula, 'utf8')).toMatch(/y ~ 1 \+ x1 \+ g2 \+ \(1 \+ x1 \|\| g1\),/);
    expectScore(printed('Rscript', ['--vanilla', file]), one);
    expectScore(printed('Rscript', ['--vanilla', byFormula]), other);
  });

  it(`of several classes looks a class up in the table, as a text or a number, and finds the score${noRuntime}`, { timeout: 60_000 }, async () => {
    const tables = [
      ['low', 'mid "1"', 'high'],
      ['1.0', '2', '10'],
    ] as const;
    const all = [await ofClasses('embeddings', tables[0], 'ordinal'), await ofClasses('fm', tables[1], 'classes')];
    expect(analysisOf(all[0]).classes).toEqual({ texts: [...tables[0]], numbers: null });
    expect(analysisOf(all[1]).classes?.numbers).toEqual([1, 2, 10]);
    const files = all.map((one, i) => stored(one, 'pytorch', `classes${i}`, classTable(tables[i])));
    expect(codeText(analysisOf(all[0]), 'r')).toContain('y <- match(table[["y"]], c("low", "mid \\"1\\"", "high"))');
    if (!runtime) return;
    for (const [i, one] of all.entries()) expectScore(printed(runtime, [files[i]]), one);
  });

  /**
   * A level that a row without a response has first, numbers that are none, and classes with a decimal comma.
   */
  function unusedFirst(classes: boolean): string {
    const rows = Array.from({ length: 60 }, (_, i) => {
      const y = classes ? ['0,0', '1,0'][((i * i) % 3) % 2] : String((10 * ((i * i) % 7)) / 4).replace('.', ',');
      return `${'abc'[((i * i) % 7) % 3]};${i % 20 === 3 ? 'inf' : String(i % 5)};${y}`;
    });
    return ['g;x;y', 'b;1;', ...rows].join('\n');
  }
  const ofUnusedFirst = (classes: boolean): Promise<FittedMethod> => {
    const columns = [
      { name: 'g', role: 'categorical' as const },
      { name: 'x', role: 'numeric' as const },
      { name: 'y', role: 'target' as const },
    ];
    const task = classes ? ('binary' as const) : ('regression' as const);
    return fitted(
      {
        dataset: { kind: 'table', name: 'visits "1".csv', fingerprint: '0'.repeat(16), task, columns },
        methods: [{ id: 'embeddings', settings: {} }],
      },
      unusedFirst(classes),
      { given: [{ kind: 'bad-cells', column: 'x' }] },
    );
  };

  it(`numbers levels by the rows that the lab goes by, and knows classes and infinity as it does${noTorch}`, { timeout: 60_000 }, async () => {
    const all = [await ofUnusedFirst(false), await ofUnusedFirst(true)];
    expect(all[0].dataset.categorical[0].labels).toEqual(['b', 'a', 'c']);
    expect(analysisOf(all[0]).categorical).toEqual([{ name: 'g', levels: 3, numbered: false, byFile: true, missing: false }]);
    expect(analysisOf(all[1]).positive).toEqual({ text: '1,0', number: 1 });
    // Without the file a table is written that has the numbers themselves.
    const { table: _, ...unopened } = all[0];
    const written = analysisOf(unopened);
    expect(written.categorical).toEqual([{ name: 'g', levels: 3, numbered: true, byFile: false, missing: false }]);
    const [{ pieces }] = codeTables(unopened, written);
    expect(new TextDecoder().decode(joined(pieces)).split('\n')[1]).toMatch(/,1$/);
    const texts = all.flatMap((one) => (['pytorch', 'r'] as const).map((language) => codeText(analysisOf(one), language)));
    expect(texts[0]).toContain('remove_unused_categories');
    expect(texts[0]).toContain('np.isfinite(table[name])');
    expect(texts[1]).toContain('levels <- intersect(labels, labels[c(fitted, test)])');
    expect(texts[1]).toContain('is.infinite(table[["x"]])');
    if (noTorch !== '') return;
    const files = all.map((one, i) => stored(one, 'pytorch', `unused${i}`, unusedFirst(i === 1)));
    for (const [i, one] of all.entries()) expectScore(printed(python?.command ?? '', [files[i]]), one);
  });

  it('reads levels as texts where the code names the columns, and 0 for a number that no fitted row has', async () => {
    const [spaced, bare, late] = await Promise.all(plainTables().map(plain));
    for (const one of [spaced, bare]) {
      expect(one.dataset.categorical[0].labels).toEqual(['01', '1', '2']);
      expect(analysisOf(one).own?.blanks).toBe(false);
      expect(codeText(analysisOf(one), 'keras')).toContain('dtype=str');
    }
    const analysis = analysisOf(late);
    expect(codeText(analysis, 'pytorch')).toContain('centre = numbers[fitted].mean().fillna(0)');
    expect(codeText({ ...analysis, scaling: 'none' }, 'pytorch')).toContain('means = numbers[fitted].mean().fillna(0)');
    expect(codeText(analysis, 'r')).toContain('centre[is.nan(centre)] <- 0');
  });

  it('trains again as the run did: with the weights of the last epoch, or of the best', async () => {
    const analysis = analysisOf(await simulated('embeddings', 'regression'));
    const again = (language: CodeLanguage, change: Partial<NonNullable<typeof analysis.training>>): string =>
      codeText({ ...analysis, training: analysis.training && { ...analysis.training, ...change } }, language);
    expect(analysis.training).toMatchObject({ restore: false, patience: 2 });
    expect(again('keras', {})).toContain('patience=2, restore_best_weights=False');
    expect(again('keras', { restore: true, patience: null, epochs: 7 })).toContain('patience=7, restore_best_weights=True');
    expect(again('keras', { patience: null })).not.toContain('EarlyStopping');
    expect(again('pytorch', {})).not.toMatch(/copy\.|kept/);
    const best = again('pytorch', { restore: true, patience: null });
    expect(best).toContain('    if kept is not None:\n        network.load_state_dict(kept)');
    expect(best).not.toContain('break');
    const variants = [again('pytorch', {}), best, again('pytorch', { patience: null }), again('keras', {}), again('keras', { patience: null })];
    const files = variants.map((_, i) => join(folder, `again-${i}.py`));
    for (const [i, file] of files.entries()) writeFileSync(file, variants[i]);
    if (python) expect(printed(python.command, ['-m', 'py_compile', ...files]), 'py_compile').not.toBeNull();
  });

  it('in R is what R takes: names of columns, levels that lme4 fits, no NUL', async () => {
    const one = await hostile('linear-mixed-model');
    const { dataset, spec } = one;
    const named = codeText({ ...analysisOf(one), numeric: ['row.names', 'NA_real_'] }, 'r');
    for (const line of ['  x1 = table[["row.names"]],', '  x2 = table[["NA_real_"]],']) expect(named).toContain(line);
    const [first, second] = dataset.categorical;
    const withLevels = (code: (row: number) => number): FittedMethod => ({
      ...one,
      dataset: { ...dataset, categorical: [{ ...first, codes: first.codes.map((_, row) => code(row)) }, second] },
    });
    expect(rEngine(analysisOf(one))).toBe('lme4');
    expect(rEngine(analysisOf(withLevels((row) => row % 2)))).toBe('lme4');
    const tested = new Set(dataset.split.test);
    expect(rEngine(analysisOf(withLevels((row) => (tested.has(row) ? 1 : 0))))).toBe('matrices');
    expect(rEngine(analysisOf(withLevels((row) => row)))).toBe('matrices');
    if (spec.dataset.kind !== 'table') throw new Error('no table');
    const merged = { kind: 'merge-levels' as const, column: LEVEL, from: ['a\0b'], into: '#' };
    const reading = [...(spec.dataset.reading ?? []), merged];
    expect(analysisOf(one).own).not.toBeNull();
    expect(analysisOf({ ...one, spec: { ...spec, dataset: { ...spec.dataset, reading } } }).own).toBeNull();
  });

  it('is refused where another program cannot find the score', async () => {
    const one = await simulated('regbeddings', 'regression');
    expect(() => codeFiles(one, 'r')).toThrow('Its test predictions draw random numbers');
  });
});
