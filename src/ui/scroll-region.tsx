import type { ComponentProps } from 'react';

interface Props extends Omit<ComponentProps<'section'>, 'tabIndex'> {
  'aria-label': string;
}

/** A named part of the page that scrolls in itself. */
export const ScrollRegion = (props: Props) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
  <section tabIndex={0} {...props} />
);
