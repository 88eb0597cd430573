import { Fragment } from 'react';

/**
 * Variables of the lab where they stand alone in a text, and what has a subscript: σ²_b, MSE_Y. Not within
 * markup or before an ending, as in the name of a file.
 */
const VARIABLE = /(σ²_[be]\d?|σ²|β|(?:MSE|AUC|RMSE)_[YDB]|(?<![\w-]|<\/?)[qpdnrbyk](?![\w-]|\.\w))/;

/** Text with its variables in serif italic, as everywhere in the lab. */
export function MathText({ children }: { children: string }) {
  return (
    <>
      {children.split(VARIABLE).map((part, index) => {
        // Odd parts are the variables that split the text.
        const key = `${index}:${part}`;
        if (index % 2 === 0) return <Fragment key={key}>{part}</Fragment>;
        const [base, small] = part.split('_');
        return (
          // A metric is a word, so it stays upright.
          <span className={base.length > 2 ? undefined : 'm'} key={key}>
            {base}
            {small && <sub>{small}</sub>}
          </span>
        );
      })}
    </>
  );
}
