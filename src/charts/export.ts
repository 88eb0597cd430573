import { escapeXml } from '../text/xml';
import type { Figure, Theme } from './figure';
import { type KeyItem, keyRows } from './key';
import type { PlotlyApi } from './load';

const PIXEL_RATIO = 2;

/**
 * CSS of the page's own web fonts that the SVG names, with the files inlined: an image may not load anything.
 */
async function fontFaces(svg: string): Promise<string> {
  const rules: CSSFontFaceRule[] = [];
  for (const sheet of document.styleSheets) {
    try {
      for (const rule of sheet.cssRules) if (rule instanceof CSSFontFaceRule) rules.push(rule);
    } catch {
      // A style sheet the page may not read holds none of our fonts.
    }
  }
  const used = rules.filter((rule) => {
    const family = rule.style.getPropertyValue('font-family').replace(/["']/g, '');
    const range = rule.style.getPropertyValue('unicode-range');
    return family !== '' && svg.includes(family) && (range === '' || /U\+0{0,3}0-0*FF/i.test(range));
  });
  const faces = await Promise.all(
    used.map(async (rule) => {
      const source = /url\(["']?([^"')]+)["']?\)/.exec(rule.style.getPropertyValue('src'))?.[1];
      if (!source) return '';
      const response = await fetch(new URL(source, rule.parentStyleSheet?.href ?? document.baseURI));
      if (!response.ok) return '';
      const url = await asDataUrl(await response.blob());
      const get = (name: string) => rule.style.getPropertyValue(name);
      return `@font-face{font-family:${get('font-family')};font-style:${get('font-style') || 'normal'};font-weight:${get('font-weight') || '400'};src:url(${url}) format("woff2")}`;
    }),
  );
  return faces.join('');
}

function asDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('the font file could not be read'));
    reader.readAsDataURL(blob);
  });
}

/** Room for the line under an exported figure. */
const LINE_PX = 28;
const TEXT_PX = 11;

/**
 * An SVG of Plotly's, taller by a line of text under it: a picture that is passed on says which data and
 * which run it is of. The text is a person's own and is escaped; one too long for the figure is squeezed to
 * its width.
 */
export function withLine(svg: string, line: string, theme: Theme, size: { width: number; height: number }): string {
  const { width, height } = size;
  const text = escapeXml(line);
  const room = width - 16;
  const squeezed = theme.textWidth(line, TEXT_PX) > room ? ` textLength="${room}" lengthAdjust="spacingAndGlyphs"` : '';
  const words = `<rect x="0" y="${height}" width="${width}" height="${LINE_PX}" fill="${theme.sheet}"/><text x="8" y="${height + 18}" font-family="${theme.sans.replace(/"/g, "'")}" font-size="${TEXT_PX}" fill="${theme.ink3}"${squeezed}>${text}</text>`;
  return taller(svg, width, height + LINE_PX, words);
}

/** The same for the chart's key, under the figure and over its line. */
export function withKey(
  svg: string,
  key: readonly KeyItem[],
  theme: Theme,
  size: { width: number; height: number },
): { svg: string; height: number } {
  const rows = keyRows(key, theme, size.width, size.height);
  const height = size.height + rows.height;
  return { svg: rows.height === 0 ? svg : taller(svg, size.width, height, rows.svg), height };
}

/** An SVG of another height, with more at its end. */
function taller(svg: string, width: number, height: number, more: string): string {
  return svg
    .replace(/<svg[^>]*>/, (tag) =>
      tag.replace(/ height="[^"]*"/, ` height="${height}"`).replace(/ viewBox="[^"]*"/, ` viewBox="0 0 ${width} ${height}"`),
    )
    .replace(/<\/svg>\s*$/, () => `${more}</svg>`);
}

/**
 * The figure as an SVG or PNG file on the sheet's colour, with its fonts inside, its key, and a line under it
 * where one is given. PNG at twice the size on screen.
 */
export async function exportImage(
  plotly: PlotlyApi,
  figure: Figure,
  theme: Theme,
  format: 'png' | 'svg',
  line?: string,
  key: readonly KeyItem[] = [],
): Promise<Blob> {
  const { width, height } = figure.layout;
  const layout = { ...figure.layout, paper_bgcolor: theme.sheet };
  const url = await plotly.toImage({ data: figure.data, layout, config: { staticPlot: true } }, { format: 'svg', width, height });
  return imageOf(decodeURIComponent(url.slice(url.indexOf(',') + 1)), theme, { width, height }, format, line, key);
}

/** A drawn SVG as a file: its fonts inside, a key and a line under it where they are given. */
export async function imageOf(
  bare: string,
  theme: Theme,
  { width, height }: { width: number; height: number },
  format: 'png' | 'svg',
  line?: string,
  key: readonly KeyItem[] = [],
): Promise<Blob> {
  const keyed = withKey(bare, key, theme, { width, height });
  const plain = line === undefined ? keyed.svg : withLine(keyed.svg, line, theme, { width, height: keyed.height });
  const faces = await fontFaces(plain).catch(() => '');
  const svg = faces === '' ? plain : plain.replace(/(<svg[^>]*>)/, `$1<style>${faces}</style>`);
  const blob = new Blob([svg], { type: 'image/svg+xml' });
  return format === 'svg' ? blob : rasterise(blob, width, keyed.height + (line === undefined ? 0 : LINE_PX));
}

async function rasterise(svg: Blob, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image(width, height);
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * PIXEL_RATIO);
    canvas.height = Math.round(height * PIXEL_RATIO);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('this browser gives no canvas to draw the image on');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the image could not be encoded'))), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
