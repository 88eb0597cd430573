import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { labFolder } from '../state/url';
import { datasetName } from '../ui/dataset-words';
import { dayOf, listed } from '../ui/format';
import { later } from '../ui/later';
import { MathText } from '../ui/math-text';
import { labelOf } from '../ui/method-line';

const PrintCode = later(() => import('./print-code').then((module) => module.PrintCode), null, true);

/** Over printed results: of what they are, and the way back to them. */
export function PrintHead() {
  const chosen = useSpec((state) => state.spec);
  const run = useRun((state) => state.spec);
  const spec = run ?? chosen;
  const { data, split, weights } = spec.seeds;
  return (
    <header className="print-only print-head">
      <div>
        <p className="title">MMbeddings Lab</p>
        <p>
          <MathText>{datasetName(spec.dataset)}</MathText>; seeds {data}, {split}, {weights}
        </p>
        <p>{listed(spec.methods.map(({ id }) => labelOf(id)))}</p>
        <p>
          Printed {dayOf(new Date().toISOString())}. The code opens these settings at {labFolder(location.href)}
        </p>
      </div>
      <PrintCode />
    </header>
  );
}
