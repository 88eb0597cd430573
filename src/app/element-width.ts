import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** The content width of an element in CSS pixels, kept up to date. */
export function useElementWidth<Element extends HTMLElement>(initial: number): [RefObject<Element | null>, number] {
  const ref = useRef<Element>(null);
  const [width, setWidth] = useState(initial);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measureNow = () => setWidth(Math.max(1, Math.round(element.clientWidth)));
    measureNow();
    const observer = new ResizeObserver(measureNow);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
