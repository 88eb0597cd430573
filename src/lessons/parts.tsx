import { createContext, type ElementType, type ReactNode, useContext } from 'react';
import { labelOf, Swatch } from '../ui/method-line';
import { Glossed, Term } from '../ui/term';
import { Tex } from '../ui/tex';

/** The step whose section of the text is shown. */
const Current = createContext<string | null>(null);
export const CurrentStep = Current.Provider;

/** A section of a lesson's text. */
function Step({ id, children }: { id: string; children: ReactNode }) {
  return useContext(Current) === id ? children : null;
}

/** A method by its name, with its line. */
function Method({ id }: { id: string }) {
  return (
    <span className="method-name">
      <Swatch id={id} width={22} /> {labelOf(id)}
    </span>
  );
}

/** Formulas come as code of a class of their own. */
function Code({ className = '', children }: { className?: string; children?: ReactNode }) {
  if (!className.includes('language-math')) return <code>{children}</code>;
  return <Tex block={className.includes('math-display')}>{String(children)}</Tex>;
}

/** A formula on a line of its own stands in a `pre`, which is for code alone. */
const Pre = ({ children }: { children?: ReactNode }) => <div className="tex-line">{children}</div>;

/** The first terms of a paragraph say what they mean. */
const Paragraph = ({ children }: { children?: ReactNode }) => (
  <p>
    <Glossed>{children}</Glossed>
  </p>
);

/** What the texts of lessons may name. */
export const PARTS: Record<string, ElementType> = { Step, Method, Term, Tex, p: Paragraph, code: Code, pre: Pre };
