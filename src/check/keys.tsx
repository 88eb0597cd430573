import { labelOf, Swatch } from '../ui/method-line';

/** Which line is whose, over a chart of several methods. */
export const Keys = ({ methods }: { methods: string[] }) => (
  <p className="keys" aria-hidden="true">
    {methods.map((method) => (
      <span key={method}>
        <Swatch id={method} width={20} /> {labelOf(method)}
      </span>
    ))}
  </p>
);
