import './keys.css';
import type { ReactNode } from 'react';
import { pointsAt, useIsolated } from '../state/isolated';
import { labelOf, Swatch } from '../ui/method-line';

interface Props {
  methods: readonly string[];
  /** What else the chart draws. */
  children?: ReactNode;
  /** The lines have their names at their ends, but on a narrow screen. */
  narrow?: boolean;
}

/** Which line is whose, over a chart of several methods. A name makes its line stand out in every chart. */
export function Keys({ methods, children, narrow = false }: Props) {
  const { held, hold } = useIsolated();
  return (
    <fieldset className={narrow ? 'line-keys if-narrow' : 'line-keys'} aria-label="Lines; press one to see it alone">
      {methods.map((method) => (
        <button key={method} type="button" aria-pressed={held === method} {...pointsAt(method)} onClick={() => hold(held === method ? null : method)}>
          <Swatch id={method} width={20} /> {labelOf(method)}
        </button>
      ))}
      {children}
    </fieldset>
  );
}
