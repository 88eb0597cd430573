import type { Formula, Product, RandomPart } from './formula';
import { sameProduct } from './formula';
import { refuse, type Token, tokensOf } from './tokens';

/** What an expression stands for: products in order, and what it says of the intercept. */
interface Terms {
  products: Product[];
  intercept: boolean | null;
  random: RandomPart[];
  offsets: string[];
  at: number;
  end: number;
}

/** The highest power of a sum, the most products, and the most parentheses in each other. */
const MOST_POWER = 9;
const MOST_PRODUCTS = 1000;
const MOST_DEPTH = 100;
const GROUPING = 'after the bar stands a grouping factor: a column, a:b or a/b';

const keyOf = (product: Product): string => JSON.stringify([...product].sort());

/**
 * Products, each once, in the order in which they come; stops where there are more than a formula may have.
 */
function distinct(products: Iterable<Product>): Product[] {
  const all = new Map<string, Product>();
  for (const product of products) {
    const key = keyOf(product);
    if (!all.has(key)) all.set(key, product);
    if (all.size > MOST_PRODUCTS) break;
  }
  return [...all.values()];
}

const union = (a: readonly Product[], b: readonly Product[]): Product[] => distinct([...a, ...b]);

/** Each of a with each of b; a column stands once. */
function* pairsOf(a: readonly Product[], b: readonly Product[]): Generator<Product> {
  for (const left of a) for (const right of b) yield [...left, ...right.filter((name) => !left.includes(name))];
}

const crossed = (a: readonly Product[], b: readonly Product[]): Product[] => distinct(pairsOf(a, b));

/**
 * A formula as lme4 has it: + − * : / ^ of columns, 0 and 1 for the intercept, offset(x), and random parts
 * (1 + x | g), (x || g), (1 | a/b). @throws LabFailure 'formula', which names the place
 */
export const parseFormula = (text: string): Formula => new Parser(text).formula();

class Parser {
  readonly #text: string;
  readonly #tokens: Token[];
  #next = 0;
  /** Parentheses that are open. */
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  get #token(): Token {
    return this.#tokens[this.#next];
  }

  #is(sign: string): boolean {
    return this.#token.kind === 'sign' && this.#token.text === sign;
  }

  #take(sign: string): boolean {
    if (!this.#is(sign)) return false;
    this.#next++;
    return true;
  }

  #expect(sign: string, why: string): void {
    if (!this.#take(sign)) refuse(this.#text, this.#token, `a ${sign} is missing here, ${why}.`, 'Write for example y ~ x + (1 | g).');
  }

  formula(): Formula {
    const response = this.#response();
    this.#expect('~', 'which stands between the response and what explains it');
    const next = this.#token;
    if (next.kind === 'end') refuse(this.#text, next, 'nothing explains the response.', 'Write for example y ~ x + (1 | g).');
    const terms = this.#sum();
    if (this.#token.kind !== 'end') {
      if (this.#is('|') || this.#is('||'))
        refuse(this.#text, this.#token, 'a random part stands in parentheses.', 'Write for example y ~ x + (1 | g).');
      refuse(this.#text, this.#token, 'the formula should have ended before this.', 'Put a + between two terms.');
    }
    const fixed = [...terms.products].sort((a, b) => a.length - b.length);
    return { response, intercept: terms.intercept ?? true, fixed, offsets: [...new Set(terms.offsets)], random: terms.random };
  }

  #response(): Formula['response'] {
    const token = this.#token;
    if (token.kind !== 'name') refuse(this.#text, token, 'a formula begins with the column of the response.', 'Write for example y ~ x + (1 | g).');
    this.#next++;
    if (!this.#is('(')) return { kind: 'column', name: token.text };
    if (token.text !== 'cbind') this.#refuseFunction(token);
    this.#next++;
    const successes = this.#name();
    this.#expect(',', 'which stands between successes and failures');
    const failures = this.#name();
    this.#expect(')', 'which ends cbind(successes, failures)');
    return { kind: 'counts', successes, failures };
  }

  #name(): string {
    const token = this.#token;
    if (token.kind !== 'name') refuse(this.#text, token, 'the name of a column is missing here.', 'Names with spaces or signs stand in backticks.');
    this.#next++;
    if (this.#is('(')) this.#refuseFunction(token);
    return token.text;
  }

  #refuseFunction(token: Token): never {
    refuse(this.#text, token, 'functions of columns cannot be part of a formula here.', 'Make a column of it in the table, and name that column.');
  }

  /** Products that a sign gave. @throws LabFailure where they are too many */
  #few(products: Product[], sign: Token): Product[] {
    if (products.length > MOST_PRODUCTS)
      refuse(
        this.#text,
        sign,
        `the formula has more than ${MOST_PRODUCTS.toLocaleString('en')} products here.`,
        'Write out the products that you mean.',
      );
    return products;
  }

  #sum(): Terms {
    const first = this.#token;
    const minus = this.#take('-');
    if (!minus) this.#take('+');
    let all = this.#product();
    if (minus) all = this.#without({ ...all, products: [], intercept: null, random: [], offsets: [], at: first.at }, all);
    while (this.#is('+') || this.#is('-')) {
      const sign = this.#token;
      const plus = this.#is('+');
      this.#next++;
      const right = this.#product();
      all = plus
        ? {
            products: this.#few(union(all.products, right.products), sign),
            intercept: right.intercept ?? all.intercept,
            random: [...all.random, ...right.random],
            offsets: [...all.offsets, ...right.offsets],
            at: all.at,
            end: right.end,
          }
        : this.#without(all, right);
    }
    return all;
  }

  #without(left: Terms, right: Terms): Terms {
    if (right.random.length > 0 || right.offsets.length > 0) refuse(this.#text, right, 'this cannot be taken away.', 'Leave it out of the formula.');
    const products = left.products.filter((product) => !right.products.some((other) => sameProduct(other, product)));
    return { ...left, products, intercept: right.intercept === null ? left.intercept : !right.intercept, end: right.end };
  }

  /** * and /, which bind closer than +. */
  #product(): Terms {
    let left = this.#interaction();
    while (this.#is('*') || this.#is('/')) {
      const sign = this.#token;
      const times = this.#is('*');
      this.#next++;
      const right = this.#interaction();
      this.#onlyColumns(left);
      this.#onlyColumns(right);
      const all: Product = [...new Set(left.products.flat())];
      const products = times
        ? union(union(left.products, right.products), crossed(left.products, right.products))
        : union(left.products, crossed([all], right.products));
      left = { ...left, products: this.#few(products, sign), end: right.end };
    }
    return left;
  }

  #interaction(): Terms {
    let left = this.#power();
    while (this.#is(':')) {
      const sign = this.#token;
      this.#next++;
      const right = this.#power();
      this.#onlyColumns(left);
      this.#onlyColumns(right);
      left = { ...left, products: this.#few(crossed(left.products, right.products), sign), end: right.end };
    }
    return left;
  }

  #power(): Terms {
    const base = this.#primary();
    const sign = this.#token;
    if (!this.#take('^')) return base;
    const token = this.#token;
    const times = token.kind === 'number' ? Number(token.text) : Number.NaN;
    if (!(Number.isInteger(times) && times >= 1 && times <= MOST_POWER))
      refuse(this.#text, token, `a power is a whole number from 1 to ${MOST_POWER}.`, 'Write for example (a + b)^2.');
    this.#next++;
    this.#onlyColumns(base);
    let products = base.products;
    for (let time = 1; time < times; time++) products = this.#few(union(products, crossed(products, base.products)), sign);
    return { ...base, products, end: token.end };
  }

  /** Products, * and / are of columns alone. */
  #onlyColumns(terms: Terms): void {
    if (terms.random.length > 0) refuse(this.#text, terms, 'a random part can only be added.', 'Put a + before and after it.');
    if (terms.intercept !== null || terms.offsets.length > 0)
      refuse(this.#text, terms, 'only columns can be multiplied.', 'Add 0, 1 and offsets with a +.');
  }

  #primary(): Terms {
    const token = this.#token;
    const { at } = token;
    const nothing = { products: [], intercept: null, random: [], offsets: [], at, end: token.end };
    if (token.kind === 'number') {
      if (token.text !== '0' && token.text !== '1')
        refuse(this.#text, token, 'the only numbers are 1, the intercept, and 0, no intercept.', 'Name a column instead.');
      this.#next++;
      return { ...nothing, intercept: token.text === '1' };
    }
    if (token.kind === 'name') {
      this.#next++;
      if (!this.#is('(')) {
        if (token.text === '.' && token.end - token.at === 1)
          refuse(this.#text, token, 'a dot does not stand for all columns here.', 'Name the columns.');
        return { ...nothing, products: [[token.text]] };
      }
      if (token.text !== 'offset') this.#refuseFunction(token);
      this.#next++;
      const name = this.#name();
      this.#expect(')', 'which ends offset(x)');
      return { ...nothing, offsets: [name], end: this.#tokens[this.#next - 1].end };
    }
    if (!this.#take('(')) {
      const what = token.kind === 'end' ? 'a term is missing' : 'a term is missing before this';
      refuse(this.#text, token, `${what}.`, 'Terms are columns, products like a:b, and random parts like (1 | g).');
    }
    if (++this.#depth > MOST_DEPTH)
      refuse(this.#text, token, `more than ${MOST_DEPTH} parentheses stand in each other.`, 'Leave out those that are not needed.');
    const inside = this.#sum();
    const bar = this.#token;
    const uncorrelated = this.#take('||');
    if (!uncorrelated && !this.#take('|')) {
      this.#expect(')', 'which ends the parenthesis');
      this.#depth--;
      return { ...inside, at, end: this.#tokens[this.#next - 1].end };
    }
    if (inside.random.length > 0 || inside.offsets.length > 0)
      refuse(this.#text, inside, 'before the bar stand columns, 0 or 1.', 'Write for example (1 + x | g).');
    const first = this.#next;
    const group = this.#sum();
    // A sum or a product of factors is no factor, as in lme4.
    const strange = this.#tokens.slice(first, this.#next).find(({ kind, text }) => kind === 'sign' && '+-*^'.includes(text));
    if (strange) refuse(this.#text, strange, `${GROUPING}.`, 'Write two random parts: (1 | a) + (1 | b).');
    if (this.#is('|') || this.#is('||')) refuse(this.#text, this.#token, 'a random part has one bar.', 'Write two random parts.');
    this.#expect(')', 'which ends the random part');
    this.#depth--;
    const end = this.#tokens[this.#next - 1].end;
    return { ...nothing, random: this.#parts(inside, group, !uncorrelated, bar), end };
  }

  #parts(inside: Terms, group: Terms, correlated: boolean, bar: Token): RandomPart[] {
    if (group.intercept !== null || group.random.length > 0 || group.offsets.length > 0 || group.products.length === 0)
      refuse(this.#text, group, `${GROUPING}.`, 'Write for example (1 | g).');
    const intercept = inside.intercept ?? true;
    const slopes = [...inside.products].sort((a, b) => a.length - b.length);
    const effects = slopes.length + (intercept ? 1 : 0);
    if (effects === 0) refuse(this.#text, { at: inside.at, end: bar.end }, 'nothing varies between the levels.', 'Write for example (1 | g).');
    return group.products.map((columns) => ({ intercept, slopes, correlated: correlated || effects === 1, group: columns }));
  }
}
