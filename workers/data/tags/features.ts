import type { ColumnChoice } from '../schema';

/** Signs between the name of a block and that of a tag: "genre_drama", "skill: R". */
export const BLOCK_SIGNS = '_.:/- ';

/** Name of the feature that a block is: "genre" of "genre_". */
export const blockName = (block: string): string =>
  block.length > 1 && BLOCK_SIGNS.includes(block[block.length - 1]) ? block.slice(0, -1).trim() : block;

/** The tag of a column of a block. */
export const tagOf = (block: string, column: string): string =>
  column.startsWith(block) && column.length > block.length ? column.slice(block.length).trim() : column;

/** One feature that columns of a role make: a column, or the columns of a block together. */
export interface RoleFeature {
  name: string;
  /** The choice of its column, or of the first one of its block. */
  choice: ColumnChoice;
  /** Names of its columns in the table. */
  columns: string[];
}

/** The features with a role, in the order of the table; a block stands where its first column does. */
export function roleFeatures(choices: readonly ColumnChoice[], role: 'categorical' | 'tags'): RoleFeature[] {
  const features: RoleFeature[] = [];
  const blocks = new Map<string, RoleFeature>();
  for (const choice of choices) {
    if (choice.role !== role) continue;
    const { name, block } = choice;
    const known = block === undefined ? undefined : blocks.get(block);
    if (known) {
      known.columns.push(name);
      continue;
    }
    const feature = { name: block === undefined ? name : blockName(block), choice, columns: [name] };
    features.push(feature);
    if (block !== undefined) blocks.set(block, feature);
  }
  return features;
}
