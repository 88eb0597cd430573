import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LabEvent } from '../protocol';
import { experimentSchema } from '../spec/experiment';
import { STUDY_CELL, type Study, studyExperimentId } from '../spec/study';
import type { LabSession } from './session';
import { type hear, openSession } from './testing';

const spec = experimentSchema.parse({
  dataset: { kind: 'simulated', task: 'regression', levels: [20], trainRows: 300, testRows: 100 },
  methods: [{ id: 'ignore' }],
  training: { batchSize: 64, epochs: 2, patience: null, drawPastStop: false },
});
const study: Study = { spec, plan: { kind: 'repeat', times: 3 } };
const request = (repetition: number) => ({
  ...{ experiment: studyExperimentId(study), study, cell: STUDY_CELL, repetition },
  ...{ columns: ['ignore'], before: null, fingerprint: null },
});

let session: LabSession;
let events: LabEvent[] = [];
let heard: ReturnType<typeof hear>;

beforeAll(async () => {
  ({ session, heard } = await openSession((event) => events.push(event)));
});
afterAll(() => heard.close());

/** What a repetition tells while nobody lets it go on: enough time to train it several times. */
async function whilePaused(): Promise<number> {
  await heard.all();
  events = [];
  await new Promise((wait) => setTimeout(wait, 300));
  await heard.all();
  return events.filter((event) => event.type === 'unit' && event.lane !== null && event.lane.epoch > 0).length;
}

it('a pause holds: before the data of a repetition are there, and before the next is begun', async () => {
  const first = session.fitUnit(request(1));
  session.pauseUnit();
  expect(await whilePaused()).toBe(0);
  session.resumeUnit();
  expect((await first).outcomes.ignore).toHaveProperty('result');
  session.pauseUnit();
  const second = session.fitUnit(request(2));
  expect(await whilePaused()).toBe(0);
  session.resumeUnit();
  expect((await second).repetition).toBe(2);
});

it('a repetition that still waits for its turn can be stopped, and the next one is not paused', async () => {
  const given = expect(session.timeRun(spec)).rejects.toMatchObject({ code: 'cancelled' });
  const stopped = expect(session.fitUnit(request(3))).rejects.toMatchObject({ code: 'cancelled' });
  session.pauseUnit();
  await Promise.all([session.cancelUnit(), stopped, given]);
  expect((await session.fitUnit(request(3))).repetition).toBe(3);
});
