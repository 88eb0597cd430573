/**
 * Whether an address asks for the embed view. `embed.html` is what other sites may frame
 * (scripts/site/headers.ts); `?embed` shows the same in a window of its own.
 */
export const asksForEmbed = ({ pathname, search }: Pick<Location, 'pathname' | 'search'>): boolean =>
  /\/embed(?:\.html)?$/.test(pathname) || new URLSearchParams(search).has('embed');
