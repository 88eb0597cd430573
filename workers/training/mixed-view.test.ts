import { beforeAll, expect, it, vi } from 'vitest';
import { openTable } from '../data/csv';
import { prepareDataset } from '../data/prepare';
import { useBackend } from '../engine/testing';
import { tooLarge } from '../mixed/sums';
import { GeneralisedRows } from '../mixed/terms/generalised-rows';
import { goldenDesigns } from '../mixed/terms/golden';
import { experimentSchema } from '../spec/experiment';
import { MixedDesk, type MixedIntervals } from './mixed-view';
import { Run, type RunEvent } from './run';

beforeAll(() => useBackend('cpu'));

const atOnce = async (): Promise<void> => {};
const { table: golden } = goldenDesigns().sleepstudy;
const { Reaction, Days, Subject } = golden as unknown as Record<string, { numbers: number[]; codes: number[]; labels: string[] }>;
const sleep = `Reaction,Days,Subject\n${Reaction.numbers.map((y, i) => `${y},${Days.numbers[i]},S${Subject.labels[Subject.codes[i]]}`).join('\n')}\n`;

/** A run of the mixed model with these settings on sleepstudy, and its events. */
async function fitted(settings: Record<string, unknown>, id = 'linear-mixed-model', target = 'Reaction') {
  const opened = await openTable(new File([sleep], 'sleep.csv'));
  const columns = [
    { name: 'Reaction', role: target === 'Reaction' ? 'target' : 'numeric' },
    { name: 'Days', role: target === 'Days' ? 'target' : 'numeric' },
    { name: 'Subject', role: 'categorical' },
  ];
  const spec = experimentSchema.parse({
    dataset: { kind: 'table', name: 'sleep.csv', fingerprint: opened.fingerprint, task: 'regression', columns, testFraction: 0.1 },
    methods: [{ id: 'ignore' }, { id, settings }],
    training: { epochs: 2, batchSize: 32 },
  });
  const events: RunEvent[] = [];
  const run = new Run(await prepareDataset(spec, new Map([[opened.fingerprint, opened]])), spec, (event) => events.push(event));
  await run.train();
  return { run, events };
}

it('a finished mixed model is told, tested and given intervals; a bootstrap ends when it is stopped', async () => {
  const { run } = await fitted({ formula: 'Reaction ~ Days + (1 + Days | Subject)' });
  const desk = new MixedDesk(() => run);
  const view = await desk.view('linear-mixed-model', atOnce);
  // The page's panel and the table of estimates are of one fit.
  expect(view.fit).toEqual(run.finished.get('linear-mixed-model')?.result.mixed);
  expect(view.levels[0]).toMatchObject({ group: 'Subject', effects: ['(Intercept)', 'Days'] });
  expect(view.levels[0].labels).toHaveLength(18);
  expect(view.numeric).toEqual([{ name: 'Days', least: 0, most: 9, mean: expect.closeTo(4.5, 0) }]);
  const [tested] = await desk.tests('linear-mixed-model', atOnce);
  expect(tested.pValue).toBeLessThan(1e-4);
  const heard: MixedIntervals[] = [];
  const request = { job: 1, method: 'linear-mixed-model', by: 'profile' as const, refits: 0, seed: 1 };
  const profile = await desk.intervals(request, atOnce, (state) => heard.push(state));
  expect(heard.length).toBeGreaterThan(3);
  for (const { estimate, low, high } of profile.intervals) expect(low <= estimate && estimate <= high).toBe(true);
  const bootstrap = await desk.intervals({ ...request, by: 'bootstrap', refits: 60 }, atOnce, () => {});
  expect(bootstrap).toMatchObject({ job: 1, done: 60, of: 60 });
  for (const [at, { low, high }] of bootstrap.intervals.entries()) {
    // Both ways agree within the noise of 60 refits.
    const other = profile.intervals.find(({ name, kind }) => name === bootstrap.intervals[at].name && kind === bootstrap.intervals[at].kind);
    if (other && other.kind !== 'correlation') expect((high - low) / (other.high - other.low)).toBeCloseTo(1, 0);
  }
  let breaths = 0;
  const stopping = desk.intervals(
    { ...request, by: 'bootstrap', refits: 5000 },
    async () => {
      if (++breaths === 20) desk.cancel();
    },
    () => {},
  );
  await expect(stopping).rejects.toMatchObject({ code: 'cancelled' });
  // What a run that is left was asked for ends with it.
  const leaving = (ask: (breathe: () => Promise<void>) => Promise<unknown>) => ask(async () => desk.close());
  await expect(leaving((breathe) => desk.tests('linear-mixed-model', breathe))).rejects.toMatchObject({ code: 'cancelled' });
  await expect(leaving((breathe) => desk.view('linear-mixed-model', breathe))).rejects.toMatchObject({ code: 'cancelled' });
});

it('an iterative fit has no tests and no intervals, and counts have both', async () => {
  const { run } = await fitted({ formula: 'Reaction ~ Days + (1 | Subject)', solver: 'iterative' });
  const desk = new MixedDesk(() => run);
  const { fit, noIntervals, levels } = await desk.view('linear-mixed-model', atOnce);
  // One factor is taken out exactly.
  expect(fit.method).toMatch(/, iterative$/);
  expect(fit.notes.at(-1)).toMatch(/^The fit is iterative, and exact: /);
  expect(fit.fit).not.toHaveProperty('logLikelihoodError');
  expect(noIntervals).toMatch(/^The fit is iterative: .* can be taken\.$/);
  expect(levels[0].labels).toHaveLength(18);
  await expect(desk.tests('linear-mixed-model', atOnce)).rejects.toMatchObject({ code: 'mixed-iterative' });
  const { run: counted } = await fitted({ formula: 'Days ~ Reaction + (1 | Subject)', family: 'poisson' }, 'linear-mixed-model', 'Days');
  const other = new MixedDesk(() => counted);
  const request = { job: 2, method: 'linear-mixed-model', by: 'bootstrap' as const, refits: 20, seed: 1 };
  const bootstrap = await other.intervals(request, atOnce, () => {});
  expect([bootstrap.done, bootstrap.failed]).toEqual([20, 0]);
  expect(bootstrap.intervals.map(({ kind }) => kind)).toEqual(['deviation', 'fixed', 'fixed']);
});

it('a fit that is left while it is made ends, and leaves that of the next run alone', async () => {
  const formula = { formula: 'Reaction ~ Days + (1 | Subject)' };
  const [{ run: former }, { run: next }] = [await fitted(formula), await fitted({ ...formula, estimator: 'reml' })];
  let shown = former;
  const desk = new MixedDesk(() => shown);
  const method = 'linear-mixed-model';
  let view: Promise<unknown> | null = null;
  const request = { job: 1, method, by: 'profile' as const, refits: 0, seed: 1 };
  const heard = vi.fn();
  const leaving = desk.intervals(
    request,
    async () => {
      shown = next;
      view ??= desk.view(method, atOnce);
    },
    heard,
  );
  await expect(leaving).rejects.toMatchObject({ code: 'cancelled' });
  expect(heard).not.toHaveBeenCalled();
  expect(await view).toMatchObject({ fit: { method: expect.stringContaining('REML') } });
  // It is kept: nothing is fitted again, and nothing waits.
  const breathe = vi.fn(atOnce);
  await desk.view(method, breathe);
  expect(breathe).not.toHaveBeenCalled();
});

it('a formula that the data cannot give leaves its method out, and the others train', async () => {
  const { run, events } = await fitted({ formula: 'Reaction ~ Days + Subject + (1 | Subject)' });
  expect([...run.finished.keys()]).toEqual(['ignore']);
  const lanes = events.flatMap((event) => (event.type === 'lanes' ? event.lanes : []));
  const last = lanes.filter(({ method }) => method === 'linear-mixed-model').at(-1);
  expect(last).toMatchObject({ status: 'diverged', refused: true });
  expect(last?.stopReason).toMatch(
    /^The levels of Subject are given by the fixed effects of Subject.* Take it as fixed or as random, not as both\.$/,
  );
  // A count as a response of numbers that are none.
  const counted = await fitted({ family: 'poisson' });
  expect(counted.run.finished.has('linear-mixed-model')).toBe(false);
  // One that no factor has room for.
  const spy = vi.spyOn(GeneralisedRows, 'of').mockRejectedValue(tooLarge(null, [{ levels: 18 }]));
  const { run: large, events: said } = await fitted({ formula: 'Days ~ Reaction + (1 | Subject)', family: 'poisson' }, 'linear-mixed-model', 'Days');
  spy.mockRestore();
  expect([...large.finished.keys()]).toEqual(['ignore']);
  const left = said.flatMap((event) => (event.type === 'lanes' ? event.lanes : [])).findLast(({ method }) => method === 'linear-mixed-model');
  expect(left).toMatchObject({
    refused: true,
    stopReason: expect.stringMatching(/^A mixed model of the poisson family of 18 levels would .* on batches\.$/),
  });
  // A setting that names a column that is not there, or one in which nothing varies enough.
  const { run: timed, events: told } = await fitted({ time: 'hours' }, 'lmmnn-longitudinal');
  expect([...timed.finished.keys()]).toEqual(['ignore']);
  const refused = told.flatMap((event) => (event.type === 'lanes' ? event.lanes : [])).at(-1);
  expect(refused).toMatchObject({ refused: true, stopReason: expect.stringContaining('takes the column hours as time') });
});
