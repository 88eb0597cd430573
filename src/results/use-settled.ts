import { useEffect, useRef, useState } from 'react';

/** While a run trains, captions are computed twice a second at most. */
export const CAPTION_INTERVAL_MS = 500;

/** The newest value, taken over at most once in `interval` ms; at once when `interval` is 0. */
export function useSettled<T>(value: T, interval: number): T {
  const [settled, setSettled] = useState<{ value: T }>({ value });
  const newest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  newest.current = value;
  useEffect(() => {
    if (interval === 0 || timer.current !== null || settled.value === value) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      setSettled({ value: newest.current });
    }, interval);
  }, [value, interval, settled]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  return interval === 0 ? value : settled.value;
}
