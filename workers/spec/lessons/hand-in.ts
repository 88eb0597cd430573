import { z } from 'zod';
import { Fingerprint } from '../../data/fingerprint';
import { shortened } from '../../data/shown-text';
import { firstFault } from '../fault';
import { MOST_LETTERS, packed, unpacked } from '../packed';
import { answerSchema } from './answer';

const id = z.string().min(1).max(40);

/** What a learner hands in: a file, or the same as a text code. */
export const handInSchema = z.strictObject({
  kind: z.literal('mmbeddings-lab/hand-in'),
  version: z.literal(1),
  lesson: id,
  /** `lessonHash` of the lesson as the learner had it. */
  hash: z.string().regex(/^[0-9a-f]{16}$/),
  /** As the learner gave it; may be empty. */
  name: z.string().max(60),
  answers: z.record(id, answerSchema),
  /** Numbers of the learner's own runs, by what they are. */
  numbers: z.array(z.strictObject({ label: z.string().max(200), value: z.number() })).max(60),
  /** What “Again with new seeds” gave; null: it was not done. */
  again: z.strictObject({ seed: z.int(), held: z.boolean() }).nullable(),
});
export type HandIn = z.infer<typeof handInSchema>;

const START = 'MML1';

/** Six digits that tell a whole code from one that was cut off or mistyped. */
const check = (body: string): string => new Fingerprint().text(body).digest().slice(0, 6);

/** A hand-in as one word: MML1-…-check. */
export async function handInCode(handIn: HandIn): Promise<string> {
  const body = await packed(handIn);
  return `${START}-${body}-${check(body)}`;
}

/**
 * What one file or code turned out to be. `source` names it: a file's name, or the place in what was pasted.
 */
export type ReadHandIn = { ok: true; handIn: HandIn; source: string } | { ok: false; source: string; problem: string };

function fromJson(json: unknown, source: string): ReadHandIn {
  const refuse = (problem: string): ReadHandIn => ({ ok: false, source, problem });
  if (typeof json !== 'object' || json === null || (json as { kind?: unknown }).kind !== 'mmbeddings-lab/hand-in')
    return refuse('is no hand-in of a lesson.');
  const { version } = json as { version?: unknown };
  if (version !== 1)
    return refuse(`is of version ${shortened(JSON.stringify(version) ?? 'none', 20)} of the lab’s hand-ins, and this lab reads version 1.`);
  const parsed = handInSchema.safeParse(json);
  if (parsed.success) return { ok: true, handIn: parsed.data, source };
  const { where, what } = firstFault(parsed.error);
  return refuse(`${where ? `has something at “${where}” that ` : ''}cannot be read: ${what}.`);
}

/** Reads one code. Never rejects. */
export async function readCode(text: string, source: string): Promise<ReadHandIn> {
  const parts = /^MML1-([A-Za-z0-9_-]+)-([0-9a-f]{6})$/.exec(text);
  if (!parts) {
    const problem = text.startsWith(`${START}-`) ? 'is cut off or mistyped: its end is missing.' : 'is no code of a lesson: codes begin with MML1.';
    return { ok: false, source, problem };
  }
  const [, body, digits] = parts;
  if (check(body) !== digits) return { ok: false, source, problem: 'is cut off or mistyped: its last six digits do not fit the rest.' };
  try {
    return fromJson(await unpacked(body), source);
  } catch {
    return { ok: false, source, problem: 'cannot be unpacked.' };
  }
}

/**
 * A hand-in has a few thousand letters, which a mail breaks into some dozens of lines. What has more pieces
 * is none, and is not put together: each piece may be the end of a code, which is asked of all that stands
 * before it.
 */
const MOST_PIECES = 300;

/** Whether a code is there to its end. */
const isWhole = (code: string): boolean =>
  code.length <= MOST_LETTERS && /^-[0-9a-f]{6}$/.test(code.slice(-7)) && check(code.slice(START.length + 1, -7)) === code.slice(-6);

/** A code that a mail or a chat has broken into lines is put together again. */
const codesOf = (text: string): string[] => {
  const joined = text.replace(/(MML1-)/g, ' $1').replace(/[\u200b\u00ad]/g, '');
  const codes: string[] = [];
  /** Of the last code, while it has not come to its end. */
  let pieces = 0;
  for (const word of joined.split(/\s+/).filter(Boolean)) {
    const begins = word.startsWith(`${START}-`);
    if (pieces > 0 && pieces < MOST_PIECES && !begins && /^[A-Za-z0-9_-]+$/.test(word)) {
      codes[codes.length - 1] += word;
      pieces++;
    } else {
      codes.push(word);
      pieces = begins ? 1 : 0;
    }
    if (pieces > 0 && isWhole(codes[codes.length - 1])) pieces = 0;
  }
  return codes;
};

/** Reads everything in a text: one hand-in as JSON, or any number of codes. Never rejects. */
export async function readHandIns(text: string, source: string): Promise<ReadHandIn[]> {
  const trimmed = text.trim();
  if (trimmed === '') return [{ ok: false, source, problem: 'is empty.' }];
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) {
    try {
      const json: unknown = JSON.parse(trimmed);
      return (Array.isArray(json) ? json : [json]).map((one, i, all) => fromJson(one, all.length > 1 ? `${source}, ${i + 1}` : source));
    } catch {
      return [{ ok: false, source, problem: 'is no JSON that can be read: it is cut off or was changed.' }];
    }
  }
  const codes = codesOf(trimmed);
  if (!codes.some((code) => code.startsWith(START))) return [{ ok: false, source, problem: 'has no code of a lesson in it: codes begin with MML1.' }];
  const named = codes.filter((code) => code.startsWith(START));
  return Promise.all(named.map((code, i) => readCode(code, named.length > 1 ? `${source}, code ${i + 1}` : source)));
}
