import { type RefObject, useEffect, useRef, useState } from 'react';

/**
 * The content width of an element in CSS pixels, kept up to date; `initial` until the page has been laid out.
 * Asking for it earlier would lay the whole page out for it, before anything of it is seen.
 */
export function useElementWidth<Element extends HTMLElement>(initial: number): [RefObject<Element | null>, number] {
  const ref = useRef<Element>(null);
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(1, Math.round(element.clientWidth))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
