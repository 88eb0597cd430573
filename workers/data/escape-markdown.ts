import { shortened } from './shown-text';

/** A longer text is cut. */
const MOST_LETTERS = 4000;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '&#64;' };

/**
 * A text that is nothing but itself in Markdown: no emphasis, link, image, code, heading, list, table or
 * formula, also in the dialects that make links of addresses.
 */
export function escapeMarkdown(given: string, most = MOST_LETTERS): string {
  return shortened(given, most)
    .trim()
    .replace(/[\\`*_[\]|~$]/g, (sign) => `\\${sign}`)
    .replace(/[&<>@]/g, (sign) => ENTITIES[sign])
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/\b(www)\./gi, '$1&#46;')
    .replace(/^([-+=#:])(?!\d)/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}
