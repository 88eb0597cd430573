import { z } from 'zod';
import { Fingerprint } from '../../data/fingerprint';
import { shortened } from '../../data/shown-text';
import { firstFault } from '../fault';
import { packed, unpacked } from '../packed';
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
  if (version !== 1) return refuse(`is of version ${shortened(String(version), 20)} of the lab’s hand-ins, and this lab reads version 1.`);
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

/** A code that a mail or a chat has broken into lines is put together again. */
const codesOf = (text: string): string[] => {
  const joined = text.replace(/(MML1-)/g, ' $1').replace(/[\u200b\u00ad]/g, '');
  const words = joined.split(/\s+/).filter(Boolean);
  const codes: string[] = [];
  for (const word of words) {
    const open = codes.at(-1);
    const whole = open !== undefined && /^MML1-[A-Za-z0-9_-]+-[0-9a-f]{6}$/.test(open) && check(open.slice(5, -7)) === open.slice(-6);
    if (open?.startsWith(`${START}-`) && !whole && /^[A-Za-z0-9_-]+$/.test(word) && !word.startsWith(`${START}-`)) codes[codes.length - 1] += word;
    else codes.push(word);
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
