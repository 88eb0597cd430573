/** What of the README is written from the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ABOUTS } from '../workers/methods/registry';

const FILE = join(import.meta.dirname, '../README.md');
const HEAD = '| group | methods |\n|---|---|\n';

/** The table of methods by family, in the order of the registry. */
export function methodsTable(): string {
  const families = [...new Set(ABOUTS.map(({ family }) => family))];
  const labels = (family: string): string => ABOUTS.flatMap((about) => (about.family === family ? [about.label] : [])).join(' · ');
  return HEAD + families.map((family) => `| ${family} | ${labels(family)} |\n`).join('');
}

/** Where the table stands in a text, as [start, end]. Throws where there is none. */
function placeOf(text: string): [number, number] {
  const start = text.indexOf(HEAD);
  if (start < 0) throw new Error('README.md has no table that begins with "| group | methods |"');
  const rows = /^(?:\|.*\n)*/.exec(text.slice(start))?.[0] ?? '';
  return [start, start + rows.length];
}

/** The table as the README has it. */
export function writtenTable(): string {
  const text = readFileSync(FILE, 'utf8');
  return text.slice(...placeOf(text));
}

/** Puts the table of the code into the README. */
export function writeTable(): void {
  const text = readFileSync(FILE, 'utf8');
  const [start, end] = placeOf(text);
  writeFileSync(FILE, text.slice(0, start) + methodsTable() + text.slice(end));
}
