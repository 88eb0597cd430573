import type { Twin } from '../results/twin';

/**
 * A report before it is written in a format: plain texts, tables and drawn figures. Writers escape
 * everything.
 */

export interface Figure {
  title: string;
  /** An `svg` element whose colours are variables of the page. */
  svg: string;
  /** What the picture shows; its numbers are in a table of the report or in the run's downloads. */
  label: string;
  caption: string;
  fine?: string;
  /** Methods whose lines are drawn without their names. */
  keys?: readonly string[];
}

/** A table with a name for its file, label and anchor. */
export interface Table extends Twin {
  id: string;
}

export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'fine'; text: string }
  | { kind: 'list'; items: readonly string[] }
  | { kind: 'sub'; title: string; method?: string }
  | { kind: 'table'; table: Table }
  | { kind: 'figures'; figures: readonly Figure[] }
  | { kind: 'formula'; tex: string }
  /** An address or a command, to be copied. */
  | { kind: 'code'; text: string; address: boolean };

export interface Section {
  id: string;
  title: string;
  blocks: Block[];
}

export interface Report {
  title: string;
  /** Where its numbers come from: data, seeds, run. */
  origin: string;
  /** Day and time, in words. */
  made: string;
  sections: Section[];
  /** Methods of the run, in their order. */
  methods: readonly string[];
}

export const text = (...parts: (string | null | undefined | false)[]): Block[] => {
  const words = parts.filter(Boolean).join(' ');
  return words === '' ? [] : [{ kind: 'text', text: words }];
};
export const fine = (words: string | null | undefined): Block[] => (words ? [{ kind: 'fine', text: words }] : []);

/** A table as a block; columns in which no row has anything are left out. */
export function table(id: string, twin: Twin): Block[] {
  const kept = twin.columns.flatMap((_, j) => (twin.rows.some((row) => row[j] !== null && row[j] !== '') ? [j] : []));
  if (kept.length === 0) return [];
  const columns = kept.map((j) => twin.columns[j]);
  return [{ kind: 'table', table: { ...twin, id, columns, rows: twin.rows.map((row) => kept.map((j) => row[j])) } }];
}

export const figures = (list: readonly Figure[]): Block[] => (list.length === 0 ? [] : [{ kind: 'figures', figures: list }]);

/** Every table of a report. */
export const tablesOf = ({ sections }: Report): Table[] =>
  sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'table' ? [block.table] : [])));
