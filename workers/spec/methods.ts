/** What the page may know of the methods: no tfjs comes with it. */
export type { LineStyle, MethodAbout } from '../methods/method';
export { ABOUTS, aboutMethod } from '../methods/registry';
