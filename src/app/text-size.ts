import { useEffect } from 'react';
import { usePageView } from '../state/page-view';

/** A window below this width in px has no room for text of more than this size, in percent. */
const NARROW = 760;
const MOST_NARROW = 125;

/**
 * Enlarges the page by the text size of the teacher's link. Menus and dialogs stand outside the root and keep
 * theirs, so that they find their places.
 */
export function useTextSize(): void {
  const size = usePageView((state) => state.view?.textSize ?? 100);
  useEffect(() => {
    const apply = () => {
      const percent = innerWidth <= NARROW ? Math.min(size, MOST_NARROW) : size;
      const root = document.getElementById('root');
      if (root) root.style.zoom = percent === 100 ? '' : String(percent / 100);
    };
    apply();
    addEventListener('resize', apply);
    return () => removeEventListener('resize', apply);
  }, [size]);
}
