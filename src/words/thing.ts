/** What an entry of a feature is called: a level of a column, or a tag of a column of tags. */

export interface Thing {
  one: 'level' | 'tag';
  many: 'levels' | 'tags';
  /** As headings begin. */
  One: 'Level' | 'Tag';
  Many: 'Levels' | 'Tags';
}

export const LEVEL: Thing = { one: 'level', many: 'levels', One: 'Level', Many: 'Levels' };
const TAG: Thing = { one: 'tag', many: 'tags', One: 'Tag', Many: 'Tags' };

export const thingOf = ({ kind }: { kind: 'levels' | 'tags' }): Thing => (kind === 'tags' ? TAG : LEVEL);

/** The same by the number of a feature: columns of tags come after the others. */
export const thingAt = (feature: number, summary: { features: readonly unknown[] } | null): Thing =>
  summary && feature >= summary.features.length ? TAG : LEVEL;

/** "3 levels", "1 tag". */
export const countedThings = (count: number, { one, many }: Thing, written: (count: number) => string): string =>
  `${written(count)} ${count === 1 ? one : many}`;
