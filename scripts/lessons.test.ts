/** What was measured of the lessons is of the lessons as they are, and the teacher's notes say it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { experimentSchema } from '../workers/spec/experiment';
import { claimHash, LESSONS } from '../workers/spec/lessons';
import { claimsSchema } from '../workers/spec/lessons/claims';
import { NOTES, notesOf } from './lessons/notes';

const claims = claimsSchema.parse(JSON.parse(readFileSync('public/recorded/lessons/claims.json', 'utf8'))).lessons;

describe('lessons', () => {
  it.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))('%s: its claim was measured with its experiments as they are', (id, lesson) => {
    expect(claims[id]?.hash, `npm run lessons -- --lesson ${id} --write`).toBe(claimHash(lesson));
    expect(claims[id].of).toBe(lesson.measured.seeds.count);
    expect(claims[id].held + claims[id].failed.length).toBe(claims[id].of);
    // A claim that fails more often than not is none.
    expect(claims[id].held).toBeGreaterThan(claims[id].of / 2);
  });

  it('and no other claims are kept', () => {
    expect(Object.keys(claims)).toEqual(LESSONS.map(({ id }) => id));
  });

  it.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))('%s: its pictures are of its experiments as they are', (_, lesson) => {
    for (const { recorded, spec } of lesson.runs) {
      if (recorded === null) continue;
      const { run } = JSON.parse(readFileSync(`public/recorded/lessons/${recorded}.json`, 'utf8'));
      // Settings that came after it was recorded have their defaults.
      expect(experimentSchema.parse(run.spec), `npm run lessons -- --lesson ${lesson.id} --record`).toEqual(spec);
    }
  });

  it("are in the teacher's notes, with what was measured", () => {
    expect(readFileSync(NOTES, 'utf8'), 'npm run lessons -- --notes').toBe(notesOf(LESSONS, claims));
  });
});
