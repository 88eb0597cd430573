/** KaTeX with its style sheet and fonts, in a chunk of its own that the first formula asks for. */
import 'katex/dist/katex.css';
import './katex-fit.css';
import katex from 'katex';

/**
 * Renders TeX into an element, as visible HTML, and MathML for a screen reader. Throws on TeX that cannot be
 * read.
 */
export function renderTex(tex: string, element: HTMLElement, display: boolean): void {
  // `render` sets styles through the DOM, which the Content-Security-Policy allows; `renderToString` would
  // write style attributes, which it forbids.
  katex.render(tex, element, { displayMode: display, output: 'htmlAndMathml', throwOnError: true, strict: 'error', trust: false });
}
