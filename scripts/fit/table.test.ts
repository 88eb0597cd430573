import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabFailure } from '../../workers/data/failure';
import { prepareDataset } from '../../workers/data/prepare';
import { experimentSchema } from '../../workers/spec/experiment';
import type { Values } from './options';
import { withOptions } from './reading';
import { memoryWords, needOf, tableWords } from './show';
import { readTable } from './table';

const caseFile = (name: string): string => resolve(import.meta.dirname, '../../cases', name);
const rolesOf = async (name: string, values: Values) => {
  const { dataset } = await readTable(caseFile(name), values);
  return Object.fromEntries(dataset.columns.map((column) => [column.name, column.role]));
};
const refusal = async (name: string, values: Values): Promise<LabFailure> => {
  try {
    await readTable(caseFile(name), values);
  } catch (thrown) {
    if (thrown instanceof LabFailure) return thrown;
    throw thrown;
  }
  throw new Error(`${name} was not refused`);
};

describe('a table on the command line', () => {
  it('keeps the sign of numbers whose marks of thousands are told', () => {
    const found = [{ kind: 'decimal' as const, column: 'salary', decimal: ',' as const, thousands: '' as const, affix: '$' }];
    const told = { kind: 'decimal', column: 'salary', decimal: '.', thousands: ',', affix: '$' };
    expect(withOptions(found, { thousands: 'salary=,' }, new Map())).toEqual([told]);
    expect(withOptions(found, { decimal: 'salary=.', thousands: 'salary=,' }, new Map())).toEqual([told]);
  });

  it('takes guessed roles, those named, and with both lists nothing else', async () => {
    expect(await rolesOf('readme-table.csv', {})).toEqual({ a: 'categorical', b: 'categorical', x: 'numeric', y: 'target' });
    expect(await rolesOf('readme-table.csv', { target: 'y', categorical: 'a' })).toEqual({
      a: 'categorical',
      b: 'ignore',
      x: 'numeric',
      y: 'target',
    });
    expect(await rolesOf('readme-table.csv', { target: 'y', categorical: 'a', numeric: '' })).toMatchObject({ b: 'ignore', x: 'ignore' });
    expect(await rolesOf('readme-table.csv', { target: 'x' })).toMatchObject({ x: 'target', y: 'numeric' });
  });

  it('names columns that are not there, and policies and divisions that do not exist', async () => {
    expect((await refusal('readme-table.csv', { categorical: 'a,shop' })).message).toBe('The table has no column "shop".');
    expect((await refusal('readme-table.csv', { split: 'by-shoe' })).message).toBe('--split is "by-shoe".');
    expect((await refusal('readme-table.csv', { split: 'by-time:date' })).message).toMatch('there is none called "date"');
    expect((await refusal('readme-table.csv', { 'missing-numeric': 'zero' })).hint).toBe('Choose one of mean, drop-rows.');
    expect((await refusal('readme-table.csv', { 'missing-words': 'NA' })).message).toMatch('names no column');
  });

  it('takes an order of classes for an ordinal target only', async () => {
    const asked = { target: 'Days', 'class-order': '9,0' };
    expect((await readTable(caseFile('g05-sleep.csv'), { ...asked, task: 'ordinal' })).dataset).toMatchObject({ classOrder: ['9', '0'] });
    expect((await refusal('g05-sleep.csv', { ...asked, task: 'classes' })).message).toBe(
      '--class-order is of an ordinal target, and this one is one of several classes.',
    );
    expect((await refusal('g05-sleep.csv', { ...asked, task: 'ordinal', 'class-order': '9,x' })).message).toMatch('has "x", which is no class');
  });

  it('divides as the options say', async () => {
    const { dataset } = await readTable(caseFile('g05-sleep.csv'), { target: 'Reaction', split: 'by-time:Days', test: '0.3' });
    expect(dataset).toMatchObject({ split: 'by-time', splitColumn: 'Days', testFraction: 0.3 });
    const { dataset: byLevel } = await readTable(caseFile('readme-table.csv'), { split: 'by-level:b' });
    expect(byLevel).toMatchObject({ split: 'by-level', splitFeature: 2 });
    const { dataset: byColumn } = await readTable(caseFile('readme-table.csv'), { split: 'by-column:b=b3' });
    expect(byColumn).toMatchObject({ split: 'by-column', splitColumn: 'b', testValue: 'b3' });
  });

  it('tells the memory of a run before it begins, of each method', async () => {
    const { dataset, table } = await readTable(caseFile('readme-table.csv'), {});
    const spec = experimentSchema.parse({ dataset, methods: [{ id: 'ignore' }, { id: 'tabnet' }] });
    const prepared = await prepareDataset(spec, new Map([[table.fingerprint, table]]));
    // What was laid out counts in place of the estimate.
    const need = needOf(prepared, spec, new Map([['tabnet', 35e6]]));
    expect(memoryWords(need, true)).toMatch(/^Memory: about 3[5-7] MB besides the table \(data \d+ MB, Ignore \d+ MB, TabNet 35 MB\)\.$/);
    expect(memoryWords(need, false)).not.toContain('table');
  });

  it('takes columns of tags, their separator, blocks, hierarchy and division', async () => {
    const { dataset, check } = await readTable(caseFile('t01-genres.csv'), {});
    expect(dataset.columns[2]).toEqual({ name: 'genres', role: 'tags', tagSeparator: ';' });
    expect(check.tags?.[0].tags).toBe(12);
    expect(tableWords(await readTable(caseFile('t01-genres.csv'), {})).join('\n')).toContain(
      'Tags of genres: 12 tags, separated by semicolons, 2.0 a row and at most 4: Thriller, Romance, Sci-Fi, Western, …',
    );
    const other = await readTable(caseFile('t01-genres.csv'), {
      tags: ['genres'],
      'tag-separator': 'comma',
      'missing-tags': 'own-tag',
      'unseen-tags': 'drop',
    });
    expect(other.dataset).toMatchObject({ missing: { tags: 'own-tag' }, unseenTags: 'drop' });
    expect(other.dataset.columns[2]).toMatchObject({ role: 'tags', tagSeparator: ',' });
    const { dataset: byTag } = await readTable(caseFile('t01-genres.csv'), { split: 'by-tag:genres' });
    expect(byTag).toMatchObject({ split: 'by-tag', splitFeature: 1 });
    expect((await refusal('t01-genres.csv', { split: 'by-combination:minutes' })).message).toBe(
      '--split by-combination: "minutes" is no column of tags.',
    );
    expect((await refusal('t01-genres.csv', { 'tag-separator': '#' })).message).toBe('--tag-separator is "#".');
  });

  it('takes a block of 0/1 columns as one column of tags', async () => {
    const { check, dataset } = await readTable(caseFile('t02-blocks.csv'), { target: 'salary', 'tag-block': ['skill_'] });
    expect(check.tags?.map(({ name, tags, separator }) => [name, tags, separator])).toEqual([['skill', 5, null]]);
    expect(dataset.columns.filter(({ block }) => block === 'skill_')).toHaveLength(5);
    expect((await refusal('t02-blocks.csv', { 'tag-block': ['craft_'] })).message).toBe('--tag-block: no column begins with "craft_".');
  });

  it('takes a hierarchy from a file of pairs, and names a circle in it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tags-'));
    const pairs = async (content: string): Promise<string> => {
      const path = join(folder, 'pairs.csv');
      await writeFile(path, content);
      return path;
    };
    const { check } = await readTable(caseFile('t01-genres.csv'), { 'tag-hierarchy': await pairs('Horror,Dark\nThriller,Dark\n') });
    expect(check.tags?.[0]).toMatchObject({ tags: 13, ancestors: 1, children: 2 });
    expect((await refusal('t01-genres.csv', { 'tag-hierarchy': await pairs('Horror,Dark\nDark,Horror\n') })).message).toBe(
      'The hierarchy of tags of the column "genres" goes in a circle: "Horror" → "Dark" → "Horror".',
    );
    expect((await refusal('t01-genres.csv', { 'tag-hierarchy': await pairs('Horror\n') })).message).toContain(
      'line 1 is "Horror", which is no child and parent',
    );
    await rm(folder, { recursive: true });
  });

  it('asks where a column can be read in two ways, and takes the answer as a step', async () => {
    const open = await refusal('91-one-bad-cell.csv', {});
    expect(open.message).toMatch('199 of 200 cells of "size" are numbers; line 152 has "12..5"');
    const step = /--step '(.*bad-cells.*)'/.exec(open.hint)?.[1] as string;
    const { dataset } = await readTable(caseFile('91-one-bad-cell.csv'), { step: [step] });
    expect(dataset.columns.find(({ name }) => name === 'size')?.role).toBe('numeric');
    const { dataset: same } = await readTable(caseFile('91-one-bad-cell.csv'), { 'bad-cells': 'size' });
    expect(same.reading).toEqual(dataset.reading);
    expect((await refusal('91-one-bad-cell.csv', { step: ['{"kind":"bad-cells"}'] })).message).toMatch('--step: column');
  });

  it('keeps "NA" as a level where the person says so (cases/69-namibia.csv)', async () => {
    const { check } = await readTable(caseFile('69-namibia.csv'), { 'missing-words': 'country=' });
    expect(check.levels).toEqual([12]);
  });
});
