import { NumberColumn } from '../bytes/number-column';
import { codesWhere, textOf } from '../bytes/utf8-texts';
import { firstTextRow } from '../cells';
import { quote } from '../refusals';
import { MISSING, type RawColumn, type Table } from '../table';
import type { Work } from '../work';
import { Beginnings } from './beginnings';
import { type Meaning, meanings } from './guess';
import { missingWordsIn } from './guess-missing';
import { mostlyNumbers } from './guess-numbers';
import { wordOf } from './missing';
import { isPlain, type NumberFormat, numberReader, plainNumber } from './numbers';
import type { ReadingAnswer, ReadingQuestion } from './question';
import { type ColumnStep, isFileStep, type Step } from './steps';
import { withFileStep, withoutMeaning, withStep } from './with-step';

/** A cell of numbers that is none, as the page names it. */
export interface BadCells {
  count: number;
  numbers: number;
  line: number;
  value: string;
}

/** Per column of the table, by its name: cells that keep it from being one of numbers. */
export function badCells(table: Table): Map<string, BadCells> {
  const found = new Map<string, BadCells>();
  for (const column of table.columns) {
    if (column instanceof NumberColumn) {
      const { name, present, textLevels, cells } = column;
      const count = cells.others.rows.length;
      const row = firstTextRow(column);
      if (textLevels > 0 && mostlyNumbers({ good: present, bad: count }, { good: present, bad: textLevels }))
        found.set(name, { count, numbers: present, line: table.line(row), value: column.cell(row) ?? '' });
      continue;
    }
    const { name, codes, numbers, counts, textLevels } = column;
    if (textLevels === 0 || textLevels === counts.length) continue;
    let [good, distinct, bad] = [0, 0, 0];
    numbers.forEach((value, code) => {
      if (Number.isNaN(value)) bad += counts[code];
      else {
        good += counts[code];
        distinct++;
      }
    });
    if (!mostlyNumbers({ good, bad }, { good: distinct, bad: textLevels })) continue;
    const row = codes.findIndex((code) => code !== MISSING && Number.isNaN(numbers[code]));
    found.set(name, { count: bad, numbers: good, line: table.line(row), value: textOf(column, codes[row]) });
  }
  return found;
}

/** Words that are numbers themselves, such as -999. */
const numberWords = (words: readonly string[]): [string, number][] =>
  words.map((word): [string, number] => [word, plainNumber(word)]).filter(([, number]) => !Number.isNaN(number));

/** What a column of the file is called after its steps. */
export function currentName(steps: readonly Step[], name: string): string {
  return steps.reduce((now, step) => (step.kind === 'rename' && step.column === now ? step.to : now), name);
}

/** Per column, the words that count as missing in it, with their cells. */
export function foundWords(table: Table): Map<string, { word: string; count: number }[]> {
  const found = new Map<string, { word: string; count: number }[]>();
  const raw = new Map(table.raw.columns.map((column) => [column.name, column]));
  for (const step of table.steps) {
    if (step.kind !== 'missing-words') continue;
    for (const name of step.columns) {
      const column = raw.get(name);
      if (!column) continue;
      const wanted = new Map(step.words.map((word) => [wordOf(word), word]));
      const counts = new Map<string, number>();
      const look = (text: string, cells: number): void => {
        const word = text.length < 64 ? wanted.get(wordOf(text)) : undefined;
        if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + cells);
      };
      if (column instanceof NumberColumn) for (const [code, cells] of column.otherCounts.entries()) look(column.cells.others.texts[code], cells);
      else for (const code of codesWhere(column, new Beginnings(wanted.keys()).mayBe)) look(textOf(column, code), column.counts[code]);
      if (column instanceof NumberColumn)
        for (const [word, number] of numberWords(step.words)) {
          const times = column.times(number);
          if (times > 0) counts.set(word, times);
        }
      found.set(
        currentName(table.steps, name),
        [...counts].map(([word, cells]) => ({ word, count: cells })),
      );
    }
  }
  return found;
}

/**
 * What could be meant otherwise, the pressing questions first. Answers that a person has given already are
 * marked as taken.
 */
export function* questionsOf(table: Table): Work<ReadingQuestion[]> {
  const columnSteps = table.steps.filter((step): step is ColumnStep => !isFileStep(step));
  const absent = columnSteps.filter((step) => step.kind === 'missing-words' || step.kind === 'merge-levels');
  const questions = (yield* meanings(table.raw.columns, absent, table.raw.separator)).flatMap((meaning) => [
    ...numberQuestion(table, meaning),
    ...dateQuestion(table, meaning),
  ]);
  const inFile = new Map(table.raw.columns.map(({ name }) => [currentName(table.steps, name), name]));
  const bad = [...badCells(table)].map(([name, cells]) => badQuestion(table, inFile.get(name) ?? name, name, cells));
  const words: ReadingQuestion[] = [];
  for (const column of table.raw.columns) {
    words.push(...wordQuestions(table, column));
    yield;
  }
  return [...headerQuestion(table), ...bad, ...questions, ...words]
    .map((question) => ({ ...question, column: question.column === null ? null : currentName(table.steps, question.column) }))
    .sort((a, b) => Number(b.pressing) - Number(a.pressing));
}

function headerQuestion({ raw: { doubt }, steps, name }: Table): ReadingQuestion[] {
  if (!doubt) return [];
  const data = steps.some((step) => step.kind === 'header' && step.lines === 0);
  return [
    {
      id: 'header',
      column: null,
      text: `The first line of ${name} (${doubt.map((cell) => quote(cell.trim())).join(', ')}, …) has numbers where the lines below have them: it may be data, or the names of the columns.`,
      answers: [
        { label: 'It is data', steps: withFileStep(steps, { kind: 'header', lines: 0 }), taken: data },
        { label: 'It names the columns', steps: withFileStep(steps, { kind: 'header', lines: 1 }), taken: !data },
      ],
      pressing: false,
    },
  ];
}

const count = (number: number): string => number.toLocaleString('en');

function badQuestion(table: Table, column: string, shown: string, { count: bad, numbers, line, value }: BadCells): ReadingQuestion {
  return {
    id: `bad-cells:${column}`,
    column,
    text: `${count(numbers)} of ${count(numbers + bad)} cells of ${quote(shown)} are numbers; ${table.unit ?? 'line'} ${count(line)} has ${quote(value)}${bad > 1 ? `, and ${count(bad - 1)} more ${bad === 2 ? 'is' : 'are'} none either` : ''}.`,
    answers: [
      { label: bad === 1 ? 'It is missing' : 'They are missing', steps: withStep(table.steps, { kind: 'bad-cells', column }), taken: false },
      { label: 'The column is a category', steps: withStep(table.steps, { kind: 'category', column }), taken: false },
    ],
    pressing: true,
  };
}

/** The step that says what the texts of a column stand for; undefined: they are read plainly. */
function meaningOf(steps: readonly Step[], column: string): Step | undefined {
  return steps.find((step) => (step.kind === 'decimal' || step.kind === 'date' || step.kind === 'category') && step.column === column);
}

function sameFormat(step: Step | undefined, format: NumberFormat): boolean {
  if (!step) return isPlain(format);
  return step.kind === 'decimal' && step.decimal === format.decimal && step.thousands === format.thousands;
}

function numberQuestion(table: Table, { column, numbers }: Meaning): ReadingQuestion[] {
  if (!numbers || numbers.formats.length < 2) return [];
  const step = meaningOf(table.steps, column);
  const answers = numbers.formats.map((format): ReadingAnswer => {
    const value = numberReader(format)(numbers.example);
    const plain = withoutMeaning(table.steps, column);
    return {
      label: `${numbers.example} is ${String(value)}`,
      steps: isPlain(format) ? plain : withStep(plain, { kind: 'decimal', column, ...format }),
      taken: sameFormat(step, format),
    };
  });
  const text = `Every number in ${quote(column)} can be read in ${answers.length === 2 ? 'two ways' : `${answers.length} ways`}: the sign in ${quote(numbers.example)} is either the decimal sign or separates thousands.`;
  return [{ id: `decimal:${column}`, column, text, answers, pressing: false }];
}

function dateQuestion(table: Table, { column, dates, reading }: Meaning): ReadingQuestion[] {
  if (!dates) return [];
  const step = meaningOf(table.steps, column);
  const plain = withoutMeaning(
    table.steps.filter((other) => !(other.kind === 'date-part' && other.column === column)),
    column,
  );
  const days = (dayFirst: boolean) => withStep(plain, { kind: 'date', column, dayFirst, as: 'days' });
  const parts = (['year', 'month', 'weekday'] as const).reduce<Step[]>(
    (steps, as) => withStep(steps, { kind: 'date-part', column, dayFirst: dates.dayFirst, as }),
    days(dates.dayFirst),
  );
  const hasParts = table.steps.some((other) => other.kind === 'date-part' && other.column === column);
  const isDays = (dayFirst: boolean) => step?.kind === 'date' && step.dayFirst === dayFirst && step.as === 'days' && !hasParts;
  const orders = dates.ambiguous ? [dates.dayFirst, !dates.dayFirst] : [dates.dayFirst];
  const answers: ReadingAnswer[] = orders.map((dayFirst) => ({
    label: dates.ambiguous ? `Days, ${dayFirst ? 'day' : 'month'} first` : 'Days since the first',
    steps: days(dayFirst),
    taken: isDays(dayFirst),
  }));
  answers.push({ label: 'Days, year, month and weekday', steps: parts, taken: step?.kind === 'date' && hasParts });
  answers.push({ label: 'A category', steps: withStep(plain, { kind: 'category', column }), taken: step === undefined || step.kind === 'category' });
  const example = reading.text(reading.numbers.findIndex((_, code) => !reading.gone?.[code])) ?? '';
  const text = `${quote(column)} holds dates such as ${quote(example)}${dates.ambiguous ? ', in which day and month could be in either order' : ''}.`;
  return [{ id: `date:${column}`, column, text, answers, pressing: false }];
}

function hasNumber(numbers: Float64Array): boolean {
  for (let code = 0; code < numbers.length; code++) if (!Number.isNaN(numbers[code])) return true;
  return false;
}

/**
 * Words for missing that are as frequent as the levels of a column of names: "NA" is also Namibia, and "None"
 * an answer.
 */
function wordQuestions(table: Table, column: RawColumn): ReadingQuestion[] {
  if (column instanceof NumberColumn || hasNumber(column.numbers)) return [];
  const words = missingWordsIn(column).filter((word) => /\p{L}/u.test(word));
  if (words.length === 0) return [];
  const cells = words.map((word) => column.texts.reduce((sum, text, code) => sum + (text.trim() === word ? column.counts[code] : 0), 0));
  const levels = [...column.counts].filter((_, code) => !words.includes(column.texts[code].trim())).sort((a, b) => a - b);
  const usual = levels[Math.floor(levels.length / 2)] ?? 0;
  if (levels.length < 2 || !cells.some((cell) => cell >= usual / 2)) return [];
  const now = table.steps.flatMap((step) => (step.kind === 'missing-words' && step.columns.includes(column.name) ? step.words : []));
  const all = missingWordsIn(column);
  const kept = all.filter((word) => !words.includes(word));
  const step = (list: string[]): Step[] => withStep(table.steps, { kind: 'missing-words', columns: [column.name], words: list });
  const list = words.map(quote).join(', ');
  return [
    {
      id: `missing-words:${column.name}`,
      column: column.name,
      text: `${list} in ${quote(column.name)} ${words.length === 1 ? 'stands' : 'stand'} in ${count(cells.reduce((sum, cell) => sum + cell, 0))} cells, like its other levels. ${words.length === 1 ? 'It is' : 'They are'} read as missing where nobody says otherwise.`,
      answers: [
        { label: 'Missing', steps: step(all), taken: words.every((word) => now.includes(word)) },
        { label: words.length === 1 ? 'A level' : 'Levels', steps: step(kept), taken: !words.some((word) => now.includes(word)) },
      ],
      pressing: false,
    },
  ];
}
