import './hint.css';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { keepHint, leaveHint, useHint } from './hint';
import { loadGlossary } from './term';

/** Between a word and its hint, and from the edges of the window, px. */
const GAP = 6;
const EDGE = 8;

/** Draws the hint that is asked for: under its word, or above it where there is no room. */
export function HintLayer() {
  const { anchor, id, words, hide } = useHint();
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);
  useEffect(() => void loadGlossary().catch(() => undefined), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words have another size
  useLayoutEffect(() => {
    if (!anchor || !box.current) return setPlace(null);
    const [at, size] = [anchor.getBoundingClientRect(), box.current.getBoundingClientRect()];
    const below = at.bottom + GAP;
    setPlace({
      left: Math.max(EDGE, Math.min(at.left, innerWidth - size.width - EDGE)),
      top: below + size.height + EDGE <= innerHeight ? below : Math.max(EDGE, at.top - GAP - size.height),
    });
  }, [anchor, words]);
  useEffect(() => {
    if (!anchor) return;
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    const onPress = (event: PointerEvent) =>
      event.target instanceof Node && !anchor.contains(event.target) && !box.current?.contains(event.target) && hide();
    addEventListener('keydown', onKey);
    addEventListener('pointerdown', onPress);
    addEventListener('scroll', hide, { capture: true, passive: true });
    addEventListener('resize', hide);
    return () => {
      removeEventListener('keydown', onKey);
      removeEventListener('pointerdown', onPress);
      removeEventListener('scroll', hide, { capture: true });
      removeEventListener('resize', hide);
    };
  }, [anchor, hide]);
  if (!anchor || !words) return null;
  return (
    <div
      ref={box}
      id={id}
      role="tooltip"
      className="hint"
      style={place ?? { left: 0, top: 0, visibility: 'hidden' }}
      onPointerEnter={keepHint}
      onPointerLeave={leaveHint}
    >
      {words}
    </div>
  );
}
