/**
 * Whether an address asks for the embed view. `embed.html` is what other sites may frame
 * (scripts/site/headers.ts); `?embed` shows the same in a window of its own.
 */
export const asksForEmbed = ({ pathname, search }: Pick<Location, 'pathname' | 'search'>): boolean =>
  /\/embed(?:\.html)?$/.test(pathname) || new URLSearchParams(search).has('embed');

/**
 * The page next to the lab that an address asks for; a frame holds the lab's embed view and no other page.
 */
export function sidePageOf<Name extends string>(names: readonly Name[], address: Pick<Location, 'pathname' | 'search'>): Name | undefined {
  const asked = new URLSearchParams(address.search);
  return asksForEmbed(address) ? undefined : names.find((name) => asked.has(name));
}

/** The address of the whole lab that shows the same as a frame. */
export function labOf({ search, hash }: Pick<Location, 'search' | 'hash'>): string {
  const lesson = new URLSearchParams(search).get('lesson');
  return `./${lesson === null ? '' : `?lesson=${encodeURIComponent(lesson)}`}${hash}`;
}
