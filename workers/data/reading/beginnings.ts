const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte | 32 : byte);
/** White space ends a word, or it has ended. */
const second = (byte: number | undefined): number => (byte === undefined || byte <= 32 ? 0 : lower(byte));

/**
 * Tells by the first two signs of a text that it is none of some words, whatever its case and the
 * white space around it: most of a million different texts are told by that.
 */
export class Beginnings {
  readonly #first = new Uint8Array(0x80);
  readonly #pairs = new Uint8Array(0x80 * 0x80);

  /** @param words as `wordOf` has them */
  constructor(words: Iterable<string>) {
    for (const word of words) {
      const [one, two] = [word.charCodeAt(0), word.length > 1 ? word.charCodeAt(1) : undefined];
      if (!(one < 0x80)) continue;
      this.#first[one] = 1;
      if (!(two !== undefined && two >= 0x80)) this.#pairs[one * 0x80 + second(two)] = 1;
    }
  }

  /** False: the text is none of the words. */
  readonly mayBe = (bytes: Uint8Array, start: number, end: number): boolean =>
    this.#mayBegin(bytes[start], start + 1 < end ? bytes[start + 1] : undefined);

  /** The same of a string. */
  readonly mayBeText = (text: string): boolean => this.#mayBegin(text.charCodeAt(0), text.length > 1 ? text.charCodeAt(1) : undefined);

  #mayBegin(first: number, next: number | undefined): boolean {
    if (first <= 32 || first >= 0x80) return true;
    if (this.#first[lower(first)] === 0) return false;
    return (next !== undefined && next >= 0x80) || this.#pairs[lower(first) * 0x80 + second(next)] === 1;
  }
}
