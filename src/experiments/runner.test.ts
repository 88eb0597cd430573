import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import { EXPERIMENTS } from '../../workers/papers/catalog';
import { ofOneTable } from '../../workers/papers/open-table';
import { recordWith, resultWith } from '../../workers/papers/testing';
import type { Experiment } from '../../workers/papers/types';
import type { UnitRequest } from '../../workers/protocol';
import { storedRecords } from '../state/unit-store';
import { runGrid } from './runner';
import { useExperiment } from './state';

/** Repetitions that the worker was asked for. */
const asked = vi.hoisted((): number[] => []);
vi.mock('../lab-client/client', () => ({
  cancelUnit: async () => undefined,
  endUnitPause: async () => undefined,
  pauseUnit: async () => undefined,
  resumeUnit: async () => undefined,
  restartEngine: async () => undefined,
  // As the worker: what is there is kept, the rest is fitted.
  fitUnit: async ({ experiment, cell, repetition, columns, before }: UnitRequest) => {
    asked.push(repetition);
    const fitted = recordWith(experiment, cell, repetition, Object.fromEntries(columns.map((id) => [id, resultWith(id, { mse: 1 })])));
    return { ...fitted, outcomes: { ...fitted.outcomes, ...before?.outcomes } };
  },
}));

const { experiment, grid, set } = useExperiment.getState();
const stored = async () => (await storedRecords(experiment.id)).found;
const live = () => useExperiment.getState().live;

it('a page that was opened before another fitted more takes nothing of it away', async () => {
  await runGrid();
  const fitted = await stored();
  const columns = experiment.columns.map(({ id }) => id);
  expect(fitted.map(({ outcomes }) => Object.keys(outcomes))).toEqual([columns, columns, columns]);
  // What the other page read when there was nothing, and what it is asked for.
  set({ live: [], grid: { ...grid, columns: ['ignore'], repetitions: 2 } });
  await runGrid();
  expect(await stored()).toEqual(fitted);
  expect(live()).toEqual(fitted);
});

it('a page of ?volatile keeps what it shows when it goes on', async () => {
  asked.length = 0;
  vi.stubGlobal('location', { search: '?volatile' });
  for (const repetitions of [1, 2]) {
    set({ ...(repetitions === 1 && { live: [] }), grid: { ...grid, columns: ['ignore'], repetitions } });
    await runGrid();
  }
  vi.unstubAllGlobals();
  expect([asked, live().map(({ repetition }) => repetition)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(await stored()).toHaveLength(3);
});

it('fits no folds of another table beside those that are there, and averages those of one', async () => {
  asked.length = 0;
  const insteval = EXPERIMENTS.find(({ id }) => id === 'table3-insteval') as Experiment;
  const before = [1, 2].map((i) => ({ ...recordWith(insteval.id, 'all', i, { ignore: resultWith('ignore', { mse: 1 }) }), fingerprint: 'a' }));
  const table = (fingerprint: string) => ({ name: 'b.csv', fingerprint });
  set({ experiment: insteval, live: before, grid: { cells: ['all'], columns: ['ignore'], repetitions: 3 }, table: table('b'), error: null });
  await runGrid();
  expect([asked, useExperiment.getState().error?.message]).toEqual([[], '2 folds of this browser are of another table than b.csv.']);
  set({ table: table('a') });
  await runGrid();
  expect([asked, useExperiment.getState().error]).toEqual([[3], null]);
  // As an earlier version has left them.
  const mixed = [...before, { ...before[0], repetition: 3, fingerprint: 'b' }];
  expect(ofOneTable(insteval, mixed)).toEqual({ records: before, others: [mixed[2]] });
  // Of as many, the newest; simulated data are others in each repetition.
  expect(ofOneTable(insteval, [before[0], { ...mixed[2], finished: '2026-02-01' }]).records[0].fingerprint).toBe('b');
  expect(ofOneTable(experiment, mixed).others).toEqual([]);
});
