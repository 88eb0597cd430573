import { escapeMarkdown } from '../../workers/data/escape-markdown';
import { cellText, type Twin } from '../results/twin';
import type { Block, Report } from './document';

/** A longer text is cut in a cell. */
const MOST_LETTERS = 200;

/** A table, with its caption over it. */
export function markdownTable({ caption, columns, rows, note }: Twin): string {
  const cell = (words: string): string => escapeMarkdown(words, MOST_LETTERS) || ' ';
  const right = columns.map((_, j) => rows.length > 0 && rows.every((row) => row[j] === null || typeof row[j] === 'number'));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `**${escapeMarkdown(caption)}**`,
    '',
    line(columns.map(cell)),
    line(right.map((isNumber) => (isNumber ? '---:' : '---'))),
    ...rows.map((row) => line(row.map((one) => cell(cellText(one))))),
    ...(note ? ['', escapeMarkdown(note)] : []),
  ].join('\n');
}

/** Text as it stands, in a fence longer than any in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'text':
    case 'fine':
      return escapeMarkdown(block.text);
    case 'list':
      return block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');
    case 'sub':
      return `### ${escapeMarkdown(block.title)}`;
    case 'table':
      return markdownTable(block.table);
    case 'formula':
      return fenced(block.tex);
    case 'code':
      return fenced(block.text);
    case 'figures':
      return block.figures
        .map(({ title, caption, fine }) => `**${escapeMarkdown(title)}.** ${escapeMarkdown(fine ? `${caption} ${fine}` : caption)}`)
        .join('\n\n');
  }
}

/** The report without its pictures: every sentence and every table. */
export function reportMarkdown({ title, origin, made, sections }: Report): string {
  return `${[
    `# ${escapeMarkdown(title)}`,
    `${escapeMarkdown(origin)}. Made ${escapeMarkdown(made)} by the MMbeddings Lab.`,
    ...sections.flatMap(({ title: head, blocks }) => [`## ${escapeMarkdown(head)}`, ...blocks.map(blockText)]),
  ].join('\n\n')}\n`;
}
