import { shortened } from '../../workers/data/shown-text';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Text a person wrote, safe for Plotly, which reads markup in every label: `<b>` in a file must not turn
 * bold, nor a mark turn the words after it. Cut at `limit` characters.
 */
export function escapeMarkup(text: string, limit = 60): string {
  return shortened(text, limit)
    .replace(/[&<>]/g, (character) => ENTITIES[character])
    .replace(/\s+/g, ' ');
}

const CHARACTERS: Record<string, string> = Object.fromEntries(Object.entries(ENTITIES).map(([character, entity]) => [entity, character]));

/** The text of a label for Plotly, where it is drawn without Plotly. */
export const readMarkup = (text: string): string => text.replace(/&(?:amp|lt|gt);/g, (entity) => CHARACTERS[entity]);
