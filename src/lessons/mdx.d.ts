declare module '*.mdx' {
  import type { ComponentType, ElementType } from 'react';

  /** A text of a lesson; `components` gives the elements that it names. */
  const Text: ComponentType<{ components?: Record<string, ElementType> }>;
  export default Text;
}
