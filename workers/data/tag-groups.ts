import type { TagColumn } from './dataset';

/** Leaves of a group that a simulated row can have; its parent may come with them (docs/methods.md F6). */
export const MOST_LEAVES = 2;

/** Chances of 0, 1 and 2 active leaves in a group, and of the parent where one is active. */
export const NO_LEAF = 0.1;
export const ONE_LEAF = 0.6;
export const PARENT = 0.3;

/** Tags that a simulated row has on average. */
export const expectedTags = (groups: readonly number[]): number =>
  groups.reduce((sum, count) => sum + ONE_LEAF + (1 - NO_LEAF - ONE_LEAF) * Math.min(count, MOST_LEAVES) + (1 - NO_LEAF) * PARENT, 0);

/** The groups and leaves that have names; what is beyond them has numbers. */
const NAMES: readonly (readonly [string, readonly string[]])[] = [
  ['SensorType', ['Temperature', 'Humidity', 'Pressure', 'Flow', 'Vibration']],
  ['Location', ['Indoor', 'Outdoor', 'Roof', 'Basement']],
  ['Unit', ['Celsius', 'Fahrenheit', 'Kelvin', 'Percent', 'Pascal']],
];

/**
 * Tags of a simulation (docs/methods.md F6): the groups first, then their leaves, group by group.
 *
 * @param groups leaves of each group
 * @returns labels, parents, and the most tags of a row
 */
export function groupedTags(groups: readonly number[]): Required<Pick<TagColumn, 'labels' | 'parents' | 'most'>> {
  const names = groups.map((_, g) => NAMES[g]?.[0] ?? `Group${g + 1}`);
  const leaves = groups.flatMap((count, g) => Array.from({ length: count }, (_, i) => `${names[g]}/${NAMES[g]?.[1][i] ?? i + 1}`));
  return {
    labels: [...names, ...leaves],
    parents: Int32Array.from([...groups.map(() => -1), ...groups.flatMap((count, g) => Array.from({ length: count }, () => g))]),
    most: groups.reduce((sum, count) => sum + Math.min(count, MOST_LEAVES) + 1, 0),
  };
}
