import { Fragment } from 'react';

/** Variables of the lab where they stand alone in a text, and σ² with its subscript. */
const VARIABLE = /(σ²_b|σ²|β|(?<![\w-])[qpdnrby](?![\w-]))/;

/** Text with its variables in serif italic, as everywhere in the lab. */
export function MathText({ children }: { children: string }) {
  return (
    <>
      {children.split(VARIABLE).map((part, index) => {
        // Odd parts are the variables that split the text.
        const key = `${index}:${part}`;
        if (index % 2 === 0) return <Fragment key={key}>{part}</Fragment>;
        return (
          <span className="m" key={key}>
            {part === 'σ²_b' ? (
              <>
                σ²<sub>b</sub>
              </>
            ) : (
              part
            )}
          </span>
        );
      })}
    </>
  );
}
