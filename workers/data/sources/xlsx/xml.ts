/** What is met in XML, in its order. Names have no prefix; a tag that closes itself is opened and closed. */
export interface XmlHandler {
  open(name: string, attributes: string): void;
  close(name: string): void;
  text(text: string): void;
}

/** A tag, a comment or the like of more characters is none of a workbook. */
const LONGEST = 1 << 20;

/** Reads XML in pieces. Of a document type nothing is read, so no entity can be made up. */
export class XmlReader {
  readonly #handler: XmlHandler;
  #rest = '';

  constructor(handler: XmlHandler) {
    this.#handler = handler;
  }

  /** @throws Error where it is no XML of a workbook */
  push(piece: string): void {
    const text = this.#rest + piece;
    let at = 0;
    for (;;) {
      const open = text.indexOf('<', at);
      if (open < 0) {
        // A reference may be cut in two.
        const cut = text.lastIndexOf('&');
        const end = cut >= at && text.length - cut < 16 ? cut : text.length;
        if (end > at) this.#handler.text(decoded(text.slice(at, end)));
        at = end;
        break;
      }
      if (open > at) this.#handler.text(decoded(text.slice(at, open)));
      at = open;
      const end = this.#markup(text, open);
      if (end < 0) break;
      at = end;
    }
    this.#rest = text.slice(at);
    if (this.#rest.length > LONGEST) throw new Error('a tag has no end');
  }

  /** @throws Error where something is not closed */
  finish(): void {
    if (this.#rest.includes('<')) throw new Error('a tag has no end');
  }

  /** Takes what begins at `<`; where it ends, or −1 where it goes on in the next piece. */
  #markup(text: string, at: number): number {
    const next = text[at + 1];
    if (next === undefined) return -1;
    if (next === '?') return after(text, '?>', at);
    if (next === '!') return this.#declared(text, at);
    const end = tagEnd(text, at);
    if (end < 0) return -1;
    const name = nameOf(text, next === '/' ? at + 2 : at + 1, end);
    if (next === '/') this.#handler.close(name.own);
    else {
      const closed = text[end - 1] === '/';
      this.#handler.open(name.own, text.slice(name.end, closed ? end - 1 : end));
      if (closed) this.#handler.close(name.own);
    }
    return end + 1;
  }

  #declared(text: string, at: number): number {
    if (text.startsWith('<!--', at)) return after(text, '-->', at);
    if (text.startsWith('<![CDATA[', at)) {
      const end = text.indexOf(']]>', at);
      if (end < 0) return -1;
      this.#handler.text(text.slice(at + 9, end));
      return end + 3;
    }
    if (text.length - at < 9) return -1;
    throw new Error('it declares a document type');
  }
}

function after(text: string, sign: string, from: number): number {
  const end = text.indexOf(sign, from + 2);
  return end < 0 ? -1 : end + sign.length;
}

/** The > of a tag, outside of quotes; −1 where it is still to come. */
function tagEnd(text: string, at: number): number {
  let quote = '';
  for (let i = at; i < text.length; i++) {
    const sign = text[i];
    if (quote !== '') {
      if (sign === quote) quote = '';
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '>') return i;
  }
  return -1;
}

function nameOf(text: string, from: number, end: number): { own: string; end: number } {
  let [at, start] = [from, from];
  for (; at < end; at++) {
    const sign = text.charCodeAt(at);
    if (sign === 58) start = at + 1;
    else if (sign <= 32 || sign === 47) break;
  }
  return { own: text.slice(start, at), end: at };
}

/** The value of an attribute; undefined where there is none of that name. A prefix is not looked at. */
export function attribute(attributes: string, name: string): string | undefined {
  for (let at = attributes.indexOf(name); at >= 0; at = attributes.indexOf(name, at + 1)) {
    const before = attributes.charCodeAt(at - 1);
    if (at > 0 && before > 32 && before !== 58) continue;
    const rest = /^\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes.slice(at + name.length, at + name.length + 40_000));
    if (rest) return decoded(rest[1] ?? rest[2]);
  }
  return undefined;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text with its references as characters. */
function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, number, name: string | undefined) => {
    if (name !== undefined) return NAMED[name.toLowerCase()];
    const code = hex === undefined ? Number(number) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
