import { useEffect, useState } from 'react';

/** Time for a sub-step to be read, by its words: about four words a second, at least three seconds. */
const readingTime = (words: string): number => Math.max(3000, words.split(/\s+/).length * 260);

export interface Steps {
  /** From 0. */
  at: number;
  playing: boolean;
  /** True right after a step forward or back, so that its way can be drawn. */
  moving: boolean;
  go(to: number): void;
  setPlaying(playing: boolean): void;
}

/**
 * Sub-steps by hand or at reading speed; at the end it stops. Another row (another `key`) with as many
 * sub-steps stays where it is, so that rows can be compared; with others it begins anew.
 */
export function useSteps(words: readonly string[], key: string): Steps {
  const count = words.length;
  const [state, setState] = useState({ key, count, at: 0, playing: false, moving: false });
  const mine = state.key === key ? state : { ...state, at: state.count === count ? state.at : 0, moving: false };
  const at = Math.min(mine.at, Math.max(0, count - 1));
  const { playing } = mine;
  const reading = words[at] ?? '';
  useEffect(() => {
    if (!playing || count === 0) return;
    const timer = setTimeout(() => {
      setState(at + 1 < count ? { key, count, at: at + 1, playing: true, moving: true } : { key, count, at, playing: false, moving: false });
    }, readingTime(reading));
    return () => clearTimeout(timer);
  }, [playing, at, count, reading, key]);
  return {
    at,
    playing,
    moving: mine.moving,
    go: (to) => setState({ key, count, at: Math.max(0, Math.min(count - 1, to)), playing: false, moving: true }),
    // From the end, play begins again.
    setPlaying: (next) => setState({ key, count, at: next && at === count - 1 ? 0 : at, playing: next, moving: next }),
  };
}
