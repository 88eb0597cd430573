import { LabFailure } from '../../data/failure';

export interface Token {
  kind: 'name' | 'number' | 'sign' | 'end';
  /** A name as the table has it, without backticks. */
  text: string;
  /** Characters of the formula from `at` to `end` − 1. */
  at: number;
  end: number;
}

const SIGNS = ['||', '~', '+', '-', '*', ':', '/', '^', '(', ')', '|', ','];
const NAME = /[\p{L}.][\p{L}\p{N}._]*/uy;
const NUMBER = /\d+(?:\.\d*)?(?:[eE][+-]?\d+)?/y;
/** A name in backticks, where \ stands before a ` or a \ of the name. */
const QUOTED = /`((?:[^`\\]|\\.)*)`/suy;

/** Whether a column's name can stand in a formula without backticks. */
export const isPlain = (name: string): boolean => name !== '' && /^(?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*$/u.test(name) && name !== '.';

/** A refusal that names the place: characters from `at` to `end`, counted from 1. */
export function refuse(formula: string, { at, end }: { at: number; end: number }, wrong: string, hint: string): never {
  const what = formula.slice(at, Math.max(end, at + 1));
  const place = what === '' ? 'At the end of the formula' : `In the formula at character ${[...formula.slice(0, at)].length + 1} (${what})`;
  throw new LabFailure('formula', `${place}: ${wrong}`, hint);
}

export function tokensOf(formula: string): Token[] {
  const tokens: Token[] = [];
  const match = (pattern: RegExp, at: number): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(formula);
  };
  for (let at = 0; at < formula.length; ) {
    if (/\s/.test(formula[at])) {
      at++;
      continue;
    }
    const sign = SIGNS.find((one) => formula.startsWith(one, at));
    const quoted = match(QUOTED, at);
    const name = match(NAME, at);
    const number = match(NUMBER, at);
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at, end: at + sign.length });
    else if (quoted) tokens.push({ kind: 'name', text: quoted[1].replace(/\\(.)/gsu, '$1'), at, end: at + quoted[0].length });
    else if (number) tokens.push({ kind: 'number', text: number[0], at, end: at + number[0].length });
    else if (name) tokens.push({ kind: 'name', text: name[0], at, end: at + name[0].length });
    else if (formula[at] === '`') refuse(formula, { at, end: formula.length }, 'the name has no backtick at its end.', 'Write a ` after the name.');
    else {
      const [character] = formula.slice(at);
      refuse(formula, { at, end: at + character.length }, 'this sign has no meaning here.', 'Put a name with such a sign in backticks: `my column`.');
    }
    at = tokens[tokens.length - 1].end;
  }
  tokens.push({ kind: 'end', text: '', at: formula.length, end: formula.length });
  return tokens;
}
