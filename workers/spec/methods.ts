/** What the page may know of the methods: their descriptions, forms and counts, free of tfjs. */
export type { LineStyle, MethodAbout } from '../methods/method';
export { ABOUTS, aboutMethod } from '../methods/registry';
