/** The address of a link with `?volatile` in it; null where the link leads out of the lab or has it. */
export function volatileAddress(href: string, from: Pick<Location, 'origin' | 'pathname'>): string | null {
  const to = URL.canParse(href) ? new URL(href) : null;
  const folder = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
  if (!to || to.origin !== from.origin || folder(to.pathname) !== folder(from.pathname) || to.searchParams.has('volatile')) return null;
  // By hand, so that what stands there already keeps its spelling.
  to.search = to.search === '' ? '?volatile' : `${to.search}&volatile`;
  return to.href;
}

/**
 * A visit that keeps nothing goes on so on the lab's other pages: its links are followed with `?volatile`.
 */
export function stayVolatile(): void {
  const follow = (event: Event): void => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const address = link && volatileAddress(link.href, location);
    if (link && address !== null) link.href = address;
  };
  for (const press of ['click', 'auxclick', 'contextmenu']) addEventListener(press, follow, true);
}
