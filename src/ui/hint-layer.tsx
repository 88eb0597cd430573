import './hint.css';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { keepHint, leaveHint, useHint } from './hint';
import { loadGlossary } from './term';

/** Between a word and its hint, and from the edges of the window, px. */
const GAP = 6;
const EDGE = 8;

/** Where a hint of this size goes: under its word, or above it where there is no room. */
function placeOf(anchor: Element, box: Element): { left: number; top: number } {
  const [at, size] = [anchor.getBoundingClientRect(), box.getBoundingClientRect()];
  const below = at.bottom + GAP;
  return {
    left: Math.max(EDGE, Math.min(at.left, innerWidth - size.width - EDGE)),
    top: below + size.height + EDGE <= innerHeight ? below : Math.max(EDGE, at.top - GAP - size.height),
  };
}

/** Draws the hint that is asked for, and asks for the glossary once the page is there. */
export function HintLayer() {
  const { anchor, id, words, hide } = useHint();
  useEffect(() => void loadGlossary().catch(() => undefined), []);
  // Other words have another size, and so another place.
  return anchor?.isConnected && words ? <HintBox key={`${id} ${words}`} anchor={anchor} id={id} words={words} hide={hide} /> : null;
}

function HintBox({ anchor, id, words, hide }: { anchor: HTMLElement; id: string; words: string; hide(): void }) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);
  useLayoutEffect(() => setPlace(box.current && placeOf(anchor, box.current)), [anchor]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    const onPress = ({ target }: PointerEvent) => target instanceof Node && !anchor.contains(target) && !box.current?.contains(target) && hide();
    // Focus scrolls its element into sight, and the hint goes with it.
    const onMove = () => box.current && setPlace(placeOf(anchor, box.current));
    addEventListener('keydown', onKey);
    addEventListener('pointerdown', onPress);
    addEventListener('scroll', onMove, { capture: true, passive: true });
    addEventListener('resize', onMove);
    return () => {
      removeEventListener('keydown', onKey);
      removeEventListener('pointerdown', onPress);
      removeEventListener('scroll', onMove, { capture: true });
      removeEventListener('resize', onMove);
    };
  }, [anchor, hide]);
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
