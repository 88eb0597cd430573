import { type ReactNode, useId } from 'react';

interface Props<Value extends string> {
  data: readonly { value: Value; label: ReactNode; disabled?: boolean }[];
  value: Value;
  onChange: (value: Value) => void;
  /** As wide as what it stands in. */
  fill?: boolean;
  'aria-label'?: string;
  'aria-labelledby'?: string;
  'aria-describedby'?: string;
}

/** A choice of a few that stand side by side. */
export function Segmented<Value extends string>({ data, value, onChange, fill = false, ...named }: Props<Value>) {
  const id = useId();
  return (
    <div role="radiogroup" className={fill ? 'seg fill' : 'seg'} {...named}>
      {data.map((one, i) => (
        <span key={one.value} className="seg-control">
          <input
            type="radio"
            id={`${id}${i}`}
            name={id}
            value={one.value}
            checked={one.value === value}
            disabled={one.disabled}
            onChange={() => onChange(one.value)}
          />
          <label className="seg-label" htmlFor={`${id}${i}`} data-disabled={one.disabled || undefined}>
            {one.label}
          </label>
        </span>
      ))}
    </div>
  );
}
