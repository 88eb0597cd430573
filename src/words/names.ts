/** Names in sentences, and the grammar of method names: "Embeddings have", "Ignore has". */
import { shortened } from '../../workers/data/shown-text';

/** A name of the file (a column, a level, a tag) as it may stand in a sentence, however long it is. */
export const inSentence = (name: string): string => shortened(name, 60);

/**
 * A method's name takes the plural when it is a kind of embeddings; an architecture with embeddings in it is
 * one thing.
 */
export const isPlural = (label: string): boolean => /mbeddings|MeNets/i.test(label) && !/ with /.test(label);

/** The form of a verb for one name, or for a list of them. */
export const agree = (labels: readonly string[], one: string, many: string): string => (labels.length > 1 || isPlural(labels[0] ?? '') ? many : one);
