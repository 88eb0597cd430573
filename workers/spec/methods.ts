/** What the page may know of the methods: label, colour, schema and parameter count. Free of tfjs. */
export type { LineStyle, MethodAbout } from '../methods/method';
export { refusedMethods } from '../methods/refusals';
export { ABOUTS, aboutMethod } from '../methods/registry';
