/** @throws Error where a text is none that a person could read */
export function sentence(text: string, what: string): void {
  if (text.length < 10 || text.length > 1_000) throw new Error(`${what} is no sentence: ${text.slice(0, 200)}`);
  // What it quotes is the file's own.
  if (/undefined|\[object|NaN/.test(text.replace(/["“].*["”]/s, ''))) throw new Error(`${what} tells of the program: ${text}`);
  // A line end stands between answers to a question.
  if (/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(text.replaceAll('\n', '')))
    throw new Error(`${what} moves a terminal: ${JSON.stringify(text)}`);
}
