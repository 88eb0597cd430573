import { beforeEach, expect, it, vi } from 'vitest';
import { lessonOf } from '../../workers/spec/lessons';
import type { Lesson } from '../../workers/spec/lessons/schema';

const trained = vi.hoisted(() => [] as number[]);
/** `train` resolves when a run is over, which may be after another was. */
const over = vi.hoisted(() => ({ last: Promise.resolve() }));

vi.stubGlobal('location', { search: '', hash: '', href: 'http://localhost/' });
vi.stubGlobal('document', { baseURI: 'http://localhost/', title: '' });
vi.mock('./texts', () => ({ textOf: () => Promise.resolve(() => null) }));
vi.mock('../state/recorded', () => ({ fetchRecorded: async () => null, offerRecorded: () => undefined }));
vi.mock('../state/lesson-store', () => ({ storedLesson: async () => null, storeLesson: async () => undefined }));
/** Runs go on until a test ends them. */
vi.mock('../lab-client/client', async () => {
  const [{ useRun }, { useSpec }] = [await import('../state/run'), await import('../state/spec')];
  return {
    reset: async () => useRun.getState().clear(),
    train: async () => {
      const { spec } = useSpec.getState();
      trained.push(spec.seeds.data);
      useRun.getState().begin(spec);
      useRun.setState({ status: 'running' });
      await over.last;
    },
  };
});

const { tryAgain } = await import('./again');
const { startLesson } = await import('./start');
const { useLesson } = await import('./lesson-state');
const { useRun } = await import('../state/run');
const { useSpec } = await import('../state/spec');
const { train } = await import('../lab-client/client');

const lesson = lessonOf('new-level') as Lesson;
const settled = () => new Promise((turn) => setTimeout(turn, 5));
const endRun = (value: number): void => {
  const metrics = { mse: value, r2: value };
  const results = Object.fromEntries(['ignore', 'embeddings', 'mmbeddings'].map((method) => [method, { method, metrics }]));
  useRun.setState({ status: 'done', results: results as never });
};

beforeEach(async () => {
  await startLesson(lesson.id);
  trained.length = 0;
});

it('trains every experiment with its seed, and leaves the numbers of the steps as they are', async () => {
  useSpec.setState({ spec: lesson.runs[1].spec });
  await train();
  endRun(0.1);
  const { runs } = useLesson.getState();
  expect(runs[lesson.runs[1].id].spec.seeds).toEqual(lesson.runs[1].spec.seeds);
  trained.length = 0;
  const tried = tryAgain(
    lesson,
    777,
    () => {},
    () => true,
  );
  for (const value of [0.2, 0.3]) {
    await settled();
    endRun(value);
  }
  expect(await tried).toHaveProperty('held');
  expect(trained).toEqual([777, 777]);
  const { id } = lesson.runs[1];
  expect(useLesson.getState().runs[id]).toBe(runs[id]);
});

it('trains nothing more once the learner has left, and has no verdict', async () => {
  let here = true;
  const tried = tryAgain(
    lesson,
    777,
    () => {},
    () => here,
  );
  await settled();
  here = false;
  // What the page shows by then stays.
  const { spec } = lesson.runs[0];
  useSpec.setState({ spec });
  endRun(0.2);
  expect(await tried).toBeNull();
  expect(useSpec.getState().spec).toBe(spec);
  expect(trained).toEqual([777]);
});

it.each(['at once', 'when that is over'])('takes no other run for its own, where it hears of it %s', async (when) => {
  let end = () => {};
  if (when !== 'at once')
    over.last = new Promise((resolve) => {
      end = resolve;
    });
  const tried = tryAgain(
    lesson,
    777,
    () => {},
    () => true,
  );
  await settled();
  useSpec.setState({ spec: lesson.runs[0].spec });
  void train();
  endRun(0.2);
  end();
  expect(await tried).toHaveProperty('problem');
  expect(trained).toEqual([777, lesson.runs[0].spec.seeds.data]);
});
