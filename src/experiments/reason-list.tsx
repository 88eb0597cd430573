import type { Table } from '../../workers/papers/table';
import type { Experiment } from '../../workers/papers/types';
import { MathText } from '../ui/math-text';
import { type Reason, reasonsOf } from './reasons';

/** Under the table: why entries differ, failed or are not compared. */
export function ReasonList({ experiment, table }: { experiment: Experiment; table: Table }) {
  const { differs, failed, apart } = reasonsOf(experiment, table);
  return (
    <div className="reasons">
      <List title="What differs" reasons={differs} />
      <List title="Without results" reasons={failed} />
      <List title="Not comparable" reasons={apart} />
    </div>
  );
}

function List({ title, reasons }: { title: string; reasons: Reason[] }) {
  if (reasons.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {reasons.map(({ what, why }) => (
          <li key={what + why}>
            <b>
              <MathText>{what}</MathText>
            </b>
            : <MathText>{why}</MathText>
          </li>
        ))}
      </ul>
    </>
  );
}
