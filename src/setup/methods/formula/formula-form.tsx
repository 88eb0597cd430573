import './formula.css';
import { useMemo, useState } from 'react';
import { type Formula, formulaColumns, formulaOfColumns, readFormula, writeFormula } from '../../../../workers/spec/formula';
import { toLabError } from '../../../../workers/spec/lab-error';
import { useSpec } from '../../../state/spec';
import { Icon } from '../../../ui/icons';
import { setMethodSettings, useMethodSettings } from '../method-choice';
import { FormulaBoxes } from './formula-boxes';
import { FormulaLine } from './formula-line';

const METHOD = 'linear-mixed-model';

/** The formula of the linear mixed model: a line and boxes that say the same, for the data of the form. */
export default function FormulaForm() {
  const dataset = useSpec((state) => state.spec.dataset);
  const { settings } = useMethodSettings(METHOD);
  const [boxes, setBoxes] = useState(false);
  const columns = useMemo(() => formulaColumns(dataset), [dataset]);
  const typed = typeof settings.formula === 'string' ? settings.formula : '';
  const derived = useMemo(() => columns && writeFormula(formulaOfColumns(columns)), [columns]);
  // A formula of other data stays as it is, and what it lacks is said.
  const read = useMemo((): { formula: Formula } | { refusal: string } => {
    if (!columns || derived === null) return { refusal: '' };
    try {
      return { formula: readFormula(typed === '' ? derived : typed, columns) };
    } catch (thrown) {
      const { message, hint } = toLabError(thrown);
      return { refusal: `${message} ${hint}` };
    }
  }, [columns, derived, typed]);
  if (!columns || derived === null) return null;
  const change = (formula: Formula): string | null => {
    const line = writeFormula(formula);
    return setMethodSettings(METHOD, { ...settings, formula: line === derived ? '' : line });
  };
  return (
    <div className="field fform">
      <FormulaLine columns={columns} line={typed === '' ? derived : typed} derived={typed === ''} onFormula={change} />
      {'refusal' in read && (
        <p className="refusal" role="alert">
          <Icon name="warn" small />
          <span>{read.refusal}</span>
        </p>
      )}
      <p className="fbuttons">
        {'formula' in read && (
          <button type="button" className="btn" aria-expanded={boxes} onClick={() => setBoxes(!boxes)}>
            {boxes ? 'Close the boxes' : 'Boxes'}
          </button>
        )}
        {typed !== '' && (
          <button type="button" className="btn" onClick={() => setMethodSettings(METHOD, { ...settings, formula: '' })}>
            From the columns’ roles
          </button>
        )}
      </p>
      {boxes && 'formula' in read && <FormulaBoxes columns={columns} formula={read.formula} onFormula={change} />}
    </div>
  );
}
