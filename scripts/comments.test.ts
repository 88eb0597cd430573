/** Comments are read: a line of one is short enough for a column of text. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
/** Columns of a line that holds nothing but a comment. */
const WIDEST = 110;
/** Notes to tools stand in one line, whatever its length. */
const TO_TOOLS = /^(\/\/|\*|\/\*\*?|\{\/\*) ?(biome-ignore|@ts-|<reference)/;

describe('comments', () => {
  it(`are at most ${WIDEST} columns wide`, () => {
    const files = execFileSync('git', ['ls-files', '*.ts', '*.tsx', '*.mjs', '*.mts'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
    expect(files.length).toBeGreaterThan(500);
    const wide = files.flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .flatMap((line, i) => {
          const text = line.trim();
          const comment = /^(\/\/|\/\*|\*( |$)|\{\/\*)/.test(text) && !TO_TOOLS.test(text);
          return comment && [...line].length > WIDEST ? [`${file}:${i + 1}`] : [];
        }),
    );
    expect(wide).toEqual([]);
  });
});
