import { describe, expect, it } from 'vitest';
import type { DatasetSummary, RoleCheck } from '../../../workers/protocol';
import { experimentSchema } from '../../../workers/spec/experiment';
import { DEFAULT_PRESET } from '../../../workers/spec/presets';
import { ratings } from './test-tables';
import { knownFacts } from './use-facts';

const preview = ratings();
const roles = preview.columns.map(({ role }) => role);
const spec = experimentSchema.parse({
  ...DEFAULT_PRESET,
  dataset: {
    ...{ kind: 'table', name: preview.name, fingerprint: preview.fingerprint, task: 'regression', split: 'by-group', splitColumn: 's' },
    columns: preview.columns.map(({ name, role }) => ({ name, role })),
  },
});
/** As the worker answers before a run: a fifth of the rows, whatever the groups are. */
const table = {
  ...{ phase: 'none' as const, preview, roles, takes: roles.map(() => ({})), task: 'regression' as const },
  problem: { p: 1, levels: [20] },
  check: { rows: { train: 72, validation: 8, test: 20, dropped: 0 } } as unknown as RoleCheck,
};
const summary = {
  ...{ task: 'regression', p: 1, features: [{ name: 's', levels: 20 }], trainRows: 18, validationRows: 2, testRows: 80 },
} as unknown as DatasetSummary;

describe('rows of one’s own table', () => {
  it('are estimated until a run has divided them, and then those of the run', () => {
    const before = knownFacts(spec, table, { summary: null, spec: null });
    expect(before).toMatchObject({ trainRows: 72, testRows: 20, exact: false });
    const after = knownFacts(spec, table, { summary, spec });
    expect(after).toMatchObject({ trainRows: 18, validationRows: 2, testRows: 80, levels: [20], exact: true });
    // A change of the experiment copies its dataset.
    expect(knownFacts(structuredClone(spec), table, { summary, spec })).toEqual(after);
  });

  it('are about those of a run with another split seed, and not those of another division', () => {
    const other = { ...spec, seeds: { ...spec.seeds, split: spec.seeds.split + 1 } };
    expect(knownFacts(other, table, { summary, spec })).toMatchObject({ testRows: 80, exact: false });
    const again = { ...spec, dataset: { ...spec.dataset, splitColumn: 'd' } as typeof spec.dataset };
    expect(knownFacts(again, table, { summary, spec })).toMatchObject({ testRows: 20, exact: false });
  });

  it('follow the roles while these are chosen', () => {
    expect(knownFacts(spec, { ...table, phase: 'roles' }, { summary, spec })).toMatchObject({ testRows: 20 });
  });
});
