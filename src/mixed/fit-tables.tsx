import type { FixedEffect, FormulaFit, RandomEffects, VarianceTest } from '../../workers/protocol';
import { measured, value } from '../text/numbers';
import { ScrollRegion } from '../ui/scroll-region';
import { asCell, asColumnHead, asGroup, asRow, asRowHead, asTable, tableClass } from '../ui/table-parts';
import { effectName, pText } from '../words/mixed';

const NORMAL_95 = 1.959964;

const told = (number: number | null): string => (number === null || !Number.isFinite(number) ? '–' : value(number));

function Head({ columns }: { columns: readonly string[] }) {
  return (
    <thead {...asGroup}>
      <tr {...asRow}>
        {columns.map((column) => (
          <th key={column} {...asColumnHead}>
            {column}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface VarianceRow {
  key: string;
  part: RandomEffects;
  effect: number;
  share: number | null;
  test: VarianceTest | undefined;
}

/** Variances by part and effect, with correlations, shares and tests against the boundary. */
export function VarianceTable({ fit: { random, residual, fit }, tests }: { fit: FormulaFit; tests: readonly VarianceTest[] | null }) {
  const rows = random.flatMap((part, k): VarianceRow[] =>
    part.effects.map((name, effect) => ({
      key: `${k} ${name}`,
      part,
      effect,
      share: effect === 0 ? (fit?.correlations?.[k] ?? null) : null,
      test: tests?.find(({ group, effects }) => group === part.group && effects.includes(name)),
    })),
  );
  const columns = ['Levels', 'Effect', 'Variance', 'SD', 'Correlation', 'ICC', 'χ²', 'p', 'Against'];
  return (
    <ScrollRegion className="tw" aria-label="Variances of the random effects">
      <table {...asTable} className={tableClass(columns.length, 'mixed-table')}>
        <Head columns={columns} />
        <tbody {...asGroup}>
          {rows.map(({ key, part, effect, share, test }) => (
            <tr key={key} {...asRow}>
              <th {...asRowHead}>{part.group}</th>
              <td {...asCell('Effect')} className="words">
                {effectName(part.effects[effect])}
              </td>
              <td {...asCell('Variance')}>{told(part.deviations[effect] ** 2)}</td>
              <td {...asCell('SD')}>{told(part.deviations[effect])}</td>
              <td {...asCell('Correlation')}>
                {effect === 0
                  ? '–'
                  : part.effects
                      .slice(0, effect)
                      .map((_, b) => told(part.correlations[effect * part.effects.length + b]))
                      .join(', ')}
              </td>
              <td {...asCell('ICC')}>{share === null ? '–' : measured(share, 3)}</td>
              <td {...asCell('χ²')}>{told(test?.ratio ?? null)}</td>
              <td {...asCell('p')}>{pText(test?.pValue ?? null)}</td>
              <td {...asCell('Against')} className="words">
                {test ? (test.note ?? test.reference) : '–'}
              </td>
            </tr>
          ))}
          {residual !== null && (
            <tr {...asRow}>
              <th {...asRowHead}>Residual</th>
              <td {...asCell('Effect')} className="words">
                –
              </td>
              <td {...asCell('Variance')}>{told(residual ** 2)}</td>
              <td {...asCell('SD')}>{told(residual)}</td>
              <td {...asCell('Correlation')}>–</td>
              <td {...asCell('ICC')}>–</td>
              <td {...asCell('χ²')}>–</td>
              <td {...asCell('p')}>–</td>
              <td {...asCell('Against')} className="words">
                –
              </td>
            </tr>
          )}
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
      ? '–'
      : `${told(estimate - NORMAL_95 * standardError)} to ${told(estimate + NORMAL_95 * standardError)}`;
  return (
    <ScrollRegion className="tw" aria-label="Fixed effects">
      <table {...asTable} className={tableClass(columns.length, 'mixed-table')}>
        <Head columns={columns} />
        <tbody {...asGroup}>
          {fixed.map((effect) => (
            <tr key={effect.name} {...asRow}>
              <th {...asRowHead}>{effectName(effect.name)}</th>
              <td {...asCell('Estimate')}>{effect.estimate === null ? (effect.note ?? '–') : told(effect.estimate)}</td>
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
