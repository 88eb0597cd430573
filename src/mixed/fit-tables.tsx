import type { FixedEffect, FormulaFit, VarianceTest } from '../../workers/protocol';
import { NORMAL_95 } from '../../workers/spec/scores';
import { measured, value } from '../text/numbers';
import { ScrollRegion } from '../ui/scroll-region';
import { TableHead } from '../ui/table-head';
import { asCell, asGroup, asRow, asRowHead, asTable, tableClass } from '../ui/table-parts';
import { effectName, pText } from '../words/mixed';

const NONE = '–';
const told = (number: number | null): string => (number === null || !Number.isFinite(number) ? NONE : value(number));

/** Columns of words, which are longer than numbers. */
const WORDS = ['Effect', 'Compared with'];

interface VarianceRow {
  key: string;
  levels: string;
  /** By the name of the column; absent: none. */
  cells: Partial<Record<string, string>>;
}

/** Variances by part and effect, with correlations, shares and tests against the boundary. */
export function VarianceTable({ fit: { random, residual, fit, family }, tests }: { fit: FormulaFit; tests: readonly VarianceTest[] | null }) {
  const icc = family === 'gaussian' ? 'ICC' : 'Latent ICC';
  const amounts = (deviation: number) => ({ Variance: told(deviation ** 2), SD: told(deviation) });
  const rows = random.flatMap((part, k): VarianceRow[] =>
    part.effects.map((name, effect) => {
      const before = part.effects.slice(0, effect).map((_, b) => told(part.correlations[effect * part.effects.length + b]));
      const share = effect === 0 ? fit?.correlations?.[k] : undefined;
      const test = tests?.find(({ group, effects }) => group === part.group && effects.includes(name));
      return {
        key: `${k} ${name}`,
        levels: part.group,
        cells: {
          Effect: effectName(name),
          ...amounts(part.deviations[effect]),
          ...(before.length > 0 && { Correlation: before.join(', ') }),
          ...(share !== undefined && { [icc]: measured(share, 3) }),
          ...(test && { 'χ²': told(test.ratio), p: pText(test.pValue), 'Compared with': test.note ?? test.reference }),
        },
      };
    }),
  );
  if (residual !== null) rows.push({ key: 'residual', levels: 'Residual', cells: amounts(residual) });
  const columns = ['Effect', 'Variance', 'SD', 'Correlation', icc, 'χ²', 'p', 'Compared with'];
  return (
    <ScrollRegion className="tw" aria-label="Variances of the random effects">
      <table {...asTable} className={tableClass(columns.length + 1, 'mixed-table')}>
        <TableHead columns={['Levels', ...columns]} />
        <tbody {...asGroup}>
          {rows.map(({ key, levels, cells }) => (
            <tr key={key} {...asRow}>
              <th {...asRowHead}>{levels}</th>
              {columns.map((column) => (
                <td key={column} {...asCell(column)} className={WORDS.includes(column) ? 'words' : undefined}>
                  {cells[column] ?? NONE}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** Fixed effects with their 95 % intervals by standard errors. */
export function FixedTable({ fit: { fixed, family } }: { fit: FormulaFit }) {
  const ratio = family === 'gaussian' ? 't' : 'z';
  const columns = ['Fixed effect', 'Estimate', 'Standard error', '95 % interval', ratio];
  const interval = ({ estimate, standardError }: FixedEffect): string =>
    estimate === null || standardError === null
      ? NONE
      : `${told(estimate - NORMAL_95 * standardError)} to ${told(estimate + NORMAL_95 * standardError)}`;
  return (
    <ScrollRegion className="tw" aria-label="Fixed effects">
      <table {...asTable} className={tableClass(columns.length, 'mixed-table')}>
        <TableHead columns={columns} />
        <tbody {...asGroup}>
          {fixed.map((effect) => (
            <tr key={effect.name} {...asRow}>
              <th {...asRowHead}>{effectName(effect.name)}</th>
              <td {...asCell('Estimate')}>{effect.estimate === null ? (effect.note ?? NONE) : told(effect.estimate)}</td>
              <td {...asCell('Standard error')}>{told(effect.standardError)}</td>
              <td {...asCell('95 % interval')}>{interval(effect)}</td>
              <td {...asCell(ratio)}>{told(effect.statistic)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
