/** As the `ref` of what takes the place of the button that was pressed: the keyboard goes on from there. */
export const takeFocus = (element: HTMLElement | null): void => element?.focus();

/**
 * As the `ref` of what may vanish while the keyboard is in it (a button that has done its work, a step that
 * is over): the focus goes to what follows, unless something has taken it by then.
 */
export const passesFocus = (next: () => HTMLElement | null) => (element: HTMLElement | null) => {
  if (!element) return;
  return () => {
    // It is still there: React takes references back before it takes the element out.
    if (!element.contains(document.activeElement)) return;
    setTimeout(() => {
      if (element.isConnected || (document.activeElement && document.activeElement !== document.body)) return;
      next()?.focus({ preventScroll: true });
    });
  };
};
