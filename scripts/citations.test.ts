/**
 * What files cite can be read in the repository: sections of docs/methods.md exist, and nothing outside is
 * named.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const OWN = 'scripts/citations.test.ts';
/**
 * The table that tests take from next to the repository, where it is there; and a path that Vite reads from
 * another folder than the file's.
 */
const BESIDE = /shared\/data\/InstEval\.csv\.gz|\.\.\/\.cache\/e2e-dist/;

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((path) => /\.(tsx?|mjs|mts|css|html|json|md|py|ya?ml|cff)$/.test(path) && path !== OWN && path !== 'package-lock.json');
const FILES: [string, string][] = tracked.flatMap((path): [string, string][] => {
  try {
    return [[path, readFileSync(join(ROOT, path), 'utf8')]];
  } catch {
    return []; // moved away, and not yet committed
  }
});

/**
 * Names of a specification's sections: its headings, their numbered items (B1.3; C4 and E18 of parts that are
 * one list), and its disagreements.
 */
function sectionsOf(text: string): Set<string> {
  const found = new Set<string>();
  let part = '';
  let section = '';
  for (const line of text.split('\n')) {
    const heading = /^(#+) (.*)/.exec(line);
    if (heading) {
      const [, letter] = /^([A-F])\. /.exec(heading[2]) ?? [];
      const [, name] = /^([A-F]\d+[a-z]?)\b/.exec(heading[2]) ?? [];
      if (letter) part = letter;
      section = name ?? (heading[2] === 'Open questions' ? '' : part);
      found.add(section);
    }
    const [, item] = /^(\d+)\. /.exec(line) ?? [];
    if (item && section) found.add(/\d/.test(section) ? `${section}.${item}` : `${section}${item}`);
    for (const [, number] of line.matchAll(/\[DIS-(\d+)/g)) found.add(`DIS-${number}`);
  }
  return found;
}

const ONE = '(?:DIS-\\d+|traps? \\d+|[A-F]\\d*[a-z]?(?:\\.\\d+)?(?![\\w-]))';
/** "docs/methods.md A10, A10b and C4–C7": a section, then more by commas, "and" and ranges. */
const CITATION = new RegExp(`docs/methods\\.md (${ONE}(?:(?:, | and |; |–|-)(?:${ONE}|\\d+\\b))*)`, 'g');

/** Sections that a text cites, ranges in full. */
function citedIn(text: string): string[] {
  // A citation may go on in the next line of a comment.
  const flat = text.replace(/\s*\n\s*(?:\*|\/\/|#|>)?\s*/g, ' ');
  const cited = [...flat.matchAll(/\bDIS-\d+\b/g)].map(([name]) => name);
  const trap = (name: string): string => name.replace(/^traps? /, 'E');
  for (const [, name] of flat.matchAll(/\b(traps? \d+)\b/g)) cited.push(trap(name));
  for (const [, list] of flat.matchAll(CITATION)) {
    for (const piece of list.split(/, | and |; /)) {
      const [first, last] = piece.split(/–|(?<!DIS)-/);
      const [, letter, from] = /^([A-F])(\d+)$/.exec(first) ?? [];
      if (!/^\d+$/.test(first)) cited.push(trap(first));
      if (last && letter) for (let n = Number(from) + 1; n <= Number(last.replace(/\D/g, '')); n++) cited.push(`${letter}${n}`);
    }
  }
  return cited;
}

describe('the specification', () => {
  const sections = sectionsOf(readFileSync(join(ROOT, 'docs/methods.md'), 'utf8'));

  it('has every section that a file cites', () => {
    const cited = FILES.flatMap(([path, text]) => citedIn(text).map((name) => [path, name]));
    expect(cited.length).toBeGreaterThan(150);
    const missing = cited.filter(([, name]) => !sections.has(name)).map(([path, name]) => `${path} cites ${name}, which docs/methods.md has not`);
    expect([...new Set(missing)]).toEqual([]);
  });

  it('is read by its headings, numbered items and disagreements', () => {
    expect(['A', 'A0', 'A10b', 'B1.3', 'C4', 'C11', 'D0', 'DIS-13', 'E18', 'F15'].filter((name) => !sections.has(name))).toEqual([]);
    expect(['A99', 'B1.99', 'C99', 'DIS-99', 'E99', 'G1'].filter((name) => sections.has(name))).toEqual([]);
  });

  it('is cited one by one, in lists and in ranges', () => {
    const cites = (text: string): string[] => citedIn(`see docs/methods.md ${text}.`);
    expect(cites('A10, A10b and A12')).toEqual(['A10', 'A10b', 'A12']);
    expect(cites('C4–C7')).toEqual(['C4', 'C5', 'C6', 'C7']);
    expect(cites('C2–3)')).toEqual(['C2', 'C3']);
    expect(cites('B1.3, paper appendix B')).toEqual(['B1.3']);
    expect(cites('A15,\n * B2; paper eq. 1')).toEqual(['A15', 'B2']);
    expect(cites('A10, trap 16')).toEqual(['E16', 'A10', 'E16']);
    expect(cites('D)')).toEqual(['D']);
  });
});

describe('files', () => {
  it('name nothing outside the repository', () => {
    const outside = FILES.flatMap(([path, text]) =>
      text
        .split('\n')
        .filter((line) => !BESIDE.test(line))
        .flatMap((line) => {
          const climbs = [...line.matchAll(/(?<![\w.])(?:\.\.\/)+/g)].some(([steps]) => steps.length / 3 >= path.split('/').length);
          const named = /\b(METHODS|DESIGN|ANCHORS|ENGINE)(-\d)?\.md\b|(?<![\w.])\/work\/|\.\.\/shared\/(golden|data|published|cases)\b/.test(line);
          return climbs || named ? [`${path}: ${line.trim().slice(0, 120)}`] : [];
        }),
    );
    expect(outside).toEqual([]);
  });
});
