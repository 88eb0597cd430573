import { useEffect, useRef, useState } from 'react';

/** A formula from TeX. Until KaTeX has come, and where TeX cannot be read, the TeX itself stands there. `block`: on a line of its own, scrolling by itself. */
export function Tex({ children, block = false }: { children: string; block?: boolean }) {
  const target = useRef<HTMLSpanElement>(null);
  const [drawn, setDrawn] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    import('./katex').then(
      ({ renderTex }) => {
        if (!current || !target.current) return;
        try {
          renderTex(children, target.current, block);
          setDrawn(children);
        } catch {
          setDrawn(null);
        }
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [children, block]);
  const ready = drawn === children;
  return (
    <>
      {/* A formula wider than its place scrolls, so the keyboard must reach it. */}
      <span ref={target} className={block ? 'tex block' : 'tex'} hidden={!ready} {...(block && ready ? { role: 'math', tabIndex: 0, 'aria-label': children } : {})} />
      {!ready && <code className={block ? 'tex block' : 'tex'}>{children}</code>}
    </>
  );
}
