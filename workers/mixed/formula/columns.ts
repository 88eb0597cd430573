import { LabFailure } from '../../data/failure';
import type { Formula } from './formula';

/** Columns of data by their roles. */
export interface RoleNames {
  targetName: string;
  numeric: readonly string[];
  categorical: readonly string[];
  tags?: readonly string[];
}

/** The mixed model of all columns: a slope for each number, an intercept for the levels of each category. */
export const formulaOfColumns = ({ targetName, numeric, categorical }: RoleNames): Formula => ({
  response: { kind: 'column', name: targetName },
  intercept: true,
  fixed: numeric.map((name) => [name]),
  offsets: [],
  random: categorical.map((name) => ({ intercept: true, slopes: [], correlated: true, group: [name] })),
});

/** @throws LabFailure where a formula is not of these columns in these roles */
export function checkColumns(formula: Formula, { targetName, numeric, categorical, tags = [] }: RoleNames): void {
  const { response, fixed, offsets, random } = formula;
  if (response.kind === 'counts')
    throw new LabFailure(
      'formula-response',
      'A formula of the lab has one column as its response, and this one has cbind(successes, failures).',
      `Write ${targetName} ~ …; the command line takes cbind.`,
    );
  if (response.name !== targetName)
    throw new LabFailure(
      'formula-response',
      `The formula is of ${response.name}, and the target of these data is ${targetName}.`,
      `Write ${targetName} ~ …, or choose ${response.name} as the target.`,
    );
  const known = new Set([...numeric, ...categorical]);
  const slopes = random.flatMap((part) => part.slopes.flat());
  const groups = random.flatMap(({ group }) => group);
  for (const name of [...fixed.flat(), ...offsets, ...slopes, ...groups]) {
    if (known.has(name)) continue;
    if (name === targetName)
      throw new LabFailure('formula-column', `${name} is the response, so it cannot explain itself.`, 'Leave it out on the right of the ~.');
    if (tags.includes(name))
      throw new LabFailure('formula-column', `${name} is a column of tags, and formulas are of numbers and levels.`, 'Leave it out of the formula.');
    throw new LabFailure(
      'formula-column',
      `The formula names ${name}, which is no numeric or categorical column of these data.`,
      `There are ${[...known].slice(0, 12).join(', ')}${known.size > 12 ? ' and others' : ''}.`,
    );
  }
  for (const name of groups)
    if (!categorical.includes(name))
      throw new LabFailure(
        'formula-column',
        `${name} stands behind a bar, and it is a column of numbers.`,
        `Give ${name} the role “categorical”, or group by ${categorical[0] ?? 'a categorical column'}.`,
      );
  for (const name of offsets)
    if (!numeric.includes(name))
      throw new LabFailure('formula-offset', `The offset ${name} is a column of levels.`, 'An offset is a column of numbers.');
}
