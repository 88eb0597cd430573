import './keys.css';
import type { ReactNode } from 'react';
import { glossOf, labelOf, Swatch } from '../ui/method-line';

interface Props {
  methods: readonly string[];
  /** What else the chart draws. */
  children?: ReactNode;
  /** The lines have their names at their ends, but on a narrow screen. */
  narrow?: boolean;
}

/** Which line is whose, over a chart of several methods. */
export const Keys = ({ methods, children, narrow = false }: Props) => (
  <p className={narrow ? 'line-keys if-narrow' : 'line-keys'} aria-hidden="true">
    {methods.map((method) => (
      <span key={method} title={glossOf(method)}>
        <Swatch id={method} width={20} /> {labelOf(method)}
      </span>
    ))}
    {children}
  </p>
);
