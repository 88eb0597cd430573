import katex from 'katex';
import { shortened } from '../../workers/data/shown-text';
import { cellText } from '../results/twin';
import { escapeXml } from '../text/xml';
import { labelOf, lineOf, methodStroke } from '../ui/method-line';
import type { Block, Figure, Report, Table } from './document';
import { reportStyle } from './style';
import { methodVariable } from './theme';

/** A longer text is cut in a sentence; a table cuts at its own length. */
const MOST_LETTERS = 4000;

const SHORT = 30;
/** A number with its standard error, which stays on one line. */
const SCORE = /^[\d\u2212][\d.,]* ± [\d.,]+$/;

const safe = (text: string): string => escapeXml(shortened(text, MOST_LETTERS));

/** A short piece of a method's line. */
function swatch(method: string): string {
  const { strokeWidth, strokeLinecap, strokeDasharray } = methodStroke(method, 2.25);
  const dashes = strokeDasharray === undefined ? '' : ` stroke-dasharray="${strokeDasharray}"`;
  return `<svg width="24" height="8" aria-hidden="true"><path d="M1 4H23" fill="none" stroke="${methodVariable(method)}" stroke-width="${strokeWidth}" stroke-linecap="${strokeLinecap}"${dashes}/></svg>`;
}

function tableHtml({ id, caption, columns, rows, note }: Table): string {
  const numbers = columns.map((_, j) => j > 0 && rows.length > 0 && rows.every((row) => row[j] === null || typeof row[j] === 'number'));
  const mark = (j: number): string => (numbers[j] ? ' class="n"' : '');
  const head = columns.map((column, j) => `<th scope="col"${mark(j)}>${safe(column)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = row.map((cell, j) => {
      const words = safe(cellText(cell));
      // Names of usual length stay on one line.
      return j === 0
        ? `<th scope="row"${words.length <= SHORT ? ' class="s"' : ''}>${words}</th>`
        : `<td${SCORE.test(words) ? ' class="s"' : mark(j)}>${words}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const name = `table-${escapeXml(id)}`;
  return `<p class="cap" id="${name}">${safe(caption)}</p><div class="wide"><table aria-labelledby="${name}"><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table>${
    note ? `<p class="note">${safe(note)}</p>` : ''
  }</div>`;
}

function figureHtml({ title, svg, caption, fine, keys }: Figure): string {
  const lines = keys ? `<div class="keys">${keys.map((method) => `<span>${swatch(method)}${safe(labelOf(method))}</span>`).join('')}</div>` : '';
  return `<figure><b>${safe(title)}</b>${lines}${svg}<figcaption>${safe(caption)}${fine ? `<small>${safe(fine)}</small>` : ''}</figcaption></figure>`;
}

/** A formula of the lab's own as MathML, which browsers draw by themselves; TeX for those that do not. */
function formulaHtml(tex: string): string {
  try {
    return `<div class="formula">${katex.renderToString(tex, { output: 'mathml', displayMode: true, throwOnError: true, trust: false })}</div>`;
  } catch {
    return `<pre>${safe(tex)}</pre>`;
  }
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${safe(block.text)}</p>`;
    case 'fine':
      return `<p class="fine">${safe(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${safe(item)}</li>`).join('')}</ul>`;
    case 'sub':
      return `<h3>${block.method ? swatch(block.method) : ''}${safe(block.title)}</h3>`;
    case 'table':
      return tableHtml(block.table);
    case 'figures': {
      const drawn = block.figures.map(figureHtml);
      return drawn.length === 1 ? drawn[0] : `<div class="figures">${drawn.join('\n')}</div>`;
    }
    case 'formula':
      return formulaHtml(block.tex);
    case 'code': {
      const text = escapeXml(block.text);
      return `<pre>${block.address ? `<a href="${text}" rel="noreferrer">${text}</a>` : text}</pre>`;
    }
  }
}

/**
 * The report as one HTML file: no script, nothing loaded, and a policy that forbids both. Colours follow the
 * reader's theme, and paper is light.
 */
export function reportHtml({ title, origin, made, sections, methods }: Report): string {
  const colours = methods.map((id) => ({ id, light: lineOf(id).light, dark: lineOf(id).dark }));
  const contents = sections.map(({ id, title: head }) => `<li><a href="#${id}">${safe(head)}</a></li>`).join('');
  const body = sections.map(
    ({ id, title: head, blocks }) =>
      `<section aria-labelledby="${id}"><h2 id="${id}">${safe(head)}</h2>\n${blocks.map(blockHtml).join('\n')}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${safe(title)}</title>
<style>${reportStyle(colours)}</style>
</head>
<body>
<main>
<header><h1>${safe(title)}</h1>
<p class="origin">${safe(origin)}. Made ${safe(made)} by the MMbeddings Lab.</p>
<nav aria-label="Contents"><ul>${contents}</ul></nav></header>
${body.join('\n')}
</main>
</body>
</html>
`;
}
