import { useFocusTrap, useMergedRef } from '@mantine/hooks';
import { type RefCallback, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Width in px for which a chart is laid out before it is enlarged, that of a table, and the most it is. */
const CHART = 760;
export const TABLE = 1_040;
const MOST = 3;

interface FullScreen {
  /** For the panel's element, which is then in `panel`. */
  ref: RefCallback<HTMLElement>;
  panel: RefObject<HTMLElement | null>;
  full: boolean;
  toggle(): void;
}

/**
 * Lets a panel fill the screen, enlarged with its text, key and menus as a projector needs them. Where a
 * browser has no full screen (a phone, a frame that was not given it) the panel fills the window. Escape
 * leaves. The whole document is shown and the panel laid over it, because menus stand at its end.
 *
 * @param laidOut the width in px that the panel needs at its usual size
 */
export function useFullScreen(laidOut = CHART): FullScreen {
  const [full, setFull] = useState(false);
  const own = useRef<HTMLElement>(null);
  const ref = useMergedRef<HTMLElement>(own, useFocusTrap(full));
  const back = useRef<Element | null>(null);
  const toggle = useCallback(() => {
    if (full) {
      setFull(false);
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
      return;
    }
    back.current = document.activeElement;
    setFull(true);
    void document.documentElement.requestFullscreen?.().catch(() => undefined);
  }, [full]);
  useEffect(() => {
    if (!full) return;
    const left = () => document.fullscreenElement === null && setFull(false);
    const onKey = (event: KeyboardEvent) =>
      event.key === 'Escape' && !event.defaultPrevented && document.querySelector('[role="menu"], [role="dialog"]') === null && toggle();
    document.addEventListener('fullscreenchange', left);
    addEventListener('keydown', onKey);
    document.documentElement.dataset.full = '';
    return () => {
      document.removeEventListener('fullscreenchange', left);
      removeEventListener('keydown', onKey);
      delete document.documentElement.dataset.full;
    };
  }, [full, toggle]);
  useLayoutEffect(() => {
    const element = own.current;
    if (!full || !element) return;
    const enlarge = () => {
      Object.assign(element.style, { zoom: '1', width: `${Math.min(laidOut, innerWidth)}px`, bottom: 'auto' });
      // The page may be enlarged already.
      const page = element.parentElement?.currentCSSZoom ?? 1;
      const scale = Math.max(1, Math.min(innerWidth / laidOut, innerHeight / element.scrollHeight, MOST)) / page;
      Object.assign(element.style, { zoom: String(scale), width: '', bottom: '' });
    };
    enlarge();
    addEventListener('resize', enlarge);
    return () => {
      removeEventListener('resize', enlarge);
      element.style.zoom = '';
      // To the menu's button, which is there again.
      const focus =
        back.current instanceof HTMLElement && back.current.isConnected ? back.current : element.querySelector<HTMLElement>('.tools button');
      focus?.focus({ preventScroll: true });
      element.scrollIntoView({ block: 'nearest' });
    };
  }, [full, laidOut]);
  return { ref, panel: own, full, toggle };
}
