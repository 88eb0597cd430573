import { Children, cloneElement, Fragment, isValidElement, type ReactElement, type ReactNode } from 'react';
import { create } from 'zustand';
import type { Found } from '../words/glossary';
import { Hint } from './hint';
import { MathText } from './math-text';

type Glossary = typeof import('../words/glossary');

/** The glossary, once it has come; until then texts stand without marks. */
const useGlossary = create<{ glossary: Glossary | null }>(() => ({ glossary: null }));
let asked: Promise<Glossary> | null = null;

/** Asks for the glossary, once; the layer of hints does so after the page is there. */
export function loadGlossary(): Promise<Glossary> {
  asked ??= import('../words/glossary').then((glossary) => {
    useGlossary.setState({ glossary });
    return glossary;
  });
  return asked;
}

/** A term with its meaning; `of` is a form of the glossary where the words themselves are none. */
export function Term({ children, of = children }: { children: string; of?: string }) {
  return (
    <Hint
      words={async () => {
        const { termsIn } = await loadGlossary();
        return termsIn(of)[0]?.entry.text ?? '';
      }}
    >
      <MathText>{children}</MathText>
    </Hint>
  );
}

/** A text with some of its terms marked, as math text where it was. */
function marked(text: string, found: readonly Found[], math: boolean): ReactNode {
  const plain = (part: string): ReactNode => (math ? <MathText>{part}</MathText> : part);
  let at = 0;
  const parts = found.map(({ entry, start, end }) => {
    const before = text.slice(at, start);
    at = end;
    return (
      <Fragment key={start}>
        {plain(before)}
        <Hint words={entry.text}>{plain(text.slice(start, end))}</Hint>
      </Fragment>
    );
  });
  return (
    <>
      {parts}
      {plain(text.slice(at))}
    </>
  );
}

/** Only what cannot hold a control of its own. */
const TRANSPARENT = new Set<unknown>(['b', 'i', 'em', 'span', 'p', Fragment]);

/**
 * A sentence whose first special terms are marked and say what they mean. At most two of them: more would be
 * a page of links, and the list of all terms is in the help.
 */
export function Glossed({ children }: { children: ReactNode }) {
  const { glossary } = useGlossary();
  if (!glossary) return children;
  const said = new Set<unknown>();
  const mark = (text: string, math: boolean): ReactNode => {
    const found = glossary.termsToMark(text, glossary.MARKED_AT_MOST - said.size).filter(({ entry }) => !said.has(entry));
    for (const { entry } of found) said.add(entry);
    return found.length === 0 ? undefined : marked(text, found, math);
  };
  const walk = (node: ReactNode): ReactNode => {
    if (typeof node === 'string') return mark(node, false) ?? node;
    if (!isValidElement(node)) return node;
    const element = node as ReactElement<{ children?: ReactNode; className?: string }>;
    const inside = element.props.children;
    if (element.type === MathText && typeof inside === 'string') return mark(inside, true) ?? node;
    // A variable in italics is no text.
    if (!TRANSPARENT.has(element.type) || element.props.className === 'm') return node;
    return cloneElement(element, undefined, Children.map(inside, walk));
  };
  return Children.map(children, walk);
}
