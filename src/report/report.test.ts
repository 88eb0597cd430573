import { beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../scripts/collect';
import { openTable } from '../../workers/data/csv';
import { escapeMarkdown } from '../../workers/data/escape-markdown';
import { prepareDataset } from '../../workers/data/prepare';
import { useBackend } from '../../workers/engine/testing';
import type { LabEvent } from '../../workers/protocol';
import { byMethod } from '../../workers/spec/by-method';
import { type ExperimentInput, experimentSchema } from '../../workers/spec/experiment';
import { ABOUTS } from '../../workers/spec/methods';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { checkView } from '../../workers/training/check-view';
import { Run } from '../../workers/training/run';
import { fittedSentence, normalSentence } from '../words/check';
import { checkSection } from './check';
import { type ReportFormat, reportFile } from './files';
import type { ReportInput } from './input';
import { escapeLatex } from './latex';
import { levelsSection } from './levels';

beforeAll(() => useBackend('cpu'));

interface Names {
  target: string;
  number: string;
  level: string;
  levels: readonly string[];
  file: string;
}

const PLAIN: Names = { target: 'score', number: 'dose', level: 'clinic', levels: ['A', 'B', 'C', 'D'], file: 'visits.csv' };
/** Names as a person with bad intentions writes them: markup, commands, a formula, marks, very long. */
const HOSTILE: Names = {
  target: '"><script>alert(1)</script>&amp;',
  number: '\\input{/etc/passwd}$x^2$%#_~{}',
  level: '[a](javascript:alert(1))|**b**`c`<img src=x onerror=alert(1)>',
  levels: ['=1+1', '__proto__', `\u202e${'long '.repeat(2000)}`, '\u001b[31m'],
  file: '-- $(rm) ]]>" onload="x.csv',
};

async function inputOf(names: Names, more: Partial<ExperimentInput> = {}): Promise<ReportInput> {
  const quoted = (text: string): string => `"${text.replace(/"/g, '""')}"`;
  const lines = Array.from({ length: 160 }, (_, i) => [((i * 37) % 50) / 7 + 2 * (i % 4), (i * 13) % 11, quoted(names.levels[i % 4])].join());
  const text = [[names.target, names.number, names.level].map(quoted).join(), ...lines].join('\n');
  const table = await openTable(new File([text], names.file));
  const [target, number, level] = table.columns.map(({ name }) => name);
  const spec = experimentSchema.parse({
    dataset: {
      ...{ kind: 'table', name: names.file, fingerprint: table.fingerprint, task: 'regression' },
      columns: [
        { name: target, role: 'target' },
        { name: number, role: 'numeric' },
        { name: level, role: 'categorical' },
      ],
    },
    methods: [{ id: 'ignore' }, { id: 'embeddings', settings: { d: 2 } }, { id: 'linear-mixed-model' }],
    training: { batchSize: 40, epochs: 2, patience: null, drawPastStop: false },
    ...more,
  });
  const collector = new Collector(spec);
  const run = new Run(await prepareDataset(spec, new Map([[table.fingerprint, table]])), spec, (event) => collector.take(event as LabEvent));
  await run.train();
  const { summary, lanes, curves, embeddings, predictions, results, comparison } = collector.snapshot;
  return {
    run: {
      ...{ status: 'done', spec, summary, lanes, comparison: comparison ?? null },
      ...{ curves: byMethod(curves), embeddings: byMethod(embeddings), predictions: byMethod(predictions), results: byMethod(results) },
    },
    origin: `${names.file}; seeds 1, 1; run 1`,
    steps: [`In ${names.level}, “${names.levels[0]}” counts as “${names.levels[1]}”.`],
    checks: [...run.finished.values()].map((one) => checkView(run, one)),
    refused: [{ label: 'NCF', sentence: `It needs two columns, not ${names.level}.` }],
    engine: { backend: 'cpu', detail: 'Node', why: 'asked for' },
    versions: [['MMbeddings Lab', '0']],
    made: '1 January 2026 at 00:00',
    address: 'https://lab.example/#s=abc',
    hash: '#s=abc',
  };
}

const tagsOf = (html: string): string[] => Array.from(html.matchAll(/<\/?([a-zA-Z!][\w-]*)/g), ([, name]) => name);

describe('the report of a run', () => {
  let plain: ReportInput;
  let hostile: ReportInput;
  beforeAll(async () => {
    plain = await inputOf(PLAIN);
    hostile = await inputOf(HOSTILE);
  }, 60_000);
  const written = (input: ReportInput, format: ReportFormat) => reportFile(format, input);

  it('says what the run knows: scores, roles, steps, division, seeds, protocol, checks, caveats and how to repeat it', () => {
    const html = written(plain, 'html');
    const { regression } = plain.checks[1];
    if (!regression) throw new Error('no check');
    for (const words of [
      'Report on visits.csv',
      'Test rows are a random 20 % of the rows; a random tenth of the others validates.',
      'In clinic, “A” counts as “B”.',
      'A missing number counts as the mean of the training rows. A missing category is a level of its own.',
      '<th scope="row" class="s">clinic</th><td>categorical</td>',
      'Protocol: as published.',
      fittedSentence(regression),
      normalSentence(regression),
      'NCF was left out. It needs two columns, not clinic.',
      '<a href="https://lab.example/#s=abc"',
      'npm run fit -- --spec &#39;#s=abc&#39; FILE',
      '<math',
    ])
      expect(html).toContain(words.replace(/&#39;/g, "'"));
    const mse = plain.run.results.embeddings.metrics.mse as number;
    expect(html).toContain(mse.toFixed(1));
    // Every finished method has its figures.
    expect(html.match(/<svg xmlns/g)?.length).toBeGreaterThan(15);
    expect(html).not.toMatch(/<script|NaN|undefined|\[object/);
  });

  it('says which settings of training a person changed, and nothing where nobody changed any', () => {
    const trained = (training: ExperimentInput['training']) => {
      const spec = { ...plain.run.spec, training: { ...DEFAULT_PRESET.training, batchSize: 'auto' as const, ...training } };
      return written({ ...plain, run: { ...plain.run, spec: experimentSchema.parse(spec) } }, 'markdown');
    };
    expect(trained({})).toContain('Protocol: as published.');
    expect(trained({})).not.toContain('Changed from');
    expect(trained({ learningRate: 0.01 })).toContain('Changed from as published: learning rate.');
  });

  it('counts one row as one', () => {
    const { summary } = plain.run;
    const rows = (testRows: number) =>
      written({ ...plain, run: { ...plain.run, summary: { ...summary, testRows, unseen: { ...summary.unseen, testRows } } } }, 'markdown');
    expect(rows(1)).toContain('1 test row has a level that no training or validation row has.');
    expect(rows(1)).toContain('There is 1 test row: small');
    expect(rows(2)).toContain('2 test rows have a level that');
  });

  it('names of a file are inert: the same elements whatever they are, and nothing runs or is loaded', () => {
    const html = written(hostile, 'html');
    expect(new Set(tagsOf(html))).toEqual(new Set(tagsOf(written(plain, 'html'))));
    expect(html).not.toMatch(/<img|<script|\son\w+=(?!&quot;)["'x]|javascript:(?!alert\(1\)\))|src=(?!x)/i);
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain("default-src 'none'");
    expect(html.replace(/\n/g, '')).not.toMatch(/\p{Cc}|\u202e/u);
    expect(html.length).toBeLessThan(2e6);
    const markdown = written(hostile, 'markdown');
    expect(markdown).not.toMatch(/(?<!\\)\[a\]|<img|<script|(?<!\\)\|\\\*\\\*b/);
    const rows = markdown.split('\n').filter((line) => line.startsWith('| '));
    for (const row of rows) expect(row).toMatch(/ \|$/);
    const latex = written(hostile, 'latex');
    expect(latex).not.toContain('\\input');
    expect(latex.match(/\\begin\{table\}/g)?.length).toBe(latex.match(/\\end\{table\}/g)?.length);
  });

  it('says of a figure only what is seen, of tags that they are tags, and of no page', () => {
    const { run } = plain;
    const views = Object.entries(run.embeddings).map(([id, view]) => [id, { ...view, drawn: 2 }]);
    const few = { ...plain, run: { ...run, embeddings: Object.fromEntries(views) } };
    expect(JSON.stringify(levelsSection(few, 1))).toContain('2 of 4 ');
    expect(JSON.stringify(levelsSection(few, 0))).not.toContain('2 of 4 ');
    const check = JSON.stringify(checkSection(plain, 1));
    expect(check).toContain('Spread by rows of the level: ');
    expect(check).toContain('Of 2 more methods there are sentences without figures.');
    const tags = checkSection({ ...plain, run: { ...run, summary: { ...run.summary, features: [] } } }, 1);
    expect(JSON.stringify(tags)).toContain('Spread by rows of the rarest tag: ');
    expect(written(plain, 'markdown')).toContain('validation rows included. Whiskers are');
  });

  it('stays below 2 MB with every method of the lab', () => {
    const all = ABOUTS.map(({ id }) => id);
    const { results, curves, predictions } = plain.run;
    const of = <T extends { method: string }>(one: T) => Object.fromEntries(all.map((method) => [method, { ...one, method }]));
    const long = new Float32Array(1000).map((_, e) => 1 + Math.exp(-e / 50) + (e % 7) / 100);
    const run = {
      ...plain.run,
      spec: { ...plain.run.spec, methods: ABOUTS.map(({ id, settings }) => ({ id, settings: settings.parse({}) })) },
      results: of(results.embeddings),
      curves: of({ ...curves.embeddings, predictive: long, objective: long, training: long }),
      predictions: of(predictions.embeddings),
    };
    const html = written({ ...plain, run, checks: all.map((method) => ({ ...plain.checks[1], method })) }, 'html');
    expect(Buffer.byteLength(html)).toBeLessThan(2e6);
    // Twelve methods with their figures, and the sentences of the others.
    expect(html.match(/aria-label="Residuals against fitted/g)).toHaveLength(12);
    expect(html.match(/Residuals against fitted: /g)).toHaveLength(all.length - 12);
    // So many dots that figures of twelve methods would be too large: there are fewer.
    const dots = Array.from({ length: 15_000 }, (_, i) => (i * 7919) % 1000);
    const [, check] = plain.checks;
    const regression = check.regression && { ...check.regression, drawn: { ...check.regression.drawn, fitted: dots, residual: dots } };
    const some = { ...run, spec: { ...run.spec, methods: run.spec.methods.slice(0, 13) } };
    const heavy = written({ ...plain, run: some, checks: all.slice(0, 13).map((method) => ({ ...check, regression, method })) }, 'html');
    expect(Buffer.byteLength(heavy)).toBeLessThan(2e6);
    expect(heavy.match(/aria-label="Residuals against fitted/g)).toHaveLength(6);
    for (const { label } of ABOUTS) expect(html).toContain(label.replace('&', '&amp;'));
  });
});

describe('texts in other formats', () => {
  it('are nothing but themselves in Markdown', () => {
    expect(escapeMarkdown('a|b*c*_d_`e`[f](g)<h>&i;$j$~k~\\')).toBe('a\\|b\\*c\\*\\_d\\_\\`e\\`\\[f\\](g)&lt;h&gt;&amp;i;\\$j\\$\\~k\\~\\\\');
    expect(escapeMarkdown('https://x.y www.z @me')).toBe('https&#58;//x.y www&#46;z &#64;me');
    for (const start of ['# a', '- a', '+ a', '1. a', '2) a', '=== a']) expect(escapeMarkdown(start)).toMatch(/^\d?\\/);
    for (const number of ['0.53', '-0.5', '12,771']) expect(escapeMarkdown(number)).toBe(number);
    expect(escapeMarkdown('a\nb\r# c')).toBe('a b # c');
    expect(escapeMarkdown('    # code')).toBe('\\# code');
  });

  it('are nothing but themselves in LaTeX', () => {
    expect(escapeLatex('\\a{b}$c$&#%_~^')).toBe('\\textbackslash{}a\\{b\\}\\$c\\$\\&\\#\\%\\_\\textasciitilde{}\\textasciicircum{}');
    expect(escapeLatex('R² ± 1 − "x" --')).toBe('R$^2$ $\\pm$ 1 $-$ \\textquotedbl{}x\\textquotedbl{} -{}-{}');
  });
});
