/** Grammar of method names: "Embeddings have", "Ignore has". */

/**
 * A method's name takes the plural when it is a kind of embeddings; an architecture with embeddings in it is
 * one thing.
 */
export const isPlural = (label: string): boolean => /mbeddings|MeNets/i.test(label) && !/ with /.test(label);

/** The form of a verb for one name, or for a list of them. */
export const agree = (labels: readonly string[], one: string, many: string): string => (labels.length > 1 || isPlural(labels[0] ?? '') ? many : one);
