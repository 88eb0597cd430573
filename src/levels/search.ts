import { useEffect, useRef, useState } from 'react';
import type { LabError, LevelQuery, LevelsFound } from '../../workers/protocol';
import { searchLevels } from '../lab-client/levels';

export interface Search {
  found: LevelsFound | null;
  error: LabError | null;
}

/**
 * What a query finds. While an answer is awaited, of all queries asked meanwhile only the newest is asked:
 * the worker answers one after the other.
 */
export function useSearch(query: LevelQuery): Search {
  const [state, setState] = useState<Search>({ found: null, error: null });
  const asking = useRef<{ newest: LevelQuery | null; busy: boolean; mounted: boolean }>({ newest: null, busy: false, mounted: true });
  useEffect(() => {
    const { current } = asking;
    current.mounted = true;
    return () => {
      current.mounted = false;
    };
  }, []);
  useEffect(() => {
    const { current } = asking;
    const ask = async (): Promise<void> => {
      if (current.busy) return;
      current.busy = true;
      while (current.newest && current.mounted) {
        const mine = current.newest;
        current.newest = null;
        try {
          const found = await searchLevels(mine);
          if (current.mounted) setState({ found, error: null });
        } catch (error) {
          if (current.mounted) setState({ found: null, error: error as LabError });
        }
      }
      current.busy = false;
    };
    current.newest = query;
    void ask();
  }, [query]);
  return state;
}
