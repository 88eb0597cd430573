import { parseArgs } from 'node:util';
import { LabFailure } from '../workers/data/failure';
import { ABOUTS } from '../workers/methods/registry';
import { fail, list, whole } from './cli';
import { methodsTable, writeTable } from './readme';

const USAGE = `npm run methods -- [--p 10] [--q 1000] [--features 1] [--json]
npm run methods -- --q 1000,500,20
npm run methods -- --readme [--write]
The parameter count of every method at its published settings: p numeric features, and categorical ones of q levels; several q name them one by one.
--readme prints the README's table of methods; with --write it puts it there.`;

try {
  const { values } = parseArgs({
    options: {
      p: { type: 'string' },
      q: { type: 'string' },
      features: { type: 'string' },
      json: { type: 'boolean', default: false },
      readme: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (values.readme) {
    if (values.write) writeTable();
    else process.stdout.write(methodsTable());
    process.exit(0);
  }
  const p = whole('p', values.p, 10);
  const given = list(values.q).map((q) => whole('q', q, 1000, 1));
  const features = whole('features', values.features, Math.max(1, given.length), 1);
  if (given.length > 1 && given.length !== features)
    throw new LabFailure(
      'bad-option',
      `--q names ${given.length} features, --features is ${features}.`,
      'Leave --features out, or give one q for all.',
    );
  const levels = given.length > 1 ? given : Array.from({ length: features }, () => given[0] ?? 1000);
  const rows = ABOUTS.map((about) => ({
    id: about.id,
    label: about.label,
    parameters: about.parameterCount({ p, levels }, about.settings.parse({})),
    refusal: about.refusal?.({ p, levels, task: 'regression' }) ?? null,
  }));
  const widest = (column: 'id' | 'label'): number => Math.max(...rows.map((row) => row[column].length)) + 2;
  const [id, label] = [widest('id'), widest('label')];
  if (values.json) console.log(JSON.stringify(rows, null, 2));
  else
    for (const row of rows)
      console.log(`${row.id.padEnd(id)}${row.label.padEnd(label)}${row.refusal ?? row.parameters.toLocaleString('en-US').padStart(12)}`);
} catch (thrown) {
  fail(thrown);
}
