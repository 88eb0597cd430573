import { escapeXml } from '../text/xml';
import type { Theme } from './figure';

/** One entry of a chart's key: a mark, with the words before and behind it. */
export interface KeyItem {
  /** An `svg` element with its colours written out, or nothing. */
  mark: string;
  width: number;
  height: number;
  before: string;
  after: string;
}

/** Where the panels of the page have their keys. */
const ITEMS = '.line-keys > span, .key > span, .legend > b, .legend > span';
/** What a style sheet says of a mark and a file on its own would lack. */
const LOOKS = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'opacity'] as const;

const spoken = (text: string): string => text.replace(/\s+/g, ' ').trim();

function withLooks(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [...svg.querySelectorAll('*')];
  [...copy.querySelectorAll('*')].forEach((element, i) => {
    const style = getComputedStyle(originals[i]);
    for (const look of LOOKS) element.setAttribute(look, style.getPropertyValue(look));
    element.removeAttribute('style');
  });
  for (const name of ['class', 'style', 'aria-hidden']) copy.removeAttribute(name);
  return new XMLSerializer().serializeToString(copy);
}

/** The key of a panel, as it stands in the page. */
export function keyOf(panel: HTMLElement | null): KeyItem[] {
  return [...(panel?.querySelectorAll<HTMLElement>(ITEMS) ?? [])].map((item) => {
    const svg = item.querySelector('svg');
    if (!svg) return { mark: '', width: 0, height: 0, before: '', after: spoken(item.textContent ?? '') };
    const range = document.createRange();
    range.setStart(item, 0);
    range.setEndBefore(svg);
    const before = spoken(range.toString());
    range.setStartAfter(svg);
    range.setEnd(item, item.childNodes.length);
    return {
      mark: withLooks(svg),
      width: Number(svg.getAttribute('width')),
      height: Number(svg.getAttribute('height')),
      before,
      after: spoken(range.toString()),
    };
  });
}

const TEXT_PX = 12;
const ROW_PX = 20;
const EDGE_PX = 8;
const BETWEEN_PX = 16;
const NEXT_PX = 6;

/**
 * A key as SVG, in as many rows as the width asks for, from `top` on; its height in px, 0 for an empty key.
 * Words are a person's own and are escaped.
 */
export function keyRows(items: readonly KeyItem[], theme: Theme, width: number, top: number): { svg: string; height: number } {
  if (items.length === 0) return { svg: '', height: 0 };
  const parts: string[] = [];
  let x = EDGE_PX;
  let row = 0;
  for (const item of items) {
    const widths = [theme.textWidth(item.before, TEXT_PX), item.width, theme.textWidth(item.after, TEXT_PX)];
    const used = widths.filter((one) => one > 0);
    const length = used.reduce((sum, one) => sum + one, 0) + NEXT_PX * (used.length - 1);
    if (x > EDGE_PX && x + length > width - EDGE_PX) [x, row] = [EDGE_PX, row + 1];
    const middle = top + ROW_PX * (row + 0.5);
    let at = x;
    const word = (text: string, room: number) => {
      if (text === '') return;
      parts.push(
        `<text x="${at.toFixed(1)}" y="${middle + 4}" font-family="${theme.sans.replace(/"/g, "'")}" font-size="${TEXT_PX}" fill="${theme.ink2}">${escapeXml(text)}</text>`,
      );
      at += room + NEXT_PX;
    };
    word(item.before, widths[0]);
    if (item.mark !== '') {
      parts.push(`<g color="${theme.ink2}" transform="translate(${at.toFixed(1)} ${middle - item.height / 2})">${item.mark}</g>`);
      at += item.width + NEXT_PX;
    }
    word(item.after, widths[2]);
    x += length + BETWEEN_PX;
  }
  const height = ROW_PX * (row + 1);
  return { svg: `<rect x="0" y="${top}" width="${width}" height="${height}" fill="${theme.sheet}"/>${parts.join('')}`, height };
}
