const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Text a person wrote, safe for Plotly, which reads markup in every label: `<b>` in a file must not turn
 * bold. Cut at `limit` characters.
 */
export function escapeMarkup(text: string, limit = 60): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return cut.replace(/[&<>]/g, (character) => ENTITIES[character]).replace(/\s+/g, ' ');
}

const CHARACTERS: Record<string, string> = Object.fromEntries(Object.entries(ENTITIES).map(([character, entity]) => [entity, character]));

/** The text of a label for Plotly, where it is drawn without Plotly. */
export const readMarkup = (text: string): string => text.replace(/&(?:amp|lt|gt);/g, (entity) => CHARACTERS[entity]);
