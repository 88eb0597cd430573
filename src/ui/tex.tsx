import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { afterPicture } from '../state/first-picture';

const katex = afterPicture(() => import('./katex'));

/**
 * A formula from TeX. Until KaTeX has come, and where TeX cannot be read, the TeX itself stands there.
 * `block`: on a line of its own, which scrolls by itself where it is too narrow; `label` names it for the
 * keyboard then.
 */
export function Tex({ children, block = false, label }: { children: string; block?: boolean; label?: string }) {
  const target = useRef<HTMLSpanElement>(null);
  const [drawn, setDrawn] = useState<string | null>(null);
  const [wide, setWide] = useState(false);
  const ready = drawn === children;
  useEffect(() => {
    let current = true;
    katex().then(
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
  useLayoutEffect(() => {
    const element = target.current;
    if (!block || !ready || !element) return;
    const observer = new ResizeObserver(() => setWide(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [block, ready]);
  return (
    <>
      {/* What scrolls must be reachable by keyboard. */}
      <span
        ref={target}
        className={block ? 'tex block' : 'tex'}
        hidden={!ready}
        {...(wide ? { role: 'group', tabIndex: 0, 'aria-label': label } : {})}
      />
      {!ready && <code className={block ? 'tex block' : 'tex'}>{children}</code>}
    </>
  );
}
