import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/**
 * Browsers lay out no element higher than 17 to 33 million px: a longer list is scrolled faster than its rows
 * are high.
 */
export const HIGHEST = 16_000_000;

export interface Extent {
  /** Rows of the list, and the height of one in px. */
  rows: number;
  row: number;
  /** Height in px of what is seen of them. */
  seen: number;
}

/** Height in px of what is scrolled through. */
export const scrolledHeight = ({ rows, row, seen }: Extent): number => Math.max(seen, Math.min(HIGHEST, rows * row));

/** How far down the list, in px of its rows, a scroll position is: its end at the end. */
export function positionAt(extent: Extent, scrollTop: number): number {
  const most = Math.max(0, extent.rows * extent.row - extent.seen);
  const room = scrolledHeight(extent) - extent.seen;
  return room <= 0 ? 0 : Math.min(most, Math.max(0, (scrollTop / room) * most));
}

/** The scroll position that shows a position in the list: the inverse of `positionAt`. */
export function scrollFor(extent: Extent, position: number): number {
  const most = Math.max(0, extent.rows * extent.row - extent.seen);
  return most === 0 ? 0 : (Math.min(most, Math.max(0, position)) / most) * (scrolledHeight(extent) - extent.seen);
}

/** The position that brings a row into sight with the least movement. */
export function revealing(extent: Extent, position: number, index: number): number {
  const top = index * extent.row;
  return Math.max(top + extent.row - extent.seen, Math.min(position, top));
}

/** Rows kept above and below what is seen. */
const SPARE = 4;

export interface Windowed<Scroller extends HTMLElement> {
  scroller: RefObject<Scroller | null>;
  /** The element that holds the rows; it stays in sight and is moved within a row by this hook. */
  body: RefObject<HTMLDivElement | null>;
  extent: Extent;
  /** The first row kept, and how many. */
  first: number;
  count: number;
  reveal(index: number): void;
}

/**
 * Rows of one height of which only those in sight exist. The element that scrolls holds `head` px of headings
 * that stay, and below them the body.
 */
export function useWindowed<Scroller extends HTMLElement>(rows: number, row: number, head: number): Windowed<Scroller> {
  const scroller = useRef<Scroller>(null);
  const body = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(0);
  const [first, setFirst] = useState(0);
  const extent: Extent = { rows, row, seen };
  const current = useRef(extent);
  current.current = extent;

  const follow = useCallback(() => {
    const element = scroller.current;
    if (!element || !body.current) return;
    const position = positionAt(current.current, element.scrollTop);
    const at = Math.max(0, Math.floor(position / current.current.row) - SPARE);
    body.current.style.transform = `translateY(${at * current.current.row - position}px)`;
    setFirst(at);
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSeen(Math.max(0, element.clientHeight - head)));
    observer.observe(element);
    element.addEventListener('scroll', follow, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', follow);
    };
  }, [follow, head]);

  // Other rows, another height: the same scroll position shows others.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what `follow` reads has changed
  useLayoutEffect(follow, [follow, rows, row, seen]);

  const reveal = useCallback((index: number) => {
    const element = scroller.current;
    if (!element) return;
    const position = positionAt(current.current, element.scrollTop);
    const wanted = revealing(current.current, position, index);
    if (wanted !== position) element.scrollTop = scrollFor(current.current, wanted);
  }, []);

  const kept = Math.min(first, Math.max(0, rows - 1));
  return { scroller, body, extent, first: kept, count: Math.min(rows - kept, Math.ceil(seen / row) + 2 * SPARE + 1), reveal };
}
