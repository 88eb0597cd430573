import { Checkbox } from '@mantine/core';
import { shortened } from '../../../../workers/data/shown-text';
import {
  type Formula,
  groupsOf,
  type Product,
  partOf,
  type RandomPart,
  type RoleNames,
  sameProduct,
  withFixed,
  withPart,
  writeProduct,
} from '../../../../workers/spec/formula';

interface BoxesProps {
  columns: RoleNames;
  formula: Formula;
  onFormula(formula: Formula): void;
}

/** More boxes of a kind than this would be a wall: the line takes the rest. */
const MOST = 12;
/** Columns whose pairs have boxes: 6 pairs. */
const MOST_PAIRED = 4;
const LETTERS = 32;

const named = (product: Product): string => shortened(product.join(' × '), LETTERS);

function Box({
  label,
  checked,
  disabled = false,
  onChange,
}: {
  label: string;
  checked: boolean;
  disabled?: boolean;
  onChange(checked: boolean): void;
}) {
  return <Checkbox size="xs" label={label} checked={checked} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />;
}

/** What is left to the line. */
const More = ({ of }: { of: number }) => (of > MOST ? <p className="help">{of - MOST} more can be typed in the formula.</p> : null);

/** What varies between the levels of one group. */
function Group({ columns, formula, group, onFormula }: BoxesProps & { group: Product }) {
  const part = partOf(formula, group);
  const slopes = part?.slopes ?? [];
  // Slopes of what is there, numbers first.
  const offered = [...columns.numeric.map((name) => [name]), ...slopes.filter((slope) => slope.length > 1 || !columns.numeric.includes(slope[0]))];
  const change = (change: Partial<RandomPart>): void =>
    onFormula(withPart(formula, group, { ...(part ?? { intercept: false, slopes: [], correlated: true, group }), ...change }));
  const toggle = (slope: Product, wanted: boolean): void => {
    const others = slopes.filter((other) => !sameProduct(other, slope));
    change({ slopes: wanted ? [...others, slope] : others, ...(part === null && { intercept: true }) });
  };
  const several = slopes.length + (part?.intercept ? 1 : 0) > 1;
  return (
    <fieldset className="fgroup">
      <legend>Levels of {named(group)}</legend>
      <Box label="intercept" checked={part?.intercept ?? false} onChange={(intercept) => change({ intercept })} />
      {offered.slice(0, MOST).map((slope) => (
        <Box
          key={writeProduct(slope)}
          label={`slope of ${named(slope)}`}
          checked={slopes.some((other) => sameProduct(other, slope))}
          onChange={(wanted) => toggle(slope, wanted)}
        />
      ))}
      <More of={offered.length} />
      {several && <Box label="correlated with each other" checked={part?.correlated ?? true} onChange={(correlated) => change({ correlated })} />}
    </fieldset>
  );
}

/** Pairs of the columns that have fixed effects. */
function pairsOf(formula: Formula): Product[] {
  const names = formula.fixed.filter((product) => product.length === 1).map(([name]) => name);
  const pairs = names.slice(0, MOST_PAIRED).flatMap((a, i) => names.slice(i + 1, MOST_PAIRED).map((b): Product => [a, b]));
  const others = formula.fixed.filter((product) => product.length > 1 && !pairs.some((pair) => sameProduct(pair, product)));
  return [...pairs, ...others];
}

/** Fixed effects, interactions and what varies between levels, as boxes that write the formula. */
export function FormulaBoxes(props: BoxesProps) {
  const { columns, formula, onFormula } = props;
  const has = (product: Product): boolean => formula.fixed.some((other) => sameProduct(other, product));
  const singles = [...columns.numeric, ...columns.categorical];
  const pairs = pairsOf(formula);
  return (
    <div className="fboxes">
      <fieldset className="fgroup">
        <legend>Fixed effects</legend>
        {singles.slice(0, MOST).map((name) => (
          <Box key={name} label={named([name])} checked={has([name])} onChange={(wanted) => onFormula(withFixed(formula, [name], wanted))} />
        ))}
        <More of={singles.length} />
      </fieldset>
      {pairs.length > 0 && (
        <fieldset className="fgroup">
          <legend>Interactions</legend>
          {pairs.slice(0, MOST).map((pair) => (
            <Box
              key={writeProduct(pair)}
              label={named(pair)}
              checked={has(pair)}
              onChange={(wanted) => onFormula(withFixed(formula, pair, wanted))}
            />
          ))}
        </fieldset>
      )}
      {groupsOf(formula, columns)
        .slice(0, MOST)
        .map((group) => (
          <Group key={writeProduct(group)} {...props} group={group} />
        ))}
    </div>
  );
}
