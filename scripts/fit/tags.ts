import { readFile } from 'node:fs/promises';
import { LabFailure } from '../../workers/data/failure';
import type { ColumnChoice, TagHierarchy } from '../../workers/data/schema';
import type { TablePreview } from '../../workers/protocol';
import { TAG_SEPARATORS, type TagSeparator } from '../../workers/spec/tags';
import { list } from '../cli';
import { text, type Values } from './options';

type TagTake = Pick<ColumnChoice, 'tagSeparator' | 'hierarchy' | 'block'>;

/** Values of an option that may be given several times, each with commas. */
const listed = (values: Values, name: 'tags' | 'tag-block'): string[] => {
  const given = values[name];
  return Array.isArray(given) ? given.flatMap(list) : [];
};

/** Names of separators that a shell makes hard to write. */
const NAMED: Readonly<Record<string, TagSeparator>> = { semicolon: ';', bar: '|', comma: ',', space: ' ' };

function separatorOf(values: Values): TagSeparator | undefined {
  const given = text(values, 'tag-separator');
  if (given === undefined) return undefined;
  const separator = NAMED[given] ?? TAG_SEPARATORS.find((one) => one === given);
  if (separator) return separator;
  throw new LabFailure('bad-option', `--tag-separator is "${given}".`, 'Write one of ";", "|", ",", semicolon, bar, comma, space.');
}

/** 'labels', 'none', or pairs of a file: child and parent on each line, separated by a comma or a tab. */
async function hierarchyOf(values: Values): Promise<TagHierarchy | undefined> {
  const given = text(values, 'tag-hierarchy');
  if (given === undefined || given === 'labels' || given === 'none') return given;
  const content = await readFile(given, 'utf8').catch(() => {
    throw new LabFailure(
      'no-file',
      `--tag-hierarchy: there is no readable file at "${given}".`,
      'Write labels, none, or the path of a file of pairs.',
    );
  });
  return content.split(/\r?\n/).flatMap((line, i): [string, string][] => {
    if (line.trim() === '') return [];
    const cells = line.split(line.includes('\t') ? '\t' : ',').map((cell) => cell.trim());
    if (cells.length === 2 && cells[0] !== '' && cells[1] !== '') return [[cells[0], cells[1]]];
    throw new LabFailure(
      'tag-pairs',
      `${given}: line ${i + 1} is "${line}", which is no child and parent.`,
      'Write two names on each line, as in "Pressure,Sensor".',
    );
  });
}

/**
 * Columns that the options give the role tags, with how their cells are taken. A block is all columns whose
 * names begin with what is given.
 */
export async function tagOptions(preview: TablePreview, values: Values): Promise<{ named: ReadonlyMap<string, TagTake>; all: TagTake }> {
  const [separator, hierarchy] = [separatorOf(values), await hierarchyOf(values)];
  const all: TagTake = { ...(separator !== undefined && { tagSeparator: separator }), ...(hierarchy !== undefined && { hierarchy }) };
  const named = new Map<string, TagTake>(listed(values, 'tags').map((name) => [name, all]));
  for (const block of listed(values, 'tag-block')) {
    const columns = preview.columns.filter(({ name }) => name.startsWith(block));
    if (columns.length === 0)
      throw new LabFailure(
        'bad-option',
        `--tag-block: no column begins with "${block}".`,
        `Columns are ${preview.columns.map(({ name }) => name).join(', ')}.`,
      );
    for (const { name } of columns) named.set(name, { block, ...(hierarchy !== undefined && { hierarchy }) });
  }
  return { named, all };
}
