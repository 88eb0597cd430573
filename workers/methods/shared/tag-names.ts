/** Names of a column's parameters begin with `tags`, and with `tags0`, `tags1`, … where there are several. */
export const tagPrefix = (columns: number, column: number): string => (columns === 1 ? 'tags' : `tags${column}`);
