import { useEffect, useState } from 'react';
import type { LabError } from '../../workers/protocol';

export interface Answer<T> {
  value: T | null;
  error: LabError | null;
}

/**
 * What the worker answers to a question; a new question (a new function) drops the answer to the old one,
 * which stays on the page until the new one comes. Null asks nothing.
 */
export function useAnswer<T>(ask: (() => Promise<T>) | null): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: null, error: null });
  useEffect(() => {
    if (!ask) {
      setAnswer({ value: null, error: null });
      return;
    }
    let wanted = true;
    ask().then(
      (value) => wanted && setAnswer({ value, error: null }),
      (error: LabError) => wanted && setAnswer({ value: null, error }),
    );
    return () => {
      wanted = false;
    };
  }, [ask]);
  return answer;
}
